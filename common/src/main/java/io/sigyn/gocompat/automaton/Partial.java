package io.sigyn.gocompat.automaton;

/**
 * The first bytes of a code point in UTF-8, as a number. 0 is none. Two beginnings are the same number when no set of a
 * program tells the code points apart that begin with them.
 *
 * <pre>
 * bits 0..1  bytes seen, 1..3
 * bits 2..3  bytes to come, 1..3
 * bits 4..6  which byte may come next, see {@link #LIMITS}
 * bit  7     whether the code points are alike, so that the rest of the bits is one of them
 * bits 8..28 what the bytes seen say, or one of the code points
 * </pre>
 */
final class Partial {
  /** Not UTF-8, in the place of a beginning. */
  static final int INVALID = -1;

  /** The lowest and the highest next byte: any, behind E0, ED, F0, F4. */
  private static final int[] LIMITS = {0x80, 0xBF, 0xA0, 0xBF, 0x80, 0x9F, 0x90, 0xBF, 0x80, 0x8F};

  private Partial() {}

  /** The beginning that a byte of 80 and above is, or {@link #INVALID}. */
  static int first(int b, int[] bounds) {
    if (b < 0xC2 || b > 0xF4) {
      return INVALID;
    }
    if (b < 0xE0) {
      return of(1, 1, 0, b & 0x1F, bounds);
    }
    if (b < 0xF0) {
      return of(1, 2, b == 0xE0 ? 1 : b == 0xED ? 2 : 0, b & 0x0F, bounds);
    }
    return of(1, 3, b == 0xF0 ? 3 : b == 0xF4 ? 4 : 0, b & 0x07, bounds);
  }

  /** Whether a byte continues a beginning. */
  static boolean continues(int partial, int b) {
    int limit = partial >>> 4 & 7;
    return b >= LIMITS[2 * limit] && b <= LIMITS[2 * limit + 1];
  }

  /** How many bytes were seen. */
  static int seen(int partial) {
    return partial & 3;
  }

  /** Whether one byte more makes it a code point. */
  static boolean isLast(int partial) {
    return (partial >>> 2 & 3) == 1;
  }

  /** The beginning that is longer by a byte; not when {@link #isLast}. */
  static int longer(int partial, int b, int[] bounds) {
    int seen = seen(partial) + 1;
    int rest = (partial >>> 2 & 3) - 1;
    return isAlike(partial)
        ? partial >>> 8 << 8 | 0x80 | rest << 2 | seen
        : of(seen, rest, 0, partial >>> 8 << 6 | b & 0x3F, bounds);
  }

  /** The code point that ends with a byte, or one that is as good. */
  static int codePoint(int partial, int b) {
    return isAlike(partial) ? partial >>> 8 : partial >>> 8 << 6 | b & 0x3F;
  }

  private static boolean isAlike(int partial) {
    return (partial & 0x80) != 0;
  }

  private static int of(int seen, int rest, int limit, int bits, int[] bounds) {
    int first = bits << 6 * rest;
    int last = first | (1 << 6 * rest) - 1;
    switch (limit) {
      case 1 -> first = 0x800;
      case 2 -> last = 0xD7FF;
      case 3 -> first = 0x10000;
      case 4 -> last = CodePoints.MAX;
      default -> {}
    }
    int start = Bounds.startOf(bounds, first);
    boolean alike = start == Bounds.startOf(bounds, last);
    return (alike ? start << 8 | 0x80 : bits << 8) | limit << 4 | rest << 2 | seen;
  }
}
