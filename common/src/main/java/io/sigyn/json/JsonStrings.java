package io.sigyn.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The inside of JSON strings: finding their end and undoing their escapes. */
final class JsonStrings {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;

  /** What the character behind a backslash stands for; 0 for those that may not stand there and for {@code u}. */
  private static final byte[] ESCAPES = new byte[256];

  static {
    ESCAPES['"'] = '"';
    ESCAPES['\\'] = '\\';
    ESCAPES['/'] = '/';
    ESCAPES['b'] = '\b';
    ESCAPES['f'] = '\f';
    ESCAPES['n'] = '\n';
    ESCAPES['r'] = '\r';
    ESCAPES['t'] = '\t';
  }

  private JsonStrings() {}

  /** The first position in {@code [at, to)} of a quote, a backslash or a control character, or {@code to}. */
  static int stop(byte[] bytes, int at, int to) {
    int i = at;
    while (i + 8 <= to) {
      long w = (long) LONG.get(bytes, i);
      long q = w ^ QUOTES;
      long b = w ^ BACKSLASHES;
      // The lowest flagged byte is exact; a borrow can only flag bytes above a true one.
      long hit = (((q - ONES) & ~q) | ((b - ONES) & ~b) | ((w - SPACES) & ~w)) & HIGHS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
      i += 8;
    }
    while (i < to) {
      byte c = bytes[i];
      if (c == '"' || c == '\\' || (c >= 0 && c < ' ')) {
        return i;
      }
      i++;
    }
    return to;
  }

  /** The length of the escape at {@code at} (a backslash), or 0 when it is none. */
  static int escapeLength(byte[] bytes, int at, int to) {
    if (at + 1 >= to) {
      return 0;
    }
    byte c = bytes[at + 1];
    return ESCAPES[c & 0xff] != 0 ? 2 : c == 'u' && hex4(bytes, at + 2, to) >= 0 ? 6 : 0;
  }

  /** The value of four hexadecimal digits, or -1. */
  private static int hex4(byte[] bytes, int at, int to) {
    if (at + 4 > to) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /**
   * Writes the text of the raw string {@code in[from, to)}, whose escapes are known to be well formed, to {@code out}
   * from {@code at}. The text is never longer than the raw string. A surrogate without its partner becomes U+FFFD.
   *
   * @return one past the last byte written
   */
  static int unescape(byte[] in, int from, int to, byte[] out, int at) {
    int i = from;
    int o = at;
    while (i < to) {
      // Eight bytes at a time are written and then as many kept as stand before a backslash: escapes are close together
      // in lines that are JSON themselves. The output never runs ahead of the input, so there is room for all eight.
      if (i + 8 <= to) {
        long w = (long) LONG.get(in, i);
        long b = w ^ BACKSLASHES;
        long hit = (b - ONES) & ~b & HIGHS;
        LONG.set(out, o, w);
        int plain = hit == 0 ? 8 : Long.numberOfTrailingZeros(hit) >>> 3;
        i += plain;
        o += plain;
        if (hit == 0) {
          continue;
        }
      } else if (in[i] != '\\') {
        out[o++] = in[i++];
        continue;
      }
      byte simple = ESCAPES[in[i + 1] & 0xff];
      if (simple != 0) {
        out[o++] = simple;
        i += 2;
        continue;
      }
      int code = hex4(in, i + 2, to);
      i += 6;
      if (Character.isHighSurrogate((char) code) && i + 6 <= to && in[i] == '\\' && in[i + 1] == 'u') {
        int low = hex4(in, i + 2, to);
        if (Character.isLowSurrogate((char) low)) {
          code = Character.toCodePoint((char) code, (char) low);
          i += 6;
        }
      }
      o = utf8(Character.isSurrogate((char) code) && code < 0x10000 ? 0xfffd : code, out, o);
    }
    return o;
  }

  /** Whether the raw string holds the escape of a surrogate without its partner. */
  static boolean loneSurrogate(byte[] in, int from, int to) {
    int i = from;
    while (i < to) {
      if (in[i] != '\\') {
        i++;
      } else if (in[i + 1] != 'u') {
        i += 2;
      } else {
        char code = (char) hex4(in, i + 2, to);
        i += 6;
        if (Character.isSurrogate(code)) {
          boolean pair =
              Character.isHighSurrogate(code)
                  && i + 6 <= to
                  && in[i] == '\\'
                  && in[i + 1] == 'u'
                  && Character.isLowSurrogate((char) hex4(in, i + 2, to));
          if (!pair) {
            return true;
          }
          i += 6;
        }
      }
    }
    return false;
  }

  private static int utf8(int c, byte[] out, int at) {
    int o = at;
    if (c < 0x80) {
      out[o++] = (byte) c;
    } else if (c < 0x800) {
      out[o++] = (byte) (0xc0 | c >> 6);
      out[o++] = (byte) (0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      out[o++] = (byte) (0xe0 | c >> 12);
      out[o++] = (byte) (0x80 | (c >> 6 & 0x3f));
      out[o++] = (byte) (0x80 | (c & 0x3f));
    } else {
      out[o++] = (byte) (0xf0 | c >> 18);
      out[o++] = (byte) (0x80 | (c >> 12 & 0x3f));
      out[o++] = (byte) (0x80 | (c >> 6 & 0x3f));
      out[o++] = (byte) (0x80 | (c & 0x3f));
    }
    return o;
  }
}
