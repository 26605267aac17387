package io.sigyn.wire.push;

import io.sigyn.bytes.Utf8;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import java.nio.charset.StandardCharsets;

/**
 * The tokens of a label string as far as complaints need them: what stands at a place, named the way Prometheus' parser
 * names it. Not for the path of good input.
 */
final class LabelsTokens {
  private static final int LONGEST_SHOWN = 10;

  private final byte[] in;
  private final int from;
  private final int to;

  LabelsTokens(byte[] in, int from, int to) {
    this.in = in;
    this.from = from;
    this.to = to;
  }

  /** The first position at or after {@code at} that is neither white space nor part of a comment. */
  static int skipSpace(byte[] in, int at, int to) {
    int i = at;
    while (i < to) {
      byte c = in[i];
      if (c == '#') {
        while (i < to && in[i] != '\n') {
          i++;
        }
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        i++;
      } else {
        break;
      }
    }
    return i;
  }

  /** The complaint that the token at {@code at}, inside braces, is not what is expected there. */
  LokiException unexpectedInside(int at, String expected) {
    if (at == to) {
      return error(at, "unexpected end of input inside braces");
    }
    byte c = in[at];
    String token =
        switch (c) {
          case ',', '}' -> GoQuote.quote(Character.toString(c));
          case '=' -> at + 1 < to && in[at + 1] == '~' ? "<op:=~>" : "\"=\"";
          case '!' -> {
            if (at + 1 < to && (in[at + 1] == '=' || in[at + 1] == '~')) {
              yield "<op:!" + (char) in[at + 1] + ">";
            }
            throw error(at, "unexpected character after '!' inside braces: " + rune(at + 1));
          }
          case '{' -> throw error(at, "unexpected left brace '{'");
          case '"', '\'', '`' -> {
            // A name in quotes is valid for newer servers of metrics; no query could name such a stream.
            if (expected.startsWith("identifier")) {
              throw error(at, "unexpected character inside braces: " + rune(at));
            }
            yield "string " + shown(at, endOfString(at));
          }
          default -> {
            if (!LabelsParser.isAlpha(c)) {
              throw error(at, "unexpected character inside braces: " + rune(at));
            }
            yield "identifier " + shown(at, endOfWord(at));
          }
        };
    return error(at, "unexpected " + token + " in label set, expected " + expected);
  }

  /** The complaint that something stands at {@code at}, outside braces, where the text should end. */
  LokiException unexpectedOutside(int at) {
    byte c = in[at];
    byte next = at + 1 < to ? in[at + 1] : 0;
    String token =
        switch (c) {
          case ',', '{', '(', '[' -> GoQuote.quote(Character.toString(c));
          case '*', '/', '%', '+', '-', '^', '@' -> "<op:" + (char) c + ">";
          case '<', '>' -> "<op:" + (char) c + (next == '=' ? "=>" : ">");
          case '=' -> {
            if (next == '~') {
              throw error(at, "unexpected character after '=': '~'");
            }
            yield next == '=' ? "<op:==>" : "\"=\"";
          }
          case '!' -> {
            if (next != '=') {
              throw error(at, "unexpected character after '!': " + rune(at + 1));
            }
            yield "<op:!=>";
          }
          case ')' -> throw error(at, "unexpected right parenthesis ')'");
          case ']' -> throw error(at, "unexpected right bracket ']'");
          case '"', '\'', '`' -> "string " + shown(at, endOfString(at));
          default -> {
            if (LabelsParser.isAlpha(c)) {
              yield "identifier " + shown(at, endOfWord(at));
            }
            if (c >= '0' && c <= '9') {
              yield "number " + shown(at, endOfWord(at));
            }
            throw error(at, "unexpected character: " + rune(at));
          }
        };
    return error(at, "unexpected " + token);
  }

  /**
   * One past the closing quote of the string that starts at {@code start}.
   *
   * @throws LokiException when it is not closed or not well formed
   */
  int endOfString(int start) {
    byte quote = in[start];
    int i = start + 1;
    while (true) {
      if (i >= to || (quote != '`' && in[i] == '\n')) {
        throw error(start, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
      }
      byte c = in[i];
      if (c == quote) {
        return i + 1;
      }
      if (c == '\\' && quote != '`') {
        i = endOfEscape(start, i + 1, quote);
      } else if (c >= 0) {
        i++;
      } else {
        int size = Utf8.sequence(in, i, to);
        if (size == 0) {
          throw error(start, "invalid UTF-8 rune");
        }
        i += size;
      }
    }
  }

  private int endOfEscape(int start, int at, byte quote) {
    if (at >= to) {
      throw error(start, "escape sequence not terminated");
    }
    byte c = in[at];
    if (c == quote || "abfnrtv\\".indexOf(c) >= 0) {
      return at + 1;
    }
    boolean octal = c >= '0' && c <= '7';
    int digits = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {
      throw error(start, "unknown escape sequence " + unicode(at));
    }
    int base = octal ? 8 : 16;
    int first = octal ? at : at + 1;
    long code = 0;
    for (int i = first; i < first + digits; i++) {
      if (i >= to) {
        throw error(start, "escape sequence not terminated");
      }
      int digit = Character.digit(in[i], base);
      if (digit < 0) {
        throw error(start, "illegal character " + unicode(i) + " in escape sequence");
      }
      code = code * base + digit;
    }
    if (code > (digits < 4 ? 255 : Character.MAX_CODE_POINT) || (code >= 0xd800 && code < 0xe000)) {
      throw error(start, "escape sequence is an invalid Unicode code point");
    }
    return first + digits;
  }

  private int endOfWord(int at) {
    int i = at;
    while (i < to && (LabelsParser.isAlphanumeric(in[i]) || in[i] == ':' || in[i] == '.')) {
      i++;
    }
    return i;
  }

  /** The token in quotes, cut when it is long. */
  private String shown(int start, int end) {
    String text = new String(in, start, end - start, StandardCharsets.UTF_8);
    if (end - start <= LONGEST_SHOWN) {
      return GoQuote.quote(text);
    }
    int cut = text.offsetByCodePoints(0, Math.min(LONGEST_SHOWN, text.codePointCount(0, text.length())));
    return GoQuote.quote(text.substring(0, cut)) + "...";
  }

  /** The character at a place in single quotes. */
  private String rune(int at) {
    int code = codePoint(at);
    if (code == '\'') {
      return "'\\''";
    }
    if (code == '"') {
      return "'\"'";
    }
    String quoted = GoQuote.quote(Character.toString(code));
    return "'" + quoted.substring(1, quoted.length() - 1) + "'";
  }

  /** The character at a place as {@code U+0071 'q'}. */
  private String unicode(int at) {
    int code = codePoint(at);
    String number = "U+%04X".formatted(code);
    return GoQuote.isPrint(code) ? number + " '" + Character.toString(code) + "'" : number;
  }

  private int codePoint(int at) {
    if (at >= to) {
      return 0xfffd;
    }
    if (in[at] >= 0) {
      return in[at];
    }
    int size = Utf8.sequence(in, at, to);
    return size == 0 ? 0xfffd : new String(in, at, size, StandardCharsets.UTF_8).codePointAt(0);
  }

  private LokiException error(int at, String what) {
    int line = 1;
    int lineStart = from;
    for (int i = from; i < at; i++) {
      if (in[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new LokiException(
        ErrorKind.BAD_REQUEST,
        "couldn't parse labels: " + line + ":" + (at - lineStart + 1) + ": parse error: " + what);
  }
}
