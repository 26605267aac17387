package io.sigyn.server.api;

import io.sigyn.gocompat.GoFloats;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Instants as Loki's parameters write them; all values are nanoseconds since the Unix epoch, cut at
 * the ends of a long.
 *
 * <ul>
 *   <li>a number with a point: seconds, the fraction rounded to milliseconds
 *   <li>a whole number of up to ten characters: seconds; a longer one: nanoseconds
 *   <li>RFC 3339 with up to nine digits of a fraction
 * </ul>
 */
final class Timestamps {
  private static final long SECOND = 1_000_000_000L;
  private static final long MAX_SECONDS = Long.MAX_VALUE / SECOND;

  private Timestamps() {}

  /**
   * Reads an instant.
   *
   * @throws NumberFormatException with Go's text
   */
  static long parse(String text) {
    if (text.indexOf('.') >= 0) {
      try {
        return ofSeconds(GoFloats.parse(text));
      } catch (NumberFormatException notSeconds) {
        // An RFC 3339 time may have a point as well.
      }
    }
    try {
      long number = GoNumbers.parseInt(text);
      return text.length() <= 10 ? clamp(number, 0) : number;
    } catch (NumberFormatException notANumber) {
      return rfc3339(text).orElseThrow(() -> notANumber);
    }
  }

  private static long ofSeconds(double seconds) {
    double whole = seconds < 0 ? Math.ceil(seconds) : Math.floor(seconds);
    double fraction = (seconds - whole) * 1000;
    long millis = (long) Math.copySign(Math.floor(Math.abs(fraction) + 0.5), fraction);
    return clamp(whole, millis * 1_000_000L);
  }

  private static long clamp(double seconds, long nanos) {
    if (seconds >= MAX_SECONDS) {
      return Long.MAX_VALUE;
    } else if (seconds <= -MAX_SECONDS) {
      return Long.MIN_VALUE;
    }
    return ((long) seconds) * SECOND + nanos;
  }

  /** {@code 2006-01-02T15:04:05[.999999999](Z|±07:00)}, to the letter. */
  private static Optional<Long> rfc3339(String text) {
    if (!shape(text, 0, "dddd-dd-ddTdd:dd:dd")) {
      return Optional.empty();
    }
    int at = 19;
    long nanos = 0;
    if (at < text.length() && text.charAt(at) == '.') {
      int from = ++at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        nanos = at - from < 9 ? nanos * 10 + text.charAt(at) - '0' : nanos;
        at++;
      }
      if (at == from) {
        return Optional.empty();
      }
      for (int digits = at - from; digits < 9; digits++) {
        nanos *= 10;
      }
    }
    int offsetSeconds;
    if (text.startsWith("Z", at) && text.length() == at + 1) {
      offsetSeconds = 0;
    } else if (text.length() == at + 6
        && shape(text, at + 1, "dd:dd")
        && "+-".indexOf(text.charAt(at)) >= 0) {
      int seconds = (number(text, at + 1, 2) * 60 + number(text, at + 4, 2)) * 60;
      offsetSeconds = text.charAt(at) == '-' ? -seconds : seconds;
    } else {
      return Optional.empty();
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 2),
              number(text, 8, 2),
              number(text, 11, 2),
              number(text, 14, 2),
              number(text, 17, 2));
      return Optional.of(clamp(local.toEpochSecond(ZoneOffset.UTC) - offsetSeconds, nanos));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean shape(String text, int at, String shape) {
    if (text.length() < at + shape.length()) {
      return false;
    }
    for (int i = 0; i < shape.length(); i++) {
      char want = shape.charAt(i);
      char c = text.charAt(at + i);
      if (want == 'd' ? c < '0' || c > '9' : c != want) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int at, int digits) {
    return Integer.parseInt(text, at, at + digits, 10);
  }
}
