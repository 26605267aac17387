package io.sigyn.storage.index;

import java.util.Arrays;
import org.roaringbitmap.buffer.BufferBitSetUtil;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Collects stream references in any order: one bit per stream of the index, so that adding the postings of hundreds of
 * thousands of values costs no more than their length. Not safe for use by several threads.
 */
public final class RefSet {
  private final long[] words;

  /** For references below {@code size}. */
  public RefSet(int size) {
    words = new long[(size + 63) >>> 6];
  }

  /** Adds one. */
  public void add(int ref) {
    words[ref >>> 6] |= 1L << ref;
  }

  /** Adds all from {@code first} to {@code last}, both inclusive. */
  public void addRange(int first, int last) {
    int from = first >>> 6;
    int to = last >>> 6;
    long head = -1L << first;
    long tail = -1L >>> ~last;
    if (from == to) {
      words[from] |= head & tail;
      return;
    }
    words[from] |= head;
    Arrays.fill(words, from + 1, to, -1L);
    words[to] |= tail;
  }

  /** What was added so far. */
  public ImmutableRoaringBitmap toBitmap() {
    MutableRoaringBitmap bitmap = BufferBitSetUtil.bitmapOf(words);
    bitmap.runOptimize();
    return bitmap;
  }
}
