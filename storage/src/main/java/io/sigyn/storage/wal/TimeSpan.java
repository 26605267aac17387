package io.sigyn.storage.wal;

import io.sigyn.model.EntryBatch;

/**
 * Between which times entries lie.
 *
 * @param oldest nanoseconds since the Unix epoch; MAX_VALUE when there are none
 * @param newest MIN_VALUE when there are none
 */
record TimeSpan(long oldest, long newest) {
  static final TimeSpan NONE = new TimeSpan(Long.MAX_VALUE, Long.MIN_VALUE);

  /** The times of a batch. */
  static TimeSpan of(EntryBatch batch) {
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (int e = 0; e < batch.entries(); e++) {
      long time = batch.timestamp(e);
      oldest = Math.min(oldest, time);
      newest = Math.max(newest, time);
    }
    return new TimeSpan(oldest, newest);
  }

  boolean isEmpty() {
    return oldest > newest;
  }

  TimeSpan and(TimeSpan other) {
    return new TimeSpan(Math.min(oldest, other.oldest), Math.max(newest, other.newest));
  }
}
