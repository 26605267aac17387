package io.sigyn.server.config;

import io.sigyn.config.ByteSize;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.UpkeepOptions;
import java.time.Duration;

/**
 * The section {@code sigyn}: settings of this server that Loki has no key for. A size of 0 means that the server finds a
 * good one from the heap or the disk.
 *
 * @param walSync when a push is acknowledged: {@code group}, {@code interval}, {@code os} or {@code none}, see
 *     below
 * @param walSyncInterval for {@code interval}, the longest time until the disk has a push
 * @param walMaxSize bytes of the write-ahead log on disk, at most a quarter of the disk; half of it starts a
 *     flush, all of it refuses pushes until one is done. Bounds the time of a restart, too
 * @param headMaxSize memory of entries that starts a flush; twice as much refuses pushes until one is done. 0 is
 *     17.5% of the heap, at most 256MB
 * @param headMaxAge age of the oldest entry in memory that starts a flush
 * @param blockCacheSize decoded blocks kept in memory. 0 is 10% of the heap, at most 512MB
 * @param minFreeDisk free bytes of the disk below which pushes are answered 503; queries go on. 0 is 1GB or 2% of
 *     the disk, whichever is more, but no more than 10% of a small disk
 * @param queryMaxMemory memory that one query may hold for its answer, estimated; past it the answer is 400 and
 *     says so. 0 is an equal share of a quarter of the heap
 * @param answersMaxMemory memory of all answers that clients have not taken yet, estimated. While it is used up no query
 *     begins, and the connections that have taken nothing for longest are closed. 0 is an eighth of the heap
 * @param onPartial what becomes of a query when a block or segment it needs is damaged, or the store has found at its start
 *     that something of the query's tenant and time is lost: {@code warn} answers without it, names what is missing in
 *     {@code warnings} and sets the header {@code X-Log-Partial: corrupt}; {@code fail} answers 500
 * @param retentionMaxSize size of the data directory above which the oldest entries go, whosever
 *     they are; 0 is without bound
 * @param backgroundRate bytes per second that compaction, retention and deletes may read and write;
 *     0 is without bound
 * @param scrubRate bytes per second that are read to compare checksums; 0 switches that off
 * @param scrubInterval how long after the start of a round the next one begins
 * @param logRequestsLongerThan requests that take longer are logged at info, whatever else is; 0 is never
 */
public record SigynConfig(
    SyncMode walSync,
    Duration walSyncInterval,
    ByteSize walMaxSize,
    ByteSize headMaxSize,
    Duration headMaxAge,
    ByteSize blockCacheSize,
    ByteSize minFreeDisk,
    ByteSize queryMaxMemory,
    ByteSize answersMaxMemory,
    OnPartial onPartial,
    ByteSize retentionMaxSize,
    ByteSize backgroundRate,
    ByteSize scrubRate,
    Duration scrubInterval,
    Duration logRequestsLongerThan) {
  /** The store's defaults. */
  public static final SigynConfig DEFAULT =
      new SigynConfig(
          StoreOptions.DEFAULT.sync(),
          StoreOptions.DEFAULT.syncInterval(),
          new ByteSize(StoreOptions.DEFAULT.walMaxBytes()),
          new ByteSize(0),
          StoreOptions.DEFAULT.headMaxAge(),
          new ByteSize(0),
          new ByteSize(0),
          new ByteSize(0),
          new ByteSize(0),
          OnPartial.WARN,
          new ByteSize(0),
          new ByteSize(UpkeepOptions.DEFAULT.bytesPerSecond()),
          new ByteSize(UpkeepOptions.DEFAULT.scrubBytesPerSecond()),
          UpkeepOptions.DEFAULT.scrubInterval(),
          Duration.ofSeconds(10));

  private static final long SMALLEST_LOG = 16L << 20;

  /** Refuses what cannot work: a log that would be flushed all the time, rounds without an interval. */
  public SigynConfig {
    if (!walSyncInterval.isPositive()) {
      throw new IllegalArgumentException(
          "wal_sync_interval: must be positive, is " + walSyncInterval);
    }
    if (walMaxSize.bytes() < SMALLEST_LOG) {
      throw new IllegalArgumentException(
          "wal_max_size: must be at least " + new ByteSize(SMALLEST_LOG) + ", is " + walMaxSize);
    }
    if (!scrubInterval.isPositive()) {
      throw new IllegalArgumentException("scrub_interval: must be positive, is " + scrubInterval);
    }
  }

  /** Memory that one query may hold, of a heap of so many bytes and as many queries at a time. */
  public long queryMemory(long heapBytes, int queries) {
    return given(queryMaxMemory, heapBytes / 4 / queries);
  }

  /** Memory of answers that clients have not taken yet, of a heap of so many bytes. */
  public long answersMemory(long heapBytes) {
    return given(answersMaxMemory, heapBytes / 8);
  }

  /** The part the store's background work wants. */
  public UpkeepOptions upkeep() {
    return UpkeepOptions.DEFAULT
        .withMaxBytes(retentionMaxSize.bytes())
        .withPace(backgroundRate.bytes(), scrubRate.bytes(), scrubInterval);
  }

  /** The part the store wants, for a heap of so many bytes. */
  public StoreOptions store(long heapBytes) {
    StoreOptions derived = StoreOptions.forHeap(heapBytes);
    return new StoreOptions(
        walSync,
        walSyncInterval,
        walMaxSize.bytes(),
        given(headMaxSize, derived.headMaxBytes()),
        headMaxAge,
        given(blockCacheSize, derived.blockCacheBytes()),
        given(minFreeDisk, derived.minFreeBytes()),
        derived.walQueueBytes());
  }

  private static long given(ByteSize size, long derived) {
    return size.bytes() > 0 ? size.bytes() : derived;
  }
}
