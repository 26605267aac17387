package io.sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds out which streams have entries in several sources at the same time: only those can have an entry twice. Streams are
 * told apart by their fingerprints; two that are taken for one only seem to be shared. Used by one thread.
 */
final class SharedStreams {
  /** Bits of an entry's number, below those of the fingerprint by which entries are sorted. */
  private static final int NUMBER = 26;

  private static final long NUMBERS = (1L << NUMBER) - 1;

  /** The most entries. */
  static final int MOST = (int) NUMBERS;

  private long[] keys = new long[64];
  private long[] minTs = new long[64];
  private long[] maxTs = new long[64];
  private int[] source = new int[64];
  private int[] ref = new int[64];
  private int size;

  /** Adds what a source has of a stream, {@link #MOST} times at most; sources are numbered from 0. */
  void add(long fingerprint, int in, int stream, long first, long last) {
    if (size == keys.length) {
      int more = 2 * size;
      keys = Arrays.copyOf(keys, more);
      minTs = Arrays.copyOf(minTs, more);
      maxTs = Arrays.copyOf(maxTs, more);
      source = Arrays.copyOf(source, more);
      ref = Arrays.copyOf(ref, more);
    }
    keys[size] = fingerprint & ~NUMBERS | size;
    minTs[size] = first;
    maxTs[size] = last;
    source[size] = in;
    ref[size++] = stream;
  }

  /** Per source, the streams that another source has entries of at a time between the first and the last here. */
  BitSet[] shared(int sources) {
    BitSet[] shared = new BitSet[sources];
    Arrays.setAll(shared, s -> new BitSet());
    Arrays.sort(keys, 0, size);
    int from = 0;
    for (int at = 1; at <= size; at++) {
      if (at == size || (keys[at] & ~NUMBERS) != (keys[from] & ~NUMBERS)) {
        if (at - from > 1) {
          compare(from, at, shared);
        }
        from = at;
      }
    }
    return shared;
  }

  /** One stream's, from one key to another. Mostly they are in the order of time. */
  private void compare(int from, int to, BitSet[] shared) {
    int[] entries = new int[to - from];
    for (int i = 0; i < entries.length; i++) {
      int entry = (int) (keys[from + i] & NUMBERS);
      int at = i;
      for (; at > 0 && minTs[entries[at - 1]] > minTs[entry]; at--) {
        entries[at] = entries[at - 1];
      }
      entries[at] = entry;
    }
    int latest = entries[0];
    for (int i = 1; i < entries.length; i++) {
      int entry = entries[i];
      if (minTs[entry] <= maxTs[latest]) {
        shared[source[entry]].set(ref[entry]);
        shared[source[latest]].set(ref[latest]);
      }
      latest = maxTs[entry] >= maxTs[latest] ? entry : latest;
    }
  }
}
