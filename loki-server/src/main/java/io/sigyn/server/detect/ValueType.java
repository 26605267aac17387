package io.sigyn.server.detect;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFloats;
import io.sigyn.gocompat.HumanBytes;
import java.util.Locale;
import java.util.Set;

/** What a text may be read as, in the order in which that is tried. */
public enum ValueType {
  /** A decimal integer of 64 bits. */
  INT,
  /** A number. */
  FLOAT,
  /** What Go reads as true or false. */
  BOOLEAN,
  /** A duration as Go writes them. */
  DURATION,
  /** A number of bytes with a unit. */
  BYTES,
  /** Anything else. */
  STRING;

  private static final Set<String> TRUTHS =
      Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");

  /** The type of a text. */
  public static ValueType of(String text) {
    if (isInt(text)) {
      return INT;
    } else if (isFloat(text)) {
      return FLOAT;
    } else if (TRUTHS.contains(text)) {
      return BOOLEAN;
    } else if (isDuration(text)) {
      return DURATION;
    }
    return HumanBytes.isValid(text) ? BYTES : STRING;
  }

  private static boolean isInt(String text) {
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isFloat(String text) {
    try {
      GoFloats.parse(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isDuration(String text) {
    try {
      GoDurations.parseGo(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
