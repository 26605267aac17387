package io.sigyn.server.config;

import io.sigyn.config.ByteSize;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.UpkeepOptions;
import java.time.Duration;

/**
 * The section {@code sigyn}: settings of this server that Loki has no key for.
 *
 * @param walSync when a push is acknowledged: {@code group} after the disk has it, {@code os} after
 *     the system has it
 * @param headMaxSize line bytes in memory that start a flush
 * @param headMaxAge age of the oldest entry in memory that starts a flush
 * @param blockCacheSize decoded blocks kept in memory
 * @param minFreeDisk free bytes of the disk below which pushes are answered 503
 * @param queryQueueSize queries that may wait; one more is answered 429
 * @param retentionMaxSize size of the data directory above which the oldest entries go, whosever
 *     they are; 0 is without bound
 * @param backgroundRate bytes per second that compaction, retention and deletes may read and write;
 *     0 is without bound
 * @param scrubRate bytes per second that are read to compare checksums; 0 switches that off
 * @param scrubInterval how long after the start of a round the next one begins
 */
public record SigynConfig(
    SyncMode walSync,
    ByteSize headMaxSize,
    Duration headMaxAge,
    ByteSize blockCacheSize,
    ByteSize minFreeDisk,
    int queryQueueSize,
    ByteSize retentionMaxSize,
    ByteSize backgroundRate,
    ByteSize scrubRate,
    Duration scrubInterval) {
  /** The store's defaults and 256 waiting queries. */
  public static final SigynConfig DEFAULT =
      new SigynConfig(
          StoreOptions.DEFAULT.sync(),
          new ByteSize(StoreOptions.DEFAULT.headMaxBytes()),
          StoreOptions.DEFAULT.headMaxAge(),
          new ByteSize(StoreOptions.DEFAULT.blockCacheBytes()),
          new ByteSize(StoreOptions.DEFAULT.minFreeBytes()),
          256,
          new ByteSize(0),
          new ByteSize(UpkeepOptions.DEFAULT.bytesPerSecond()),
          new ByteSize(UpkeepOptions.DEFAULT.scrubBytesPerSecond()),
          UpkeepOptions.DEFAULT.scrubInterval());

  /** Refuses a queue that holds nothing and rounds without an interval. */
  public SigynConfig {
    if (queryQueueSize < 1) {
      throw new IllegalArgumentException(
          "query_queue_size: must be at least 1, is " + queryQueueSize);
    }
    if (!scrubInterval.isPositive()) {
      throw new IllegalArgumentException("scrub_interval: must be positive, is " + scrubInterval);
    }
  }

  /** The part the store's background work wants. */
  public UpkeepOptions upkeep() {
    return UpkeepOptions.DEFAULT
        .withMaxBytes(retentionMaxSize.bytes())
        .withPace(backgroundRate.bytes(), scrubRate.bytes(), scrubInterval);
  }

  /** The part the store wants. */
  public StoreOptions store() {
    return new StoreOptions(
        walSync, headMaxSize.bytes(), headMaxAge, blockCacheSize.bytes(), minFreeDisk.bytes());
  }
}
