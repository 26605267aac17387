package io.sigyn.storage;

import java.time.Duration;

/**
 * What nobody should have to set, but tests do.
 *
 * @param walFileBytes length of a file of the log
 * @param walQueueBytes bytes of records that may wait for the disk
 * @param watch how often background work looks for something to do
 * @param retry how long to wait after a failure before trying again
 */
record Tuning(long walFileBytes, long walQueueBytes, Duration watch, Duration retry) {
  static final Tuning DEFAULT = new Tuning(64L << 20, 64L << 20, Duration.ofSeconds(1), Duration.ofSeconds(2));
}
