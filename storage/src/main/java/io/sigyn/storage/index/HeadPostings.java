package io.sigyn.storage.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * Sets of streams that grow by ever higher references. Most have a few streams (those of a pod), so a set is an int that is
 * its only stream, or the place of an array in pages shared by all sets, and a bitmap only when it is large. Not safe for
 * use by several threads while a set grows.
 *
 * <pre>
 * set:   {@link #EMPTY}, or with the top bit the one stream there is, or with the next bit the number of its bitmap,
 *        or the place of its array: page, and place in the page
 * array: count, then a power of two places of which so many are used
 * </pre>
 */
final class HeadPostings {
  /** The set without streams. */
  static final int EMPTY = -1;

  private static final int SINGLE = 1 << 31;
  private static final int LARGE = 1 << 30;

  /** With more than this, a bitmap is smaller. */
  private static final int FEW = 64;

  private static final int PAGE_BITS = 12;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int FIRST_PAGE = 32;

  /** No array: the place of the first one is another. */
  private static final int NONE = 0;

  private final List<int[]> pages = new ArrayList<>();

  /** Where the last page is free; the first place of all is not used. */
  private int free = 1;

  /** By the logarithm of their places, the last array given back, whose first place names the one before. */
  private final int[] spare = new int[Integer.numberOfTrailingZeros(FEW) + 1];

  private final List<MutableRoaringBitmap> bitmaps = new ArrayList<>();

  HeadPostings() {
    pages.add(new int[FIRST_PAGE]);
  }

  /**
   * Adds a stream with a reference higher than all before.
   *
   * @return what the set is from now on
   */
  int add(int set, int ref) {
    if (set == EMPTY) {
      return ref | SINGLE;
    }
    if (set < 0) {
      int array = take(1);
      int[] page = page(array);
      int at = at(array);
      page[at] = 2;
      page[at + 1] = set & ~SINGLE;
      page[at + 2] = ref;
      return array;
    }
    if ((set & LARGE) != 0) {
      bitmaps.get(set & ~LARGE).add(ref);
      return set;
    }
    int[] page = page(set);
    int at = at(set);
    int count = page[at];
    if (Integer.bitCount(count) == 1) {
      return outgrow(set, ref);
    }
    page[at] = count + 1;
    page[at + count + 1] = ref;
    return set;
  }

  /** Moves a full array to a larger one or to a bitmap. */
  private int outgrow(int set, int ref) {
    int[] page = page(set);
    int at = at(set);
    int count = page[at];
    int log = Integer.numberOfTrailingZeros(count);
    int moved;
    if (count == FEW) {
      MutableRoaringBitmap bitmap = MutableRoaringBitmap.bitmapOf(refs(set));
      bitmap.add(ref);
      moved = bitmaps.size() | LARGE;
      bitmaps.add(bitmap);
    } else {
      moved = take(log + 1);
      int[] to = page(moved);
      int there = at(moved);
      System.arraycopy(page(set), at, to, there, count + 1);
      to[there] = count + 1;
      to[there + count + 1] = ref;
    }
    page = page(set);
    page[at + 1] = spare[log];
    spare[log] = set;
    return moved;
  }

  /** An array with {@code 2^log} places. */
  private int take(int log) {
    int array = spare[log];
    if (array != NONE) {
      spare[log] = page(array)[at(array) + 1];
      return array;
    }
    int size = 1 + (1 << log);
    int last = pages.size() - 1;
    int[] page = pages.get(last);
    if (free + size > page.length) {
      if (page.length < PAGE) {
        pages.set(last, Arrays.copyOf(page, Math.min(PAGE, Math.max(2 * page.length, free + size))));
      } else {
        pages.add(new int[PAGE]);
        last++;
        free = 0;
      }
    }
    array = (last << PAGE_BITS) | free;
    free += size;
    return array;
  }

  private int[] page(int array) {
    return pages.get(array >>> PAGE_BITS);
  }

  private static int at(int array) {
    return array & (PAGE - 1);
  }

  /** The streams of an array. */
  private int[] refs(int array) {
    int at = at(array);
    int[] page = page(array);
    return Arrays.copyOfRange(page, at + 1, at + 1 + page[at]);
  }

  /** A set; not to be changed. */
  ImmutableRoaringBitmap bitmap(int set) {
    if (set < 0) {
      return set == EMPTY ? new MutableRoaringBitmap() : MutableRoaringBitmap.bitmapOf(set & ~SINGLE);
    }
    return (set & LARGE) != 0 ? bitmaps.get(set & ~LARGE) : MutableRoaringBitmap.bitmapOf(refs(set));
  }

  /** Adds a set that is not empty to others. */
  void addTo(int set, RefSet streams) {
    if (set < 0) {
      streams.add(set & ~SINGLE);
    } else if ((set & LARGE) != 0) {
      streams.addAll(bitmaps.get(set & ~LARGE));
    } else {
      int[] page = page(set);
      int at = at(set);
      for (int i = at + 1, end = at + page[at]; i <= end; i++) {
        streams.add(page[i]);
      }
    }
  }

  /** Whether one of the streams of a set that is not empty is among others. */
  boolean intersects(int set, ImmutableRoaringBitmap streams) {
    if (set < 0) {
      return streams.contains(set & ~SINGLE);
    }
    if ((set & LARGE) != 0) {
      return ImmutableRoaringBitmap.intersects(bitmaps.get(set & ~LARGE), streams);
    }
    int[] page = page(set);
    int at = at(set);
    for (int i = at + 1, end = at + page[at]; i <= end; i++) {
      if (streams.contains(page[i])) {
        return true;
      }
    }
    return false;
  }
}
