package io.sigyn.storage;

import java.time.Duration;

/**
 * What may be set about a store. Start from {@link #DEFAULT} or {@link #forHeap} and change what differs.
 *
 * @param sync when an append counts as durable
 * @param syncInterval for {@link SyncMode#INTERVAL}, the longest time until the log is synced
 * @param walMaxBytes bytes of the log on disk; half of it starts a flush, all of it refuses appends until one is done
 * @param headMaxBytes memory of entries that starts a flush; twice as much refuses appends until a flush is done
 * @param headMaxAge age of the oldest entry in memory that starts a flush
 * @param blockCacheBytes decoded blocks kept in memory
 * @param minFreeBytes free bytes of the disk below which appends are refused with 503 and queries go on; {@link #DERIVED}
 *     for 1 GiB or 2% of the disk, whichever is more, but no more than 10% of a small disk
 * @param walQueueBytes bytes of records that may wait for the disk
 */
public record StoreOptions(
    SyncMode sync,
    Duration syncInterval,
    long walMaxBytes,
    long headMaxBytes,
    Duration headMaxAge,
    long blockCacheBytes,
    long minFreeBytes,
    long walQueueBytes) {
  /** For {@link #minFreeBytes}: depends on the size of the disk. */
  public static final long DERIVED = -1;

  private static final long MIB = 1L << 20;
  private static final Duration SYNC_INTERVAL = Duration.ofMillis(50);
  private static final long WAL_MAX_BYTES = 512 * MIB;
  private static final long WAL_QUEUE_BYTES = 64 * MIB;

  /** Group commit, flushes after 15 minutes, a log of 512 MiB, memory as {@link #forHeap} splits this process's heap. */
  public static final StoreOptions DEFAULT = forHeap(Runtime.getRuntime().maxMemory());

  /** Refuses sizes and times that are not positive. */
  public StoreOptions {
    positive("sync interval", syncInterval.toNanos());
    positive("size of the log", walMaxBytes);
    positive("size of the head", headMaxBytes);
    positive("age of the head", headMaxAge.toNanos());
    positive("queue of the log", walQueueBytes);
  }

  private static void positive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + ": must be positive, is " + value);
    }
  }

  /** With defaults for the rest. */
  public StoreOptions(
      SyncMode sync, long headMaxBytes, Duration headMaxAge, long blockCacheBytes, long minFreeBytes) {
    this(
        sync,
        SYNC_INTERVAL,
        WAL_MAX_BYTES,
        headMaxBytes,
        headMaxAge,
        blockCacheBytes,
        minFreeBytes,
        WAL_QUEUE_BYTES);
  }

  /**
   * The defaults for a heap of so many bytes. Of the heap, 35% are for entries in memory (a flush starts at half of it, at
   * most 256 MiB), 10% for decoded blocks (at most 512 MiB), 5% for records that wait for the disk (at most 64 MiB). 10% are
   * meant for bodies of requests, 35% for queries, and 5% stay in reserve.
   */
  public static StoreOptions forHeap(long heapBytes) {
    long percent = heapBytes / 100;
    return new StoreOptions(
        SyncMode.GROUP,
        SYNC_INTERVAL,
        WAL_MAX_BYTES,
        Math.clamp(35 * percent / 2, MIB, 256 * MIB),
        Duration.ofMinutes(15),
        Math.clamp(10 * percent, MIB, 512 * MIB),
        DERIVED,
        Math.clamp(5 * percent, MIB, WAL_QUEUE_BYTES));
  }

  /** These with another mode. */
  public StoreOptions withSync(SyncMode mode, Duration interval) {
    return new StoreOptions(
        mode, interval, walMaxBytes, headMaxBytes, headMaxAge, blockCacheBytes, minFreeBytes, walQueueBytes);
  }

  /** These with another bound of the log. */
  public StoreOptions withWalMaxBytes(long bytes) {
    return new StoreOptions(
        sync, syncInterval, bytes, headMaxBytes, headMaxAge, blockCacheBytes, minFreeBytes, walQueueBytes);
  }

  /** Memory of entries beyond which appends are refused. */
  public long headLimitBytes() {
    return 2 * headMaxBytes;
  }

  /** When an append is acknowledged, and so what a power cut or the death of the process can take back. */
  public enum SyncMode {
    /** After the fdatasync that covers the record. Nothing acknowledged is ever lost. */
    GROUP,
    /** After write(), with an fdatasync every interval. A power cut loses the interval; the death of the process nothing. */
    INTERVAL,
    /**
     * After write(). A power cut loses what the system has not written yet, typically half a minute; the death of the
     * process nothing.
     */
    OS,
    /**
     * As soon as it is in memory; the record is on its way. The death of the process loses what waits, typically some
     * milliseconds, a power cut as much as with {@link #OS}, and a disk that fails what it did not take.
     */
    NONE
  }
}
