package io.sigyn.gocompat.regexp;

import io.sigyn.bytes.Scan;
import java.util.Arrays;

/** A text to be found without regard to case in UTF-8 as the reference finds it. Immutable. */
public final class FoldedText {
  private final int[] lower;
  private final Scan head;

  /** A text in lower case, not empty. */
  public FoldedText(String lower) {
    this.lower = lower.codePoints().toArray();
    this.head = Scan.folded(head(this.lower));
  }

  /** The bytes with which every occurrence begins, ASCII letters in either case. */
  private static byte[] head(int[] lower) {
    byte[] head = new byte[lower.length];
    head[0] = (byte) Folding.firstByte(lower[0]);
    int size = 1;
    // The lower cases of the Kelvin sign and of dotted capital I are k and i, too.
    while (size < lower.length
        && lower[size - 1] < 0x80
        && lower[size] < 0x80
        && lower[size] != 'k'
        && lower[size] != 'i') {
      head[size] = (byte) lower[size];
      size++;
    }
    return Arrays.copyOf(head, size);
  }

  /** Where the text may first begin in {@code bytes[from, to)}, or -1. */
  public int candidate(byte[] bytes, int from, int to) {
    return head.indexOf(bytes, from, to);
  }

  /** Whether the text begins at {@code at} and ends before {@code to}, if {@link #candidate} named the place. */
  public boolean isAt(byte[] bytes, int at, int to) {
    return at + head.length() <= to && Folding.matchesAt(bytes, at, to, lower);
  }

  /** Whether the text is in {@code bytes[from, to)}. */
  public boolean in(byte[] bytes, int from, int to) {
    for (int at = candidate(bytes, from, to); at >= 0; at = candidate(bytes, at + 1, to)) {
      if (isAt(bytes, at, to)) {
        return true;
      }
    }
    return false;
  }
}
