package io.sigyn.bytes;

/** Which bytes are UTF-8: the rules of Unicode and Go, no overlong forms, no surrogates, nothing past U+10FFFF. */
public final class Utf8 {
  private Utf8() {}

  /** The length of the valid sequence of two to four bytes at {@code at}, or 0 when there is none. */
  public static int sequence(byte[] bytes, int at, int to) {
    int b = bytes[at] & 0xff;
    int second = at + 1 < to ? bytes[at + 1] & 0xff : 0;
    if (b < 0xc2 || b > 0xf4) {
      return 0;
    }
    if (b < 0xe0) {
      return continues(second) ? 2 : 0;
    }
    int low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    int high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high || at + 2 >= to || !continues(bytes[at + 2])) {
      return 0;
    }
    if (b < 0xf0) {
      return 3;
    }
    return at + 3 < to && continues(bytes[at + 3]) ? 4 : 0;
  }

  /** The code point of the valid sequence of {@code length} bytes at {@code at}. */
  public static int codePoint(byte[] bytes, int at, int length) {
    int first = bytes[at];
    return switch (length) {
      case 1 -> first;
      case 2 -> (first & 0x1F) << 6 | (bytes[at + 1] & 0x3F);
      case 3 -> (first & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | (bytes[at + 2] & 0x3F);
      default ->
          (first & 0x07) << 18
              | (bytes[at + 1] & 0x3F) << 12
              | (bytes[at + 2] & 0x3F) << 6
              | (bytes[at + 3] & 0x3F);
    };
  }

  private static boolean continues(int b) {
    return (b & 0xc0) == 0x80;
  }
}
