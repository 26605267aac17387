package io.sigyn.gocompat.automaton;

import java.util.Arrays;
import java.util.TreeSet;

/** Where code points begin that the sets of a program treat differently from those before. */
final class Bounds {
  private Bounds() {}

  /** Ascending, beginning with 0. */
  static int[] of(Program program) {
    TreeSet<Integer> bounds = new TreeSet<>();
    bounds.add(0);
    bounds.add(0x80);
    for (CodePoints set : program.sets()) {
      for (int i = 0; i < set.ranges(); i++) {
        bounds.add(set.first(i));
        bounds.add(set.last(i) + 1);
      }
    }
    bounds.remove(CodePoints.MAX + 1);
    return bounds.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The first of the neighbours of a code point that are treated as it is. */
  static int startOf(int[] bounds, int codePoint) {
    int at = Arrays.binarySearch(bounds, codePoint);
    return at >= 0 ? codePoint : bounds[-at - 2];
  }

  /**
   * A number for each byte; bytes with the same number lead from any state to the same.
   *
   * @return 256 numbers, from 0 without gaps
   */
  static byte[] classes(Program program, int[] bounds) {
    byte[] classes = new byte[256];
    int next = -1;
    boolean fine = bounds[bounds.length - 1] > 0x80;
    for (int b = 0; b < 256; b++) {
      boolean begins =
          b < 0x80
              ? Arrays.binarySearch(bounds, b) >= 0 || (program.looksAtLines() && isEdge(b, '\n', '\n'))
                  || (program.looksAtWords() && isWordEdge(b))
              : fine || isEdgeOfUtf8(b);
      next += begins ? 1 : 0;
      classes[b] = (byte) next;
    }
    return classes;
  }

  private static boolean isEdge(int b, int first, int last) {
    return b == first || b == last + 1;
  }

  private static boolean isWordEdge(int b) {
    return isEdge(b, '0', '9') || isEdge(b, 'A', 'Z') || isEdge(b, '_', '_') || isEdge(b, 'a', 'z');
  }

  private static boolean isEdgeOfUtf8(int b) {
    return switch (b) {
      case 0x80, 0x90, 0xA0, 0xC0, 0xC2, 0xE0, 0xE1, 0xED, 0xEE, 0xF0, 0xF1, 0xF4, 0xF5 -> true;
      default -> false;
    };
  }
}
