package io.sigyn.storage.block;

import io.sigyn.bytes.CorruptBytesException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;

/**
 * How a time is written in lines: {@code 2026-01-31T08:15:00.123} or {@code 31/Jan/2026:08:15:00}. A time is a number of
 * units since the epoch, of which a second has {@code 10^digits}, and is written as if its zone were UTC. Every such
 * number has one text and every text that is found one number. Immutable.
 *
 * @param layout one of the two
 * @param separator the byte between date and time
 * @param point the byte before the fraction of a second; 0 without a fraction
 * @param digits of the fraction, 0 to 9
 */
record Stamp(int layout, int separator, int point, int digits) {
  /** Year, month and day with dashes between. */
  static final int DASHES = 0;

  /** Day, name of the month and year with strokes between. */
  static final int STROKES = 1;

  static final int MOST_DIGITS = 9;

  /** Bytes of a line in which a time may begin: further back it is seldom the line's own. */
  static final int REACH = 192;

  /** Seconds from the epoch to the year 2200: in nanoseconds still a long. */
  private static final long END = 7_258_118_400L;

  private static final int DAY = 86_400;
  private static final int TIME = "08:15:00".length();
  private static final int[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };
  private static final byte[] MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The bytes of the text. */
  int length() {
    return date() + 1 + TIME + (digits == 0 ? 0 : 1 + digits);
  }

  private int date() {
    return layout == DASHES ? 10 : 11;
  }

  /** The units of a second. */
  int perSecond() {
    return POWERS[digits];
  }

  /** Nanoseconds of a unit. */
  int unit() {
    return POWERS[MOST_DIGITS - digits];
  }

  /** Finds the first time in a line. For one thread. */
  static final class Finder {
    private int knownDate = -1;
    private long knownDays;

    private Stamp stamp = new Stamp(DASHES, 'T', 0, 0);
    private int start;
    private long value;

    /** Looks for one in {@code text[from, to)}. */
    boolean find(byte[] text, int from, int to) {
      int end = Math.min(to - 5, from + REACH);
      // At the minutes: a time of day is found by its colons.
      for (int i = from + 13; i < end; i++) {
        if (text[i] == ':' && text[i + 3] == ':' && isAt(text, i, from, to)) {
          return true;
        }
      }
      return false;
    }

    /** How it is written, after {@link #find} was true. */
    Stamp stamp() {
      return stamp;
    }

    /** Where it begins. */
    int start() {
      return start;
    }

    /** The time. */
    long value() {
      return value;
    }

    private boolean isAt(byte[] text, int i, int from, int to) {
      int hour = two(text, i - 2);
      int minute = two(text, i + 1);
      int second = two(text, i + 4);
      int between = text[i - 3];
      // No number is below 0, and one that is not there is.
      if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) {
        return false;
      }
      long days;
      int layout;
      if ((between == 'T' || between == ' ') && text[i - 6] == '-' && text[i - 9] == '-') {
        layout = DASHES;
        start = i - 13;
        days = days(year(text, start), two(text, i - 8), two(text, i - 5));
      } else if (between == ':' && i - 14 >= from && text[i - 8] == '/' && text[i - 12] == '/') {
        layout = STROKES;
        start = i - 14;
        days = days(year(text, i - 7), month(text, i - 11), two(text, start));
      } else {
        return false;
      }
      if (days < 0) {
        return false;
      }
      int point = i + 6 < to ? text[i + 6] : 0;
      int digits = 0;
      long fraction = 0;
      if (point == '.' || point == ',') {
        for (int at = i + 7; at < to && digits < MOST_DIGITS && isDigit(text[at]); at++) {
          fraction = 10 * fraction + text[at] - '0';
          digits++;
        }
      }
      if (digits == 0) {
        point = 0;
      }
      if (stamp.layout != layout || stamp.separator != between || stamp.point != point || stamp.digits != digits) {
        stamp = new Stamp(layout, between, point, digits);
      }
      value = (days * DAY + 3600L * hour + 60L * minute + second) * POWERS[digits] + fraction;
      return true;
    }

    /** Days since the epoch, or -1 when there is no such day or none of those years. */
    private long days(int year, int month, int day) {
      if ((year | month | day) < 0) {
        return -1;
      }
      int date = year * 10_000 + month * 100 + day;
      if (date != knownDate) {
        knownDate = date;
        boolean valid =
            year >= 1970
                && year < 2200
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth();
        knownDays = valid ? LocalDate.of(year, month, day).toEpochDay() : -1;
      }
      return knownDays;
    }

    private static int year(byte[] text, int at) {
      int high = two(text, at);
      int low = two(text, at + 2);
      return (high | low) < 0 ? -1 : 100 * high + low;
    }

