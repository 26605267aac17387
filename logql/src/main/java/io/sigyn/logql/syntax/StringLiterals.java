package io.sigyn.logql.syntax;

import io.sigyn.bytes.ByteSink;
import java.util.Arrays;

/** String literals of Go: {@code "interpreted"}, {@code `raw`} and the one-character {@code 'c'}. */
final class StringLiterals {
  private StringLiterals() {}

  /**
   * The offset after the literal whose opening quote stands at {@code start}.
   *
   * @throws ScanException when it does not end or holds an unknown escape
   */
  static int end(int[] text, int start) {
    int quote = text[start];
    int at = start + 1;
    int characters = 0;
    while (true) {
      if (at >= text.length || (text[at] == '\n' && quote != '`')) {
        throw new ScanException("literal not terminated", start);
      }
      int c = text[at++];
      if (c == quote) {
        break;
      }
      characters++;
      if (c == '\\' && quote != '`') {
        at = escapeEnd(text, at, quote, start);
      }
    }
    if (quote == '\'' && characters != 1) {
      throw new ScanException("invalid char literal", start);
    }
    return at;
  }

  private static int escapeEnd(int[] text, int at, int quote, int start) {
    int c = at < text.length ? text[at] : '\n';
    if (c == quote || "abfnrtv\\".indexOf(c) >= 0) {
      return at + 1;
    }
    int digits;
    int base;
    int first = at + 1;
    if (c >= '0' && c <= '7') {
      digits = 3;
      base = 8;
      first = at;
    } else if (c == 'x') {
      digits = 2;
      base = 16;
    } else if (c == 'u') {
      digits = 4;
      base = 16;
    } else if (c == 'U') {
      digits = 8;
      base = 16;
    } else {
      throw new ScanException("invalid char escape", start);
    }
    long value = 0;
    for (int i = first; i < first + digits; i++) {
      int digit = i < text.length && text[i] < 128 ? Character.digit(text[i], base) : -1;
      if (digit < 0) {
        throw new ScanException("invalid char escape", start);
      }
      value = value * base + digit;
    }
    boolean fits =
        switch (c) {
          case 'u', 'U' -> value <= Character.MAX_CODE_POINT && !(value >= 0xd800 && value < 0xe000);
          default -> value < 256;
        };
    if (!fits) {
      throw new ScanException("invalid char escape", start);
    }
    return first + digits;
  }

  /** The value of the literal in {@code [start, end)} that {@link #end} has accepted, as {@link RawText}. */
  static String value(int[] text, int start, int end) {
    ByteSink out = new ByteSink(end - start);
    boolean raw = text[start] == '`';
    int at = start + 1;
    while (at < end - 1) {
      int c = text[at++];
      if (c != '\\' || raw) {
        // A raw string loses its carriage returns, as in Go.
        if (!(raw && c == '\r')) {
          out.utf8(Character.toString(c));
        }
        continue;
      }
      c = text[at++];
      switch (c) {
        case 'a' -> out.u8(7);
        case 'b' -> out.u8('\b');
        case 'f' -> out.u8('\f');
        case 'n' -> out.u8('\n');
        case 'r' -> out.u8('\r');
        case 't' -> out.u8('\t');
        case 'v' -> out.u8(11);
        case 'x' -> {
          out.u8(digits(text, at, 2, 16));
          at += 2;
        }
        case 'u' -> {
          out.utf8(Character.toString(digits(text, at, 4, 16)));
          at += 4;
        }
        case 'U' -> {
          out.utf8(Character.toString(digits(text, at, 8, 16)));
          at += 8;
        }
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          out.u8(digits(text, at - 1, 3, 8));
          at += 2;
        }
        default -> out.utf8(Character.toString(c));
      }
    }
    byte[] bytes = Arrays.copyOf(out.array(), out.size());
    return RawText.decode(bytes, 0, bytes.length);
  }

  private static int digits(int[] text, int from, int count, int base) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * base + Character.digit(text[i], base);
    }
    return value;
  }
}
