package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoFloats;
import org.jspecify.annotations.Nullable;

/** Lenient conversions of template values. */
public final class Conversions {
  private Conversions() {}

  /** Whether {@code if} takes the value for true. */
  public static boolean truth(@Nullable Object value) {
    return GoPrint.truth(value);
  }

  /** An integer; text may have Go's base prefixes, and decimals that are cut off; what is none is 0. */
  public static long toLong(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case Long n -> n;
      case Double d -> (long) d.doubleValue();
      case Boolean b -> b ? 1 : 0;
      case String s -> {
        int dot = s.indexOf('.');
        boolean decimals = dot >= 0 && s.substring(dot + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        String whole = decimals ? s.substring(0, dot) : s;
        Long parsed = NumberText.integer(whole);
        yield parsed == null ? 0 : parsed;
      }
      default -> 0;
    };
  }

  /** A number; what is none is 0. */
  public static double toDouble(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case Long n -> n;
      case Double d -> d;
      case Boolean b -> b ? 1 : 0;
      case String s -> {
        try {
          yield GoFloats.parse(s);
        } catch (NumberFormatException e) {
          yield 0;
        }
      }
      default -> 0;
    };
  }
}
