package io.sigyn.benchmarks.macro;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as programs write them into lines. Digits by hand: formatting would cost more than the rest of a line. */
final class Stamps {
  private static final DateTimeFormatter APACHE = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss", Locale.ROOT);

  private Stamps() {}

  /** Appends such as {@code 2026-01-31T08:15:00.123Z} with this many digits of a second, 3 to 9. */
  static void rfc3339(long nanos, int fraction, StringBuilder out) {
    ZonedDateTime at = at(nanos);
    out.append(at.getYear()).append('-');
    two(at.getMonthValue(), out).append('-');
    two(at.getDayOfMonth(), out).append('T');
    two(at.getHour(), out).append(':');
    two(at.getMinute(), out).append(':');
    two(at.getSecond(), out).append('.');
    int rest = at.getNano();
    for (int i = 0, unit = 100_000_000; i < fraction; i++, unit /= 10) {
      out.append((char) ('0' + rest / unit % 10));
    }
    out.append('Z');
  }

  /** Appends such as {@code 31/Jan/2026:08:15:00 +0000}. */
  static void apache(long nanos, StringBuilder out) {
    APACHE.formatTo(at(nanos), out);
    out.append(" +0000");
  }

  private static ZonedDateTime at(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .atZone(ZoneOffset.UTC);
  }

  private static StringBuilder two(int number, StringBuilder out) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
