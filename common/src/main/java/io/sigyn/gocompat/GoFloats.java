package io.sigyn.gocompat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Go's {@code strconv} for floating-point numbers of 64 bits. */
public final class GoFloats {
  /** Up to here every integer is a double, and Long prints it as Go does. */
  private static final double EXACT = 1L << 53;

  private GoFloats() {}

  /**
   * {@code FormatFloat(v, 'f', -1, 64)}: the shortest decimal that reads back as the same number, never with an
   * exponent; {@code NaN}, {@code +Inf}, {@code -Inf}.
   */
  public static String format(double v) {
    if (v == (long) v && Math.abs(v) <= EXACT && !(v == 0 && 1 / v < 0)) {
      return Long.toString((long) v);
    }
    if (Double.isNaN(v)) {
      return "NaN";
    }
    if (Double.isInfinite(v)) {
      return v > 0 ? "+Inf" : "-Inf";
    }
    if (v == 0) {
      return "-0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(v)).stripTrailingZeros();
    if (shortest.precision() == 2) {
      // Java prefers the nearest of two digits where Go is content with one (4.9E-324 and 5e-324).
      BigDecimal one = shortest.round(new MathContext(1, RoundingMode.HALF_EVEN));
      if (one.doubleValue() == v) {
        return one.toPlainString();
      }
    }
    return shortest.toPlainString();
  }

  /**
   * {@code ParseFloat(text, 64)}: decimal and hexadecimal numbers, digits separated by underscores, and in any case
   * {@code nan}, {@code inf} and {@code infinity}, the last two with a sign if wanted.
   *
   * @throws NumberFormatException with Go's text; it has no stack trace, because bad numbers are common in logs
   */
  public static double parse(String text) {
    int length = text.length();
    if (length == 0) {
      throw new BadNumber(text, "invalid syntax");
    }
    int sign = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    char first = sign < length ? text.charAt(sign) : 0;
    if ((first < '0' || first > '9') && first != '.') {
      return special(text, sign);
    }
    boolean hex = first == '0' && sign + 1 < length && (text.charAt(sign + 1) | 0x20) == 'x';
    boolean underscores = false;
    boolean digits = false;
    boolean dot = false;
    int i = hex ? sign + 2 : sign;
    for (; i < length; i++) {
      char c = text.charAt(i);
      if (c == '_') {
        underscores = true;
      } else if (c == '.' && !dot) {
        dot = true;
      } else if (isDigit(c, hex)) {
        digits = true;
      } else {
        break;
      }
    }
    // Hexadecimal numbers must have an exponent, decimal ones may.
    boolean scaled = !hex;
    if (i < length && (text.charAt(i) | 0x20) == (hex ? 'p' : 'e')) {
      i++;
      if (i < length && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
        i++;
      }
      scaled = i < length && isDigit(text.charAt(i), false);
      while (i < length && (isDigit(text.charAt(i), false) || text.charAt(i) == '_')) {
        underscores |= text.charAt(i) == '_';
        i++;
      }
    }
    if (i < length || !digits || !scaled || (underscores && !wellSeparated(text, sign, hex))) {
      throw new BadNumber(text, "invalid syntax");
    }
    double value = Double.parseDouble(underscores ? text.replace("_", "") : text);
    if (Double.isInfinite(value)) {
      throw new BadNumber(text, "value out of range");
    }
    return value;
  }

  private static double special(String text, int sign) {
    String name = text.substring(sign).toLowerCase(Locale.ROOT);
    if (name.equals("nan") && sign == 0) {
      return Double.NaN;
    }
    if (name.equals("inf") || name.equals("infinity")) {
      return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    throw new BadNumber(text, "invalid syntax");
  }

  /** Whether every underscore stands between two digits; the prefix of a hexadecimal number counts as a digit. */
  private static boolean wellSeparated(String text, int sign, boolean hex) {
    for (int i = sign; i < text.length(); i++) {
      if (text.charAt(i) == '_') {
        boolean before = i > sign && (isDigit(text.charAt(i - 1), hex) || (hex && i == sign + 2));
        boolean after = i + 1 < text.length() && isDigit(text.charAt(i + 1), hex);
        if (!before || !after) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isDigit(char c, boolean hex) {
    return (c >= '0' && c <= '9') || (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  }

  /** Go's complaint, without a stack trace. */
  private static final class BadNumber extends NumberFormatException {
    private static final long serialVersionUID = 1;

    BadNumber(String text, String why) {
      super("strconv.ParseFloat: parsing " + GoQuote.quote(text) + ": " + why);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
