package io.sigyn.storage;

import java.time.Duration;

/**
 * What may be set about a store.
 *
 * @param sync when an append counts as durable
 * @param headMaxBytes line bytes in memory that start a flush; twice as many refuse appends until a flush is done
 * @param headMaxAge age of the oldest entry in memory that starts a flush
 * @param blockCacheBytes decoded blocks kept in memory
 * @param minFreeBytes free bytes of the disk below which appends are refused with 503 and queries go on
 */
public record StoreOptions(
    SyncMode sync, long headMaxBytes, Duration headMaxAge, long blockCacheBytes, long minFreeBytes) {
  /** Group commit, 256 MiB or 15 minutes in memory, 256 MiB of decoded blocks, 256 MiB kept free. */
  public static final StoreOptions DEFAULT =
      new StoreOptions(SyncMode.GROUP, 256L << 20, Duration.ofMinutes(15), 256L << 20, 256L << 20);

  /** When an append is acknowledged. */
  public enum SyncMode {
    /** After the fdatasync that covers the record. Nothing acknowledged is lost with the power. */
    GROUP,
    /** After write(). Survives the death of the process, not of the machine. */
    OS
  }
}
