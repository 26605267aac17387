package io.sigyn.gocompat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/** Sizes as people write them: {@code 10kB} is 10,000 and {@code 10KiB} is 10,240. Values are unsigned 64-bit. */
public final class HumanBytes {
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(64);
  private static final String[] SI = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private HumanBytes() {}

  /** Whether {@link #parse} accepts the text. */
  public static boolean isValid(String text) {
    try {
      parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The number of bytes, cut to an integer.
   *
   * @throws IllegalArgumentException with the text a Go program shows
   */
  public static long parse(String text) {
    int at = 0;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.' || text.charAt(at) == ',')) {
      at++;
    }
    double number = GoFloats.parse(text.substring(0, at).replace(",", ""));
    String unit = text.substring(at).trim().toLowerCase(Locale.ROOT);
    BigDecimal bytes = new BigDecimal(number * factor(unit));
    if (bytes.compareTo(new BigDecimal(LIMIT)) >= 0) {
      throw new IllegalArgumentException("too large: " + text);
    }
    return bytes.toBigInteger().longValue();
  }

  private static double factor(String unit) {
    int power = unit.isEmpty() ? 0 : "bkmgtpe".indexOf(unit.charAt(0));
    String rest = unit.isEmpty() ? "" : unit.substring(1);
    boolean decimal = rest.isEmpty() || (rest.equals("b") && power > 0);
    boolean binary = power > 0 && (rest.equals("i") || rest.equals("ib"));
    if (power < 0 || !(decimal || binary)) {
      throw new IllegalArgumentException("unhandled size name: " + unit);
    }
    return Math.pow(decimal ? 1000 : 1024, power);
  }

  /** Powers of 1000 with one decimal below ten: {@code 5B}, {@code 1.5kB}, {@code 10MB}. */
  public static String format(long bytes) {
    if (bytes >= 0 && bytes < 10) {
      return bytes + "B";
    }
    double n = new BigDecimal(new BigInteger(Long.toUnsignedString(bytes))).doubleValue();
    int exponent = (int) Math.floor(Math.log(n) / Math.log(1000));
    double value = Math.floor(n / Math.pow(1000, exponent) * 10 + 0.5) / 10;
    BigDecimal shown = new BigDecimal(value).setScale(value < 10 ? 1 : 0, RoundingMode.HALF_EVEN);
    return shown.toPlainString() + SI[exponent];
  }
}
