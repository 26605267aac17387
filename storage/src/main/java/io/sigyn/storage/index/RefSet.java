package io.sigyn.storage.index;

import java.util.Arrays;
import org.roaringbitmap.buffer.BufferBitSetUtil;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MappeableContainerPointer;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Collects stream references in any order: one bit per stream of the index, so that adding the postings of hundreds of
 * thousands of values costs no more than their length. Not safe for use by several threads.
 */
public final class RefSet {
  /** Words for what a container of a bitmap spans. */
  private static final int SPAN_WORDS = 1024;

  private static final long[] NOTHING = {};

  private final long[] words;

  /** What was added by containers, which put themselves only where an array begins. */
  private final long[][] spans;

  /** For references below {@code size}. */
  public RefSet(int size) {
    words = new long[(size + 63) >>> 6];
    spans = new long[words.length / SPAN_WORDS + 1][];
    Arrays.fill(spans, NOTHING);
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

  /** Adds all of a bitmap. */
  public void addAll(ImmutableRoaringBitmap refs) {
    for (MappeableContainerPointer part = refs.getContainerPointer(); part.hasContainer(); part.advance()) {
      part.getContainer().orInto(span(part.key()));
    }
  }

  private long[] span(int key) {
    if (spans[key].length == 0) {
      spans[key] = new long[SPAN_WORDS];
    }
    return spans[key];
  }

  /** What was added so far; where it has long runs, it is larger than need be. */
  public MutableRoaringBitmap toBitmap() {
    for (int key = 0; key < spans.length; key++) {
      int first = key * SPAN_WORDS;
      int n = Math.min(spans[key].length, words.length - first);
      for (int i = 0; i < n; i++) {
        words[first + i] |= spans[key][i];
      }
    }
    return BufferBitSetUtil.bitmapOf(words);
  }
}
