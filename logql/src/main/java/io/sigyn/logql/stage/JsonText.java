package io.sigyn.logql.stage;

import io.sigyn.bytes.Utf8;
import org.jspecify.annotations.Nullable;

/** Pieces of JSON in bytes that need not be valid as a whole. */
final class JsonText {
  private JsonText() {}

  static int skipBlanks(byte[] text, int from, int to) {
    int at = from;
    while (at < to && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** The position after the closing quote of the string whose first byte stands at {@code from}, or -1. */
  static int stringEnd(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text[at] == '\\') {
        at++;
      } else if (text[at] == '"') {
        return at + 1;
      }
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
        continue;
      }
      if (b == open) {
        depth++;
      } else if (b == close && --depth == 0) {
        return at + 1;
      }
      at++;
    }
    return -1;
  }

  /** The position after a number or word. */
  static int wordEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && " \n\r\t,}]".indexOf(text[at]) < 0) {
      at++;
    }
    return at;
  }

  /**
   * The string in {@code [from, to)}, quotes excluded, without its escapes; null when one of them is wrong or stands for
   * half a character.
   */
  static @Nullable String unescape(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] != '\\') {
      at++;
    }
    if (at == to) {
      return Names.text(text, from, to);
    }
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
