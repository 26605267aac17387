package io.sigyn.logql.stage;

import io.sigyn.bytes.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Pieces of JSON in bytes that need not be valid as a whole. What ends a piece is looked for in eight bytes at a time. */
final class JsonText {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final boolean[] ENDS_WORD = new boolean[256];

  static {
    for (char c : " \n\r\t,}]".toCharArray()) {
      ENDS_WORD[c] = true;
    }
  }

  private JsonText() {}

  static int skipBlanks(byte[] text, int from, int to) {
    int at = from;
    while (at < to && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** Marks the zeros of a word; its lowest mark is always right, a higher one may be false. */
  private static long zeros(long word) {
    return (word - ONES) & ~word & HIGHS;
  }

  /** The first quote or backslash in {@code text[from, to)}, or {@code to}. */
  static int quoteOrBackslash(byte[] text, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long word = (long) LONG.get(text, at);
      long marks = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES);
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && text[at] != '"' && text[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The first backslash in {@code text[from, to)}, or {@code to}. */
  static int backslash(byte[] text, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long marks = zeros((long) LONG.get(text, at) ^ BACKSLASHES);
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && text[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The position after the closing quote of the string whose first byte stands at {@code from}, or -1. */
  static int stringEnd(byte[] text, int from, int to) {
    int at = quoteOrBackslash(text, from, to);
    while (at < to) {
      if (text[at] == '"') {
        return at + 1;
      }
      at = quoteOrBackslash(text, Math.min(to, at + 2), to);
    }
    return -1;
  }

  /** The position after the bracket that closes the one at {@code from}, or -1; other kinds of bracket do not count. */
  static int blockEnd(byte[] text, int from, int to) {
    byte open = text[from];
    byte close = (byte) (open == '{' ? '}' : ']');
    int depth = 0;
    int at = from;
    while (at < to) {
      byte b = text[at];
      if (b == '"') {
        at = stringEnd(text, at + 1, to);
        if (at < 0) {
          return -1;
        }
      } else if (b == open) {
        depth++;
        at++;
      } else if (b == close) {
        at++;
        if (--depth == 0) {
          return at;
        }
      } else {
        at = bracketOrQuote(text, at + 1, to, open, close);
      }
    }
    return -1;
  }

  private static int bracketOrQuote(byte[] text, int from, int to, byte open, byte close) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      long word = (long) LONG.get(text, at);
      long marks = zeros(word ^ QUOTES) | zeros(word ^ (open * ONES)) | zeros(word ^ (close * ONES));
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < to && text[at] != '"' && text[at] != open && text[at] != close) {
      at++;
    }
    return at;
  }

  /** The position after a number or word. */
  static int wordEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && !ENDS_WORD[text[at] & 0xff]) {
      at++;
    }
    return at;
  }

  /**
   * The string in {@code [from, to)}, quotes excluded, without its escapes; null when one of them is wrong or stands for
   * half a character.
   */
  static @Nullable String unescape(byte[] text, int from, int to) {
    if (backslash(text, from, to) == to) {
      return Names.text(text, from, to);
    }
    int at = from;
    StringBuilder out = new StringBuilder(to - from);
    int plain = from;
    while (at < to) {
      if (text[at] != '\\') {
        at++;
        continue;
      }
      out.append(Names.text(text, plain, at));
      if (at + 1 >= to) {
        return null;
      }
      byte c = text[at + 1];
      at += 2;
      switch (c) {
        case '"', '\\', '/' -> out.append((char) c);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          int unit = hex4(text, at, to);
          at += 4;
          if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < to && text[at] == '\\' && text[at + 1] == 'u') {
            int low = hex4(text, at + 2, to);
            if (low < 0xdc00 || low > 0xdfff) {
              return null;
            }
            out.appendCodePoint(Character.toCodePoint((char) unit, (char) low));
            at += 6;
          } else if (unit < 0 || (unit >= 0xd800 && unit < 0xe000)) {
            return null;
          } else {
            out.append((char) unit);
          }
        }
        default -> {
          return null;
        }
      }
      plain = at;
    }
    return out.append(Names.text(text, plain, to)).toString();
  }

  /** Four hexadecimal digits, or -1. */
  static int hex4(byte[] text, int from, int to) {
    if (from + 4 > to) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = text[i] < 0 ? -1 : Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /** Whether the bytes are UTF-8. */
  static boolean isUtf8(byte[] text, int from, int to) {
    for (int at = from; at < to; ) {
      int length = text[at] >= 0 ? 1 : Utf8.sequence(text, at, to);
      if (length == 0) {
        return false;
      }
      at += length;
    }
    return true;
  }
}
