package io.sigyn.server.patterns;

import java.util.Arrays;

/** How often something was seen in each ten seconds, ascending in time. */
final class Counts {
  /** Seconds of a bucket. */
  static final int BUCKET_SECONDS = 10;

  private int[] buckets = new int[4];
  private long[] counts = new long[4];
  private int size;

  /** Counts in the bucket of a time in nanoseconds since the Unix epoch. */
  void add(long nanos, long count) {
    int bucket = (int) Math.floorDiv(nanos, BUCKET_SECONDS * 1_000_000_000L);
    int at = size;
    while (at > 0 && buckets[at - 1] > bucket) {
      at--;
    }
    if (at > 0 && buckets[at - 1] == bucket) {
      counts[at - 1] += count;
      return;
    }
    insert(at, bucket, count);
  }

  private void insert(int at, int bucket, long count) {
    if (size == buckets.length) {
      buckets = Arrays.copyOf(buckets, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    System.arraycopy(buckets, at, buckets, at + 1, size - at);
    System.arraycopy(counts, at, counts, at + 1, size - at);
    buckets[at] = bucket;
    counts[at] = count;
    size++;
  }

  /** Appends a bucket, which is later than all others; whether it is. */
  boolean append(int bucket, long count) {
    if (size > 0 && buckets[size - 1] >= bucket) {
      return false;
    }
    insert(size, bucket, count);
    return true;
  }

  /** Forgets what lies before a time in seconds. */
  void forgetBefore(long seconds) {
    int old = 0;
    while (old < size && (long) buckets[old] * BUCKET_SECONDS < seconds) {
      old++;
    }
    if (old > 0) {
      System.arraycopy(buckets, old, buckets, 0, size - old);
      System.arraycopy(counts, old, counts, 0, size - old);
      size -= old;
    }
  }

  int size() {
    return size;
  }

  /** When bucket {@code i} begins, seconds since the Unix epoch. */
  long seconds(int i) {
    return (long) buckets[i] * BUCKET_SECONDS;
  }

  int bucket(int i) {
    return buckets[i];
  }

  long count(int i) {
    return counts[i];
  }

  /** About how many bytes of memory this takes. */
  int bytes() {
    return 48 + 12 * buckets.length;
  }
}
