package io.sigyn.gocompat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Go's {@code time.Time}: an instant and the zone it is shown in; {@code toString} is Go's. */
public record GoTime(ZonedDateTime time) {
  /** Go's zero time. */
  public static final GoTime ZERO = new GoTime(ZonedDateTime.parse("0001-01-01T00:00:00Z[UTC]"));

  /** The instant so many nanoseconds after the Unix epoch. */
  public static GoTime ofUnixNanos(long nanos, ZoneId zone) {
    Instant instant =
        Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    return new GoTime(instant.atZone(zone));
  }

  /** Seconds since the Unix epoch. */
  public long unix() {
    return time.toEpochSecond();
  }

  /** Milliseconds since the Unix epoch. */
  public long unixMillis() {
    return time.toEpochSecond() * 1_000 + time.getNano() / 1_000_000;
  }

  /** Nanoseconds since the Unix epoch, wrapping around far away from it. */
  public long unixNanos() {
    return time.toEpochSecond() * 1_000_000_000L + time.getNano();
  }

  @Override
  public String toString() {
    return GoTimeFormat.format("2006-01-02 15:04:05.999999999 -0700 MST", this);
  }
}
