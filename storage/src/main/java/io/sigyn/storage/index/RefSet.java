package io.sigyn.storage.index;

import org.roaringbitmap.RoaringBitmapWriter;
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
    for (int ref = first; ref <= last; ref++) {
      add(ref);
    }
  }

  /** What was added so far. */
  public ImmutableRoaringBitmap toBitmap() {
    RoaringBitmapWriter<MutableRoaringBitmap> writer = RoaringBitmapWriter.bufferWriter().get();
    for (int w = 0; w < words.length; w++) {
      for (long word = words[w]; word != 0; word &= word - 1) {
        writer.add((w << 6) + Long.numberOfTrailingZeros(word));
      }
    }
    MutableRoaringBitmap bitmap = writer.get();
    bitmap.runOptimize();
    return bitmap;
  }
}
