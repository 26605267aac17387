package io.sigyn.storage;

import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Reach;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.OptionalInt;

/**
 * Where everything lies below the root.
 *
 * <pre>
 * LOCK                                 who owns the directory
 * IDENTITY                             the store's id
 * wal/0/&lt;16 hex digits&gt;.wal            the log of shard set 0, the only one
 * wal/0/MARK                           how far it was durable
 * t/&lt;tenant&gt;/&lt;yyyymmdd&gt;/MANIFEST-&lt;n&gt;    which segments make up the day
 * t/&lt;tenant&gt;/&lt;yyyymmdd&gt;/L&lt;level&gt;-&lt;id&gt;.lseg
 * t/&lt;tenant&gt;/tombstones/&lt;id&gt;.tomb    delete requests
 * t/&lt;tenant&gt;/tombstones-copy/&lt;id&gt;.tomb    the same once more
 * SCRUB                                how far the scrubber came
 * quarantine/                          copies of what was damaged
 * </pre>
 *
 * Every character a tenant's id may have is fit for a file name.
 */
record Layout(Path root) {
  private static final long DAY_NANOS = 86_400L * 1_000_000_000L;
  private static final String TENANTS = "t";
  private static final String TOMBSTONES = "tombstones";
  private static final String TOMBSTONE_COPIES = "tombstones-copy";

  Path lock() {
    return root.resolve("LOCK");
  }

  Path identity() {
    return root.resolve("IDENTITY");
  }

  Path wal() {
    return root.resolve("wal").resolve("0");
  }

  Path tenants() {
    return root.resolve(TENANTS);
  }

  Path day(Tenant tenant, int day) {
    return tenants().resolve(tenant.id()).resolve(DateTimeFormatter.BASIC_ISO_DATE.format(LocalDate.ofEpochDay(day)));
  }

  Path tombstones(Tenant tenant) {
    return tenants().resolve(tenant.id()).resolve(TOMBSTONES);
  }

  Path tombstoneCopies(Tenant tenant) {
    return tenants().resolve(tenant.id()).resolve(TOMBSTONE_COPIES);
  }

  Path scrub() {
    return root.resolve("SCRUB");
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  /** Which answers may lack something when a file is lost, as far as its place tells: those of its tenant and day. */
  static Reach reachOf(Path lost) {
    Path directory = lost.getParent();
    Path owner = directory == null ? null : directory.getParent();
    if (directory == null || owner == null || owner.getParent() == null || !owner.getParent().endsWith(TENANTS)) {
      return Reach.EVERYTHING;
    }
    try {
      Tenant tenant = new Tenant(owner.getFileName().toString());
      OptionalInt day = day(directory);
      if (day.isPresent()) {
        return Reach.ofDay(tenant, day.getAsInt());
      }
      return directory.endsWith(TOMBSTONES) ? Reach.of(tenant) : Reach.EVERYTHING;
    } catch (LokiException e) {
      return Reach.EVERYTHING;
    }
  }

  /** The day a directory of a tenant is for, if it is one. */
  static OptionalInt day(Path directory) {
    try {
      LocalDate date = LocalDate.parse(directory.getFileName().toString(), DateTimeFormatter.BASIC_ISO_DATE);
      return OptionalInt.of(Math.toIntExact(date.toEpochDay()));
    } catch (DateTimeParseException | ArithmeticException e) {
      return OptionalInt.empty();
    }
  }

  /** The UTC day of a time, counted from the epoch. */
  static int dayOf(long nanos) {
    return (int) Math.floorDiv(nanos, DAY_NANOS);
  }

  /** The first nanosecond of a day that a long can hold. */
  static long firstOf(int day) {
    return day <= dayOf(Long.MIN_VALUE) ? Long.MIN_VALUE : day * DAY_NANOS;
  }

  /** The last nanosecond of a day that a long can hold. */
  static long lastOf(int day) {
    return day >= dayOf(Long.MAX_VALUE) ? Long.MAX_VALUE : firstOf(day + 1) - 1;
  }
}
