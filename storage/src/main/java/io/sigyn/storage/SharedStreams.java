package io.sigyn.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

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

  /**
   * What a source has entries between, nanoseconds, both inclusive.
   *
   * @param minTs more than {@code maxTs} when it has none
   */
  record Span(long minTs, long maxTs) {
    private boolean meets(long first, long last) {
      return first <= maxTs && last >= minTs;
    }
  }

  /** Per source, where others have entries at times when it has some: nothing elsewhere can be shared. */
  private final List<List<Span>> others;

  private long[] keys = new long[64];
  private long[] minTs = new long[64];
  private long[] maxTs = new long[64];
  private int[] source = new int[64];
  private int[] ref = new int[64];
  private int size;

  /** Of sources that are numbered from 0. */
  SharedStreams(List<Span> sources) {
    others = new ArrayList<>(sources.size());
    for (int s = 0; s < sources.size(); s++) {
      Span own = sources.get(s);
      List<Span> met = new ArrayList<>();
      for (int other = 0; other < sources.size(); other++) {
        if (other != s && sources.get(other).meets(own.minTs, own.maxTs)) {
          met.add(sources.get(other));
        }
      }
      others.add(met);
    }
  }

  /** Whether another source has entries of any stream at a time between two. */
  private boolean meetsOthers(int in, long first, long last) {
    List<Span> met = others.get(in);
    for (int i = 0; i < met.size(); i++) {
      if (met.get(i).meets(first, last)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@link #add} may have to know of streams of a source. */
  boolean mayShare(int in) {
    return !others.get(in).isEmpty();
  }

  /** Adds what a source has of a stream, {@link #MOST} times at most. */
  void add(long fingerprint, int in, int stream, long first, long last) {
    if (!meetsOthers(in, first, last)) {
      return;
    }
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
  BitSet[] shared() {
    BitSet[] shared = new BitSet[others.size()];
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
