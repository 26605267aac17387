package io.sigyn.logql.stage;

import org.jspecify.annotations.Nullable;

/** Reads {@code key=value} pairs of one line, one after the other. Reused for the next line. */
final class LogfmtScanner {
  private byte[] text = new byte[0];
  private int start;
  private int to;
  private int at;
  private String key = "";
  private String value = "";
  private boolean validValue = true;
  private String complaint = "";

  void begin(Line line) {
    text = line.text();
    start = line.from();
    at = start;
    to = line.to();
  }

  /** Moves to the next pair; false at the end of the line. A pair with a {@link #complaint} has neither key nor value. */
  boolean next() {
    complaint = "";
    while (at < to && isSeparator(text[at])) {
      at++;
    }
    if (at >= to) {
      return false;
    }
    int from = at;
    while (at < to && !isSeparator(text[at]) && text[at] != '=' && text[at] != '"') {
      at++;
    }
    if (at < to && text[at] == '"') {
      return fail("unexpected '\"'", at);
    }
    if (at == from) {
      return fail("unexpected '='", at);
    }
    key = Names.text(text, from, at);
    validValue = true;
    if (key.indexOf('\uFFFD') >= 0) {
      return fail("invalid key", from);
    }
    value = "";
    if (at >= to || text[at] != '=') {
      return true;
    }
    at++;
    if (at < to && text[at] == '"') {
      return quoted();
    }
    from = at;
    while (at < to && !isSeparator(text[at])) {
      if (text[at] == '=' || text[at] == '"') {
        return fail("unexpected '" + (char) text[at] + "'", at);
      }
      at++;
    }
    value = Names.text(text, from, at);
    validValue = JsonText.isUtf8(text, from, at);
    return true;
  }

  private boolean quoted() {
    int from = at;
    int end = JsonText.stringEnd(text, from + 1, to);
    if (end < 0) {
      at = to;
      return fail("unterminated quoted value", to);
    }
    at = end;
    String unescaped = unescape(from + 1, end - 1);
    if (unescaped == null) {
      return fail("invalid quoted value", end);
    }
    value = unescaped;
    validValue = JsonText.isUtf8(text, from + 1, end - 1);
    return true;
  }

  private @Nullable String unescape(int from, int end) {
    int i = from;
    while (i < end && text[i] != '\\') {
      i++;
    }
    if (i == end) {
      return Names.text(text, from, end);
    }
    StringBuilder out = new StringBuilder();
    int plain = from;
    while (i < end) {
      if (text[i] != '\\') {
        i++;
        continue;
      }
      out.append(Names.text(text, plain, i));
      byte c = i + 1 < end ? text[i + 1] : 0;
      i += 2;
      switch (c) {
        case '"', '\\', '/', '\'' -> out.append((char) c);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          int unit = JsonText.hex4(text, i, end);
          if (unit < 0) {
            return null;
          }
          i += 4;
          int low = unit >= 0xd800 && unit < 0xdc00 && i + 1 < end && text[i] == '\\' && text[i + 1] == 'u'
              ? JsonText.hex4(text, i + 2, end)
              : -1;
          if (low >= 0xdc00 && low < 0xe000) {
            out.appendCodePoint(Character.toCodePoint((char) unit, (char) low));
            i += 6;
          } else {
            out.append(unit >= 0xd800 && unit < 0xe000 ? '\uFFFD' : (char) unit);
          }
        }
        default -> {
          return null;
        }
      }
      plain = i;
    }
    return out.append(Names.text(text, plain, end)).toString();
  }

  private boolean fail(String what, int where) {
    complaint = "logfmt syntax error at pos " + (where - start + 1) + " : " + what;
    while (at < to && !isSeparator(text[at])) {
      at++;
    }
    return true;
  }

  String key() {
    return key;
  }

  String value() {
    return value;
  }

  /** Whether the value was UTF-8. */
  boolean isValidValue() {
    return validValue;
  }

  /** What is wrong with the pair, or the empty string. */
  String complaint() {
    return complaint;
  }

  private static boolean isSeparator(byte b) {
    return b >= 0 && b <= ' ';
  }
}