    private static int month(byte[] text, int at) {
      for (int m = 0; m < 12; m++) {
        if (text[at] == MONTHS[3 * m] && text[at + 1] == MONTHS[3 * m + 1] && text[at + 2] == MONTHS[3 * m + 2]) {
          return m + 1;
        }
      }
      return -1;
    }

    private static int two(byte[] text, int at) {
      return isDigit(text[at]) && isDigit(text[at + 1]) ? 10 * (text[at] - '0') + text[at + 1] - '0' : -1;
    }

    private static boolean isDigit(byte b) {
      return b >= '0' && b <= '9';
    }
  }

  /** Writes times of one kind, the quicker the less often their second changes. For one thread. */
  static final class Writer {
    /** The three digits of each number as bytes from 0 to 9, the first in the lowest. */
    private static final int[] THREE = new int[1_000];

    static {
      for (int n = 0; n < THREE.length; n++) {
        THREE[n] = n / 100 | n / 10 % 10 << 8 | n % 10 << 16;
      }
    }

    private final Stamp stamp;
    private final int length;
    private final int digits;
    private long knownDay = Long.MIN_VALUE;

    /** The text of the second that was turned to, with zeros for its fraction. */
    private final byte[] known = new byte[4 * Long.BYTES];

    /** Eight bytes of it each, from 0, 8 and 16 on and at its end. */
    private long first;

    private long second;
    private long third;
    private long last;

    Writer(Stamp stamp) {
      this.stamp = stamp;
      this.length = stamp.length();
      this.digits = stamp.digits;
    }

    /** Writes a time of the second that was turned to last, by its fraction in units of the last digit. */
    void write(int fraction, byte[] out, int at) {
      LONG.set(out, at, first);
      LONG.set(out, at + 8, second);
      if (length > 3 * Long.BYTES) {
        LONG.set(out, at + 16, third);
      }
      // The last eight bytes have zeros for all digits of the fraction but a ninth; they are added by threes, from the end.
      int end = at + length;
      if (digits <= 3) {
        LONG.set(out, end - Long.BYTES, last + ((long) THREE[fraction] << 40));
        return;
      }
      int thousands = fraction / 1_000;
      long low = last + ((long) THREE[fraction - 1_000 * thousands] << 40);
      if (digits <= 6) {
        LONG.set(out, end - Long.BYTES, low + ((long) THREE[thousands] << 16));
        return;
      }
      int millions = thousands / 1_000;
      int high = THREE[millions];
      if (digits == MOST_DIGITS) {
        out[end - MOST_DIGITS] = (byte) ('0' + (high & 0xFF));
      }
      LONG.set(out, end - Long.BYTES, low + ((long) THREE[thousands - 1_000 * millions] << 16) + (high >>> 8));
    }

    /**
     * Makes the text of a second, from the epoch.
     *
     * @throws CorruptBytesException when it is not of the years that are found
     */
    void turnTo(long seconds) {
      if (seconds < 0 || seconds >= END) {
        throw new CorruptBytesException("a line's time is " + seconds + " s after 1970, expected 0 to " + END);
      }
      long day = seconds / DAY;
      if (day != knownDay) {
        know(LocalDate.ofEpochDay(day));
        knownDay = day;
      }
      int ofDay = (int) (seconds - day * DAY);
      int minutes = ofDay / 60;
      int hours = minutes / 60;
      int time = stamp.date() + 1;
      two(hours, time);
      known[time + 2] = ':';
      two(minutes - 60 * hours, time + 3);
      known[time + 5] = ':';
      two(ofDay - 60 * minutes, time + 6);
      first = (long) LONG.get(known, 0);
      second = (long) LONG.get(known, 8);
      third = (long) LONG.get(known, 16);
      last = (long) LONG.get(known, length - Long.BYTES);
    }

    private void know(LocalDate day) {
      int year = day.getYear();
      if (stamp.layout == DASHES) {
        two(year / 100, 0);
        two(year % 100, 2);
        known[4] = '-';
        two(day.getMonthValue(), 5);
        known[7] = '-';
        two(day.getDayOfMonth(), 8);
      } else {
        two(day.getDayOfMonth(), 0);
        known[2] = '/';
        System.arraycopy(MONTHS, 3 * (day.getMonthValue() - 1), known, 3, 3);
        known[6] = '/';
        two(year / 100, 7);
        two(year % 100, 9);
      }
      known[stamp.date()] = (byte) stamp.separator;
      int end = stamp.date() + 1 + TIME;
      known[end] = (byte) stamp.point;
      Arrays.fill(known, end + 1, known.length, (byte) '0');
    }

    private void two(int number, int at) {
      known[at] = (byte) ('0' + number / 10);
      known[at + 1] = (byte) ('0' + number % 10);
    }
  }
}
