package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoFloats;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers as Go writes them in source. */
final class NumberText {
  private NumberText() {}

  /** A {@link Long} for whatever has a whole value, a {@link Double} otherwise, null for what is no number. */
  static @Nullable Object parse(String text) {
    Long integer = integer(text);
    if (integer != null) {
      return integer;
    }
    if (text.isEmpty() || !Character.isLetterOrDigit(text.charAt(text.length() - 1)) && !text.endsWith(".")) {
      return null;
    }
    try {
      double value = GoFloats.parse(text);
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return null;
      }
      boolean plain = text.indexOf('.') < 0;
      return plain && value == Math.rint(value) && Math.abs(value) < 9.2e18 ? (Object) (long) value : (Object) value;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Go's {@code strconv.ParseInt(text, 0, 64)}, or null. */
  static @Nullable Long integer(String text) {
    int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    String digits = text.substring(at);
    int base = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      int letter = digits.charAt(1) | 0x20;
      base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
      digits = digits.substring(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
    }
    boolean separated = !digits.startsWith("__") && !digits.endsWith("_") && !digits.contains("__");
    String plain = digits.replace("_", "");
    if (!separated || plain.isEmpty() || (base == 10 && digits.startsWith("_"))) {
      return null;
    }
    for (int i = 0; i < plain.length(); i++) {
      if (plain.charAt(i) > 127 || Character.digit(plain.charAt(i), base) < 0) {
        return null;
      }
    }
    BigInteger value = new BigInteger(plain, base);
    value = text.startsWith("-") ? value.negate() : value;
    return value.bitLength() < 64 ? (Long) value.longValue() : null;
  }

  /** The shortest decimal of a number. */
  static BigDecimal decimal(double value) {
    return new BigDecimal(GoFloats.format(value));
  }
}
