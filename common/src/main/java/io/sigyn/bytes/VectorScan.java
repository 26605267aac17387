package io.sigyn.bytes;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The searches of {@link Scan} over vectors of the machine's width. Only touched where the JVM has the module of vectors;
 * without an optimizing compiler it is slow, not wrong.
 */
final class VectorScan {
  private static final VectorSpecies<Byte> SPECIES = ByteVector.SPECIES_PREFERRED;

  /** How many positions are tried at once. */
  static final int LANES = SPECIES.length();

  private VectorScan() {}

  /**
   * Where the needle first occurs at or after {@code from} and at or before {@code last}, or -1.
   *
   * @param rare the places of two bytes in the needle
   */
  static int indexOf(byte[] text, int from, int last, byte[] needle, int rare, int second) {
    byte a = needle[rare];
    byte b = needle[second];
    int at = from;
    // Two at a time, so that the loop's branches cost half.
    for (; at <= last - 2 * LANES + 1; at += 2 * LANES) {
      VectorMask<Byte> low = marks(text, at, a, rare, b, second);
      VectorMask<Byte> high = marks(text, at + LANES, a, rare, b, second);
      if (low.or(high).anyTrue()) {
        int found = first(text, at, low.toLong(), needle);
        found = found < 0 ? first(text, at + LANES, high.toLong(), needle) : found;
        if (found >= 0) {
          return found;
        }
      }
    }
    for (; at <= last - LANES + 1; at += LANES) {
      int found = first(text, at, marks(text, at, a, rare, b, second).toLong(), needle);
      if (found >= 0) {
        return found;
      }
    }
    if (at <= last) {
      return rest(text, from, at, last, needle, rare, second);
    }
    return -1;
  }

  /** The last positions, with some before them that were tried already where there are. */
  private static int rest(byte[] text, int from, int at, int last, byte[] needle, int rare, int second) {
    int start = last - LANES + 1;
    if (start < from) {
      for (int i = at; i <= last; i++) {
        if (text[i + rare] == needle[rare] && matches(text, i, needle)) {
          return i;
        }
      }
      return -1;
    }
    long marks = marks(text, start, needle[rare], rare, needle[second], second).toLong();
    return first(text, start, marks & (-1L << (at - start)), needle);
  }

  private static VectorMask<Byte> marks(byte[] text, int at, byte a, int rare, byte b, int second) {
    return ByteVector.fromArray(SPECIES, text, at + rare)
        .eq(a)
        .and(ByteVector.fromArray(SPECIES, text, at + second).eq(b));
  }

  /** The first marked position where the needle is, or -1. */
  private static int first(byte[] text, int at, long marks, byte[] needle) {
    for (long left = marks; left != 0; left &= left - 1) {
      int candidate = at + Long.numberOfTrailingZeros(left);
      if (matches(text, candidate, needle)) {
        return candidate;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] text, int at, byte[] needle) {
    return Arrays.equals(text, at, at + needle.length, needle, 0, needle.length);
  }

  /** As {@link #indexOf} where the ASCII letters of the text may be of either case; the needle's are lower. */
  static int indexOfFolded(byte[] text, int from, int last, byte[] needle, int rare, int second) {
    byte a = needle[rare];
    byte b = needle[second];
    byte foldA = Scan.caseBit(a);
    byte foldB = Scan.caseBit(b);
    int at = from;
    for (; at <= last - LANES + 1; at += LANES) {
      VectorMask<Byte> marks = foldedMarks(text, at, a, foldA, rare, b, foldB, second);
      if (marks.anyTrue()) {
        int found = firstFolded(text, at, marks.toLong(), needle);
        if (found >= 0) {
          return found;
        }
      }
    }
    for (; at <= last; at++) {
      if (Scan.matchesFolded(text, at, needle)) {
        return at;
      }
    }
    return -1;
  }

  private static VectorMask<Byte> foldedMarks(
      byte[] text, int at, byte a, byte foldA, int rare, byte b, byte foldB, int second) {
    return ByteVector.fromArray(SPECIES, text, at + rare)
        .or(foldA)
        .eq(a)
        .and(ByteVector.fromArray(SPECIES, text, at + second).or(foldB).eq(b));
  }

  private static int firstFolded(byte[] text, int at, long marks, byte[] needle) {
    for (long left = marks; left != 0; left &= left - 1) {
      int candidate = at + Long.numberOfTrailingZeros(left);
      if (Scan.matchesFolded(text, candidate, needle)) {
        return candidate;
      }
    }
    return -1;
  }
}
