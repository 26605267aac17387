package io.sigyn.storage;

import io.sigyn.life.ThreadSource;
import io.sigyn.storage.block.BlockFormat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What nobody should have to set, but tests do.
 *
 * @param walFileBytes length of a file of the log
 * @param walQueueBytes bytes of records that may wait for the disk
 * @param watch how often background work looks for something to do
 * @param retry how long to wait after a failure before trying again
 * @param threads where the store's own threads come from
 * @param random for salts and names; safe for use by many threads
 * @param blockBytes line bytes that a block aims at, also one made before the flush
 */
record Tuning(
    long walFileBytes,
    long walQueueBytes,
    Duration watch,
    Duration retry,
    ThreadSource threads,
    RandomGenerator random,
    int blockBytes) {
  static final Tuning DEFAULT = new Tuning(64L << 20, 64L << 20, Duration.ofSeconds(1), Duration.ofSeconds(2));

  /** With the machine's threads and randomness. */
  Tuning(long walFileBytes, long walQueueBytes, Duration watch, Duration retry) {
    this(walFileBytes, walQueueBytes, watch, retry, ThreadSource.SYSTEM, new SecureRandom(), BlockFormat.TARGET_BYTES);
  }

  /** With blocks of the usual size. */
  Tuning(
      long walFileBytes,
      long walQueueBytes,
      Duration watch,
      Duration retry,
      ThreadSource threads,
      RandomGenerator random) {
    this(walFileBytes, walQueueBytes, watch, retry, threads, random, BlockFormat.TARGET_BYTES);
  }

  /** These with blocks of another size. */
  Tuning withBlockBytes(int bytes) {
    return new Tuning(walFileBytes, walQueueBytes, watch, retry, threads, random, bytes);
  }
}
