package io.sigyn.gocompat.automaton;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of Unicode code points. Immutable. */
public final class CodePoints {
  /** The highest code point. */
  public static final int MAX = 0x10FFFF;

  /** No code point. */
  public static final CodePoints NONE = new CodePoints(new int[0]);

  /** All of them. */
  public static final CodePoints ALL = new CodePoints(new int[] {0, MAX});

  private static final CodePoints[] ASCII = new CodePoints[0x80];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = new CodePoints(new int[] {c, c});
    }
  }

  /** First and last of each range, ascending, with gaps between them. */
  private final int[] ranges;

  private final long below64;
  private final long below128;

  private CodePoints(int[] ranges) {
    this.ranges = ranges;
    long low = 0;
    long high = 0;
    for (int c = 0; c < 64; c++) {
      low |= search(c) ? 1L << c : 0;
      high |= search(64 + c) ? 1L << c : 0;
    }
    this.below64 = low;
    this.below128 = high;
  }

  /** One code point. */
  public static CodePoints of(int c) {
    return c < ASCII.length ? ASCII[c] : new CodePoints(new int[] {c, c});
  }

  /** From first to last. */
  public static CodePoints range(int first, int last) {
    return new CodePoints(new int[] {first, last});
  }

  /** Those for which a test holds. Tries all. */
  public static CodePoints where(IntPredicate test) {
    Builder builder = new Builder();
    int start = -1;
    for (int c = 0; c <= MAX + 1; c++) {
      boolean in = c <= MAX && test.test(c);
      if (in && start < 0) {
        start = c;
      } else if (!in && start >= 0) {
        builder.add(start, c - 1);
        start = -1;
      }
    }
    return builder.build();
  }

  /** Whether a code point is in the set. */
  public boolean contains(int c) {
    if (c < 64) {
      return (below64 >>> c & 1) != 0;
    }
    return c < 128 ? (below128 >>> c & 1) != 0 : search(c);
  }

  private boolean search(int c) {
    int low = 0;
    int high = ranges.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (c < ranges[2 * middle]) {
        high = middle - 1;
      } else if (c > ranges[2 * middle + 1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** All others. */
  public CodePoints negate() {
    Builder builder = new Builder();
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      builder.add(next, ranges[i] - 1);
      next = ranges[i + 1] + 1;
    }
    builder.add(next, MAX);
    return builder.build();
  }

  /** The number of ranges. */
  public int ranges() {
    return ranges.length / 2;
  }

  /** Where range {@code i} begins. */
  public int first(int i) {
    return ranges[2 * i];
  }

  /** Where range {@code i} ends; its last code point. */
  public int last(int i) {
    return ranges[2 * i + 1];
  }

  /** The only code point of the set, or -1 when it has none or several. */
  public int single() {
    return ranges.length == 2 && ranges[0] == ranges[1] ? ranges[0] : -1;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CodePoints that && Arrays.equals(ranges, that.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < ranges.length; i += 2) {
      out.append("%x-%x ".formatted(ranges[i], ranges[i + 1]));
    }
    return out.append(']').toString();
  }

  /** Collects ranges in any order. */
  public static final class Builder {
    private long[] parts = new long[8];
    private int size;

    /** Adds all from first to last; nothing when first is above last. */
    public Builder add(int first, int last) {
      if (first <= last) {
        if (size == parts.length) {
          // What was added again and again takes no room.
          merge();
          parts = size > parts.length / 2 ? Arrays.copyOf(parts, 2 * parts.length) : parts;
        }
        parts[size++] = (long) first << 32 | last;
      }
      return this;
    }

    /** Adds all of a set. */
    public Builder add(CodePoints points) {
      for (int i = 0; i < points.ranges(); i++) {
        add(points.first(i), points.last(i));
      }
      return this;
    }

    /** The set. */
    public CodePoints build() {
      merge();
      int[] out = new int[2 * size];
      for (int i = 0; i < size; i++) {
        out[2 * i] = (int) (parts[i] >>> 32);
        out[2 * i + 1] = (int) parts[i];
      }
      return size == 0 ? NONE : size == 1 && out[0] == out[1] ? of(out[0]) : new CodePoints(out);
    }

    private void merge() {
      Arrays.sort(parts, 0, size);
      int n = 0;
      for (int i = 0; i < size; i++) {
        int first = (int) (parts[i] >>> 32);
        int last = (int) parts[i];
        if (n > 0 && first <= (int) parts[n - 1] + 1) {
          last = Math.max(last, (int) parts[n - 1]);
          parts[n - 1] = parts[n - 1] >>> 32 << 32 | last;
        } else {
          parts[n++] = parts[i];
        }
      }
      size = n;
    }
  }
}
