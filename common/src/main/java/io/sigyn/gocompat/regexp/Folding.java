package io.sigyn.gocompat.regexp;

import java.nio.charset.StandardCharsets;

/** Comparison without regard to case, rune by rune after Unicode's simple lower-casing. */
final class Folding {
  private Folding() {}

  static boolean equal(String value, String lower) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return matchesAt(bytes, 0, bytes.length, lower) == bytes.length;
  }

  /**
   * Whether {@code bytes[from, to)} contain the text, given in lower case. Compatible: a match can only start at a byte
   * that equals the first byte of the text when ASCII letters are lower-cased, so that letters whose two cases begin with
   * different bytes in UTF-8 are not found.
   */
  static boolean contains(byte[] bytes, int from, int to, String lower) {
    if (lower.isEmpty()) {
      return true;
    }
    byte first = lower.substring(0, lower.offsetByCodePoints(0, 1)).getBytes(StandardCharsets.UTF_8)[0];
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if ((b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b) == first && matchesAt(bytes, at, to, lower) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The end of the text at {@code at}, or -1. */
  private static int matchesAt(byte[] bytes, int at, int to, String lower) {
    int position = at;
    for (int i = 0; i < lower.length(); ) {
      int wanted = lower.codePointAt(i);
      i += Character.charCount(wanted);
      if (position >= to) {
        return -1;
      }
      int length = bytes[position] >= 0 ? 1 : Math.max(1, io.sigyn.bytes.Utf8.sequence(bytes, position, to));
      int rune =
          length == 1
              ? (bytes[position] >= 0 ? bytes[position] : 0xfffd)
              : new String(bytes, position, length, StandardCharsets.UTF_8).codePointAt(0);
      if (Character.toLowerCase(rune) != wanted) {
        return -1;
      }
      position += length;
    }
    return position;
  }
}
