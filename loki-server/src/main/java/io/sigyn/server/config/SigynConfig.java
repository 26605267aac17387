package io.sigyn.server.config;

import io.sigyn.config.ByteSize;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.StoreOptions.SyncMode;
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
 * @param onPartial what becomes of a query when some of what it asks for is damaged
 */
public record SigynConfig(
    SyncMode walSync,
    ByteSize headMaxSize,
    Duration headMaxAge,
    ByteSize blockCacheSize,
    ByteSize minFreeDisk,
    int queryQueueSize,
    OnPartial onPartial) {
  /** The store's defaults and 256 waiting queries. */
  public static final SigynConfig DEFAULT =
      new SigynConfig(
          StoreOptions.DEFAULT.sync(),
          new ByteSize(StoreOptions.DEFAULT.headMaxBytes()),
          StoreOptions.DEFAULT.headMaxAge(),
          new ByteSize(StoreOptions.DEFAULT.blockCacheBytes()),
          new ByteSize(StoreOptions.DEFAULT.minFreeBytes()),
          256,
          OnPartial.WARN);

  /** Refuses a queue that holds nothing. */
  public SigynConfig {
    if (queryQueueSize < 1) {
      throw new IllegalArgumentException(
          "query_queue_size: must be at least 1, is " + queryQueueSize);
    }
  }

  /** The part the store wants. */
  public StoreOptions store() {
    return new StoreOptions(
        walSync, headMaxSize.bytes(), headMaxAge, blockCacheSize.bytes(), minFreeDisk.bytes());
  }
}
