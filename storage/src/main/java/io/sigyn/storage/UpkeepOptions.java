package io.sigyn.storage;

import io.sigyn.model.Tenant;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.tombstone.RowFilter;
import java.time.Duration;
import java.util.function.Function;

/**
 * What a store's background work may and shall do.
 *
 * @param runs whether it runs by itself; if not, only {@link Upkeep#runAll} makes it work
 * @param retention how long entries of a tenant are kept; asked often, so that it may change
 * @param deletes how delete requests of a tenant are treated; asked often
 * @param filters makes filters from the text of delete requests
 * @param cancelPeriod how long a delete request may be withdrawn before anything leaves the disk
 * @param maxBytes bytes of the whole directory above which the oldest segments go; 0 is without bound
 * @param bytesPerSecond what compaction, retention and deletes may read and write; 0 is without bound
 * @param scrubBytesPerSecond what the scrubber may read; 0 switches it off
 * @param scrubInterval how long after the start of a round of the scrubber the next one begins
 * @param grace how long files stay after nobody needs them any more
 */
public record UpkeepOptions(
    boolean runs,
    Function<Tenant, Retention> retention,
    Function<Tenant, DeletionMode> deletes,
    RowFilter.Compiler filters,
    Duration cancelPeriod,
    long maxBytes,
    long bytesPerSecond,
    long scrubBytesPerSecond,
    Duration scrubInterval,
    Duration grace) {
  /** How a tenant's delete requests are treated. */
  public enum DeletionMode {
    /** They hide nothing. */
    DISABLED,
    /** They hide entries, which stay on disk. */
    FILTER_ONLY,
    /** They hide entries at once and remove them from disk later. */
    FILTER_AND_DELETE
  }

  /** Compacts and scrubs, keeps everything for ever; 64 MiB/s, scrubs 20 MiB/s, a day to withdraw, five minutes of grace. */
  public static final UpkeepOptions DEFAULT =
      new UpkeepOptions(
          true,
          tenant -> Retention.FOREVER,
          tenant -> DeletionMode.FILTER_AND_DELETE,
          RowFilter.Compiler.NONE,
          Duration.ofDays(1),
          0,
          64L << 20,
          20L << 20,
          Duration.ofDays(7),
          Duration.ofMinutes(5));

  /** The same, not running by itself and without bounds; files go as soon as no query needs them. */
  public static final UpkeepOptions ON_DEMAND =
      new UpkeepOptions(
          false, DEFAULT.retention, DEFAULT.deletes, DEFAULT.filters, DEFAULT.cancelPeriod, 0, 0, 0,
          DEFAULT.scrubInterval, Duration.ZERO);

  /** The same with other periods. */
  public UpkeepOptions withRetention(Function<Tenant, Retention> other) {
    return new UpkeepOptions(
        runs, other, deletes, filters, cancelPeriod, maxBytes, bytesPerSecond, scrubBytesPerSecond, scrubInterval,
        grace);
  }

  /** The same with another treatment of delete requests. */
  public UpkeepOptions withDeletes(
      Function<Tenant, DeletionMode> mode, RowFilter.Compiler compiler, Duration untilApplied) {
    return new UpkeepOptions(
        runs, retention, mode, compiler, untilApplied, maxBytes, bytesPerSecond, scrubBytesPerSecond, scrubInterval,
        grace);
  }

  /** The same with another bound of the directory. */
  public UpkeepOptions withMaxBytes(long bytes) {
    return new UpkeepOptions(
        runs, retention, deletes, filters, cancelPeriod, bytes, bytesPerSecond, scrubBytesPerSecond, scrubInterval,
        grace);
  }

  /** The same with other bounds of what background work may read and write. */
  public UpkeepOptions withPace(long all, long scrub, Duration interval) {
    return new UpkeepOptions(runs, retention, deletes, filters, cancelPeriod, maxBytes, all, scrub, interval, grace);
  }

  /** The same with another grace time. */
  public UpkeepOptions withGrace(Duration time) {
    return new UpkeepOptions(
        runs, retention, deletes, filters, cancelPeriod, maxBytes, bytesPerSecond, scrubBytesPerSecond, scrubInterval,
        time);
  }
}
