package io.sigyn.agent.pipeline;

/** The times of container runtimes: {@code 2024-05-01T09:00:00.123456789+08:00} or with {@code Z}, read from bytes. */
final class Rfc3339 {
  /** No time. */
  static final long NONE = Long.MIN_VALUE;

  private static final int[] DAYS_BEFORE = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  private static final int[] DAYS_IN = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private Rfc3339() {}

  /** Nanoseconds since the Unix epoch, or {@link #NONE} when {@code b[from, to)} is no such time of the years 1678-2261. */
  static long parse(byte[] b, int from, int to) {
    if (to - from < 20 || b[from + 4] != '-' || b[from + 7] != '-' || (b[from + 10] | 0x20) != 't'
        || b[from + 13] != ':' || b[from + 16] != ':') {
      return NONE;
    }
    int year = digits(b, from, 4);
    int month = digits(b, from + 5, 2);
    int day = digits(b, from + 8, 2);
    int hour = digits(b, from + 11, 2);
    int minute = digits(b, from + 14, 2);
    int second = digits(b, from + 17, 2);
    if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0
        || minute > 59 || second < 0 || second > 59) {
      return NONE;
    }
    boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > DAYS_IN[month - 1] + (leap && month == 2 ? 1 : 0)) {
      return NONE;
    }
    int at = from + 19;
    long nanos = 0;
    if (b[at] == '.' || b[at] == ',') {
      at++;
      long scale = 100_000_000;
      int start = at;
      while (at < to && b[at] >= '0' && b[at] <= '9') {
        nanos += (b[at++] - '0') * scale;
        scale /= 10;
      }
      if (at == start) {
        return NONE;
      }
    }
    int offset = offset(b, at, to);
    if (offset == Integer.MIN_VALUE) {
      return NONE;
    }
    long years = year - 1L;
    long days =
        365 * years + years / 4 - years / 100 + years / 400 + DAYS_BEFORE[month - 1] + (leap && month > 2 ? 1 : 0) + day
            - 719_163;
    long seconds = days * 86_400 + hour * 3600L + minute * 60L + second - offset;
    return seconds * 1_000_000_000L + nanos;
  }

  /** Seconds east of UTC, or Integer.MIN_VALUE. */
  private static int offset(byte[] b, int at, int to) {
    if (at == to - 1 && (b[at] | 0x20) == 'z') {
      return 0;
    }
    if (to - at != 6 || (b[at] != '+' && b[at] != '-') || b[at + 3] != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = digits(b, at + 1, 2);
    int minutes = digits(b, at + 4, 2);
    if (hours < 0 || hours > 24 || minutes < 0 || minutes > 60) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3600 + minutes * 60;
    return b[at] == '-' ? -seconds : seconds;
  }

  private static int digits(byte[] b, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
