package io.sigyn.gocompat;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Durations as Go and Prometheus write them. All values are nanoseconds in a signed 64-bit integer, as in Go. */
public final class GoDurations {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Prometheus units from large to small; each may occur once, in this order. */
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

  private static final long[] UNIT_NANOS = {365 * DAY, 7 * DAY, DAY, HOUR, MINUTE, SECOND, MILLI};
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDurations() {}

  /**
   * Go's {@code time.ParseDuration}: {@code 1h30m}, {@code 1.5s}, {@code -2ms}, {@code 0}.
   *
   * @throws IllegalArgumentException with Go's text
   */
  public static long parseGo(String text) {
    String s = text;
    boolean negative = false;
    if (!s.isEmpty() && (s.charAt(0) == '-' || s.charAt(0) == '+')) {
      negative = s.charAt(0) == '-';
      s = s.substring(1);
    }
    if (s.equals("0")) {
      return 0;
    }
    if (s.isEmpty()) {
      throw invalidGo(text);
    }
    BigDecimal sum = BigDecimal.ZERO;
    int at = 0;
    while (at < s.length()) {
      int from = at;
      boolean digits = false;
      while (at < s.length() && isDigit(s.charAt(at))) {
        at++;
        digits = true;
      }
      if (at < s.length() && s.charAt(at) == '.') {
        at++;
        while (at < s.length() && isDigit(s.charAt(at))) {
          at++;
          digits = true;
        }
      }
      if (!digits) {
        throw invalidGo(text);
      }
      String number = s.substring(from, at);
      int unitFrom = at;
      while (at < s.length() && s.charAt(at) != '.' && !isDigit(s.charAt(at))) {
        at++;
      }
      if (at == unitFrom) {
        throw new IllegalArgumentException("time: missing unit in duration " + GoQuote.quote(text));
      }
      String unit = s.substring(unitFrom, at);
      long nanos =
          switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> MILLI;
            case "s" -> SECOND;
            case "m" -> MINUTE;
            case "h" -> HOUR;
            default ->
                throw new IllegalArgumentException(
                    "time: unknown unit " + GoQuote.quote(unit) + " in duration " + GoQuote.quote(text));
          };
      String plain = number.endsWith(".") ? number.substring(0, number.length() - 1) : number;
      if (plain.length() > 40) {
        throw invalidGo(text);
      }
      BigDecimal part = new BigDecimal(plain.startsWith(".") ? "0" + plain : plain);
      sum = sum.add(part.multiply(BigDecimal.valueOf(nanos)).setScale(0, RoundingMode.DOWN));
      if (sum.compareTo(negative ? MAX.add(BigDecimal.ONE) : MAX) > 0) {
        throw invalidGo(text);
      }
    }
    return (negative ? sum.negate() : sum).longValue();
  }

  /**
   * Go's {@code Duration.Seconds}. Whole seconds and the rest are divided apart, so 2.28 s are 2.2800000000000002, where a
   * single division gives 2.28.
   */
  public static double seconds(long nanos) {
    return in(SECOND, nanos);
  }

  /** Go's {@code Duration.Minutes}, divided as {@link #seconds} is. */
  public static double minutes(long nanos) {
    return in(MINUTE, nanos);
  }

  /** Go's {@code Duration.Hours}, divided as {@link #seconds} is. */
  public static double hours(long nanos) {
    return in(HOUR, nanos);
  }

  private static double in(long unit, long nanos) {
    long whole = nanos / unit;
    return whole + (double) (nanos % unit) / unit;
  }

  /**
   * Prometheus' durations: whole numbers with {@code y w d h m s ms}, largest unit first, each unit at most once.
   *
   * @throws IllegalArgumentException with Prometheus' text
   */
  public static long parsePrometheus(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty duration string");
    }
    if (text.equals("0")) {
      return 0;
    }
    BigDecimal sum = BigDecimal.ZERO;
    int lastUnit = -1;
    int at = 0;
    while (at < text.length()) {
      int from = at;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      if (at == from || at - from > 19) {
        throw invalidPrometheus(text);
      }
      BigDecimal number = new BigDecimal(text.substring(from, at));
      int unitFrom = at;
      while (at < text.length() && !isDigit(text.charAt(at))) {
        at++;
      }
      if (at == unitFrom) {
        throw invalidPrometheus(text);
      }
      String unit = text.substring(unitFrom, at);
      int u = 0;
      while (u < UNITS.length && !UNITS[u].equals(unit)) {
        u++;
      }
      if (u == UNITS.length) {
        throw new IllegalArgumentException(
            "unknown unit " + GoQuote.quote(unit) + " in duration " + GoQuote.quote(text));
      }
      if (u <= lastUnit) {
        throw invalidPrometheus(text);
      }
      lastUnit = u;
      sum = sum.add(number.multiply(BigDecimal.valueOf(UNIT_NANOS[u])));
      if (sum.compareTo(MAX) > 0) {
        throw new IllegalArgumentException("duration out of range");
      }
    }
    return sum.longValue();
  }

  /**
   * Either form, Prometheus' first.
   *
   * @throws IllegalArgumentException with Go's text when it is neither
   */
  public static long parse(String text) {
    try {
      return parsePrometheus(text);
    } catch (IllegalArgumentException e) {
      return parseGo(text);
    }
  }

  /** Go's {@code Duration.String}: {@code 1h30m0s}, {@code 1.5s}, {@code 300ms}, {@code 0s}. */
  public static String formatGo(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    BigDecimal abs = BigDecimal.valueOf(nanos).abs();
    StringBuilder out = new StringBuilder(nanos < 0 ? "-" : "");
    if (abs.compareTo(BigDecimal.valueOf(SECOND)) < 0) {
      long n = abs.longValue();
      if (n < 1_000) {
        return out.append(n).append("ns").toString();
      }
      boolean micro = n < MILLI;
      return out.append(plain(abs.movePointLeft(micro ? 3 : 6))).append(micro ? "µs" : "ms").toString();
    }
    long seconds = abs.divideToIntegralValue(BigDecimal.valueOf(SECOND)).longValue();
    long rest = abs.remainder(BigDecimal.valueOf(SECOND)).longValue();
    long hours = seconds / 3_600;
    long minutes = seconds / 60 % 60;
    if (hours > 0) {
      out.append(hours).append('h');
    }
    if (seconds >= 60) {
      out.append(minutes).append('m');
    }
    return out.append(plain(BigDecimal.valueOf(seconds % 60 * SECOND + rest).movePointLeft(9)))
        .append('s')
        .toString();
  }

  /** Prometheus' {@code Duration.String}: {@code 1d}, {@code 30d1h}, {@code 1m30s}, {@code 0s}; below 1 ms is cut off. */
  public static String formatPrometheus(long nanos) {
    long ms = nanos / MILLI;
    if (ms == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    if (ms < 0) {
      out.append('-');
      ms = -ms;
    }
    for (int u = 0; u < UNITS.length; u++) {
      long unit = UNIT_NANOS[u] / MILLI;
      // Years and weeks are written only when nothing remains, as Prometheus does.
      boolean use = u < 2 ? ms % unit == 0 : ms >= unit;
      if (use && ms >= unit) {
        out.append(ms / unit).append(UNITS[u]);
        ms %= unit;
      }
    }
    return out.toString();
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException invalidGo(String text) {
    return new IllegalArgumentException("time: invalid duration " + GoQuote.quote(text));
  }

  private static IllegalArgumentException invalidPrometheus(String text) {
    return new IllegalArgumentException("not a valid duration string: " + GoQuote.quote(text));
  }
}
