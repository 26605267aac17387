package io.sigyn.gocompat.regexp;

import io.sigyn.bytes.Utf8;

/**
 * Comparison without regard to case, rune by rune after Unicode's simple lower-casing. Texts to compare with are given in
 * lower case.
 *
 * <p>Compatible: a text is only found where the first byte of its UTF-8 stands, ASCII letters lower-cased, so that letters
 * whose two cases begin with different bytes are not found.
 */
final class Folding {
  private Folding() {}

  static boolean equal(String value, String lower) {
    return matchesAt(value, 0, lower) == value.length();
  }

  static boolean contains(String value, String lower) {
    if (lower.isEmpty()) {
      return true;
    }
    int first = firstByte(lower.codePointAt(0));
    for (int at = 0; at < value.length(); at++) {
      int c = value.codePointAt(at);
      if (firstByte(c >= 'A' && c <= 'Z' ? c | 0x20 : c) == first && matchesAt(value, at, lower) >= 0) {
        return true;
      }
      at += Character.charCount(c) - 1;
    }
    return false;
  }

  /** The first byte of a code point in UTF-8, without its sign. */
  static int firstByte(int c) {
    return c < 0x80 ? c : c < 0x800 ? 0xC0 | c >> 6 : c < 0x10000 ? 0xE0 | c >> 12 : 0xF0 | c >> 18;
  }

  /** Where the text ends that begins at {@code at}, or -1. */
  private static int matchesAt(String value, int at, String lower) {
    int position = at;
    for (int i = 0; i < lower.length(); ) {
      int wanted = lower.codePointAt(i);
      i += Character.charCount(wanted);
      if (position >= value.length()) {
        return -1;
      }
      int c = value.codePointAt(position);
      if (Character.toLowerCase(c) != wanted) {
        return -1;
      }
      position += Character.charCount(c);
    }
    return position;
  }

  /** Whether the text begins at {@code at} and ends before {@code to}. */
  static boolean matchesAt(byte[] bytes, int at, int to, int[] lower) {
    int position = at;
    for (int wanted : lower) {
      if (position >= to) {
        return false;
      }
      int length = bytes[position] >= 0 ? 1 : Utf8.sequence(bytes, position, to);
      int c = length == 0 ? 0xfffd : Utf8.codePoint(bytes, position, length);
      if (Character.toLowerCase(c) != wanted) {
        return false;
      }
      position += Math.max(1, length);
    }
    return true;
  }
}
