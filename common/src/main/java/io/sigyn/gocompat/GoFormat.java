package io.sigyn.gocompat;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Go's {@code fmt} verbs for floating-point numbers. */
public final class GoFormat {
  private GoFormat() {}

  /** {@code %v}: shortest digits, with an exponent when it is below -4 or at least 6 ({@code 1e-05}, {@code 1e+06}). */
  public static String general(double v) {
    if (Double.isNaN(v) || Double.isInfinite(v) || v == 0) {
      return GoFloats.format(v);
    }
    BigDecimal shortest = new BigDecimal(GoFloats.format(v)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    StringBuilder out = new StringBuilder(v < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    return out.append(magnitude < 10 ? "0" : "").append(magnitude).toString();
  }

  /** {@code %f}: six decimals. */
  public static String fixed6(double v) {
    if (Double.isNaN(v) || Double.isInfinite(v)) {
      return GoFloats.format(v);
    }
    BigDecimal rounded = new BigDecimal(v).setScale(6, RoundingMode.HALF_EVEN);
    boolean negative = v < 0 || (v == 0 && 1 / v < 0);
    return (negative ? "-" : "") + rounded.abs().toPlainString();
  }
}
