package io.sigyn.cli;

import io.sigyn.cli.terminal.FailedException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times and zones as they are typed. */
final class TimeText {
  /** More digits than this before the point cannot be seconds of a year anybody asks for. */
  private static final long MAX_SECONDS = 100_000_000_000L;

  private TimeText() {}

  /**
   * RFC 3339 with any number of digits, the same without a zone, a date, or Unix time in seconds
   * (with a fraction) or nanoseconds.
   *
   * @param zone of a time that names none
   * @param option for the message
   * @return nanoseconds since the Unix epoch
   */
  static long nanos(String text, ZoneId zone, String option) {
    try {
      if (!text.isEmpty() && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')) {
        BigDecimal number = new BigDecimal(text);
        boolean seconds = number.compareTo(BigDecimal.valueOf(MAX_SECONDS)) < 0;
        return (seconds ? number.movePointRight(9) : number).longValue();
      }
      return ChronoUnit.NANOS.between(Instant.EPOCH, instant(text.replace(' ', 'T'), zone));
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw new FailedException(
          option
              + "="
              + text
              + " is not a time; write for example 2026-01-31T15:04:05Z, 2026-01-31 or 1769871845");
    }
  }

  private static Instant instant(String text, ZoneId zone) {
    int timeFrom = text.indexOf('T');
    if (timeFrom < 0) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    String time = text.substring(timeFrom);
    boolean zoned = time.endsWith("Z") || time.indexOf('+') >= 0 || time.indexOf('-') >= 0;
    return zoned
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(zone).toInstant();
  }

  /** Local, UTC, a name such as Europe/Paris, or an offset such as +08:00. */
  static ZoneId zone(String name) {
    if (name.equalsIgnoreCase("local")) {
      return ZoneId.systemDefault();
    }
    if (name.equalsIgnoreCase("utc")) {
      return ZoneOffset.UTC;
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new FailedException(
          "--timezone="
              + name
              + " is no time zone; write Local, UTC, a name such as Europe/Paris or an offset such as +08:00");
    }
  }

  /** RFC 3339. */
  static String show(long nanos, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        Instant.EPOCH.plus(nanos, ChronoUnit.NANOS).atZone(zone));
  }
}
