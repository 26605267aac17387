package io.sigyn.storage.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** The streams that carry one value, in ascending order of reference: numbers while they are few, then a bitmap. */
final class HeadPosting {
  /** With more than this, a bitmap is smaller. */
  private static final int FEW = 64;

  private static final int[] NO_REFS = {};

  final String value;
  private int count;
  private int[] refs = NO_REFS;
  private @Nullable MutableRoaringBitmap bitmap;

  HeadPosting(String value) {
    this.value = value;
  }

  void add(int ref) {
    MutableRoaringBitmap large = bitmap;
    if (large != null) {
      large.add(ref);
    } else if (count == FEW) {
      large = bitmap();
      large.add(ref);
      bitmap = large;
      refs = NO_REFS;
    } else {
      if (count == refs.length) {
        refs = Arrays.copyOf(refs, Math.max(1, 2 * count));
      }
      refs[count++] = ref;
    }
  }

  /** Not to be changed. */
  MutableRoaringBitmap bitmap() {
    MutableRoaringBitmap large = bitmap;
    return large != null ? large : MutableRoaringBitmap.bitmapOf(Arrays.copyOf(refs, count));
  }

  void addTo(RefSet streams) {
    if (bitmap != null) {
      bitmap.forEach((int ref) -> streams.add(ref));
    } else {
      for (int i = 0; i < count; i++) {
        streams.add(refs[i]);
      }
    }
  }

  boolean intersects(ImmutableRoaringBitmap streams) {
    if (bitmap != null) {
      return ImmutableRoaringBitmap.intersects(bitmap, streams);
    }
    for (int i = 0; i < count; i++) {
      if (streams.contains(refs[i])) {
        return true;
      }
    }
    return false;
  }
}
