package io.sigyn.logql.stage;

import org.jspecify.annotations.Nullable;

/** Reads {@code key=value} pairs of one line, one after the other. Reused for the next line. */
final class LogfmtScanner {
  private byte[] text = new byte[0];
  private int start;
  private int to;
  private int at;
  private int keyFrom;
  private int keyTo;
  private int valueFrom;
  private int valueTo;

  /** The value when it is not as it stands in the line. */
  private @Nullable String unescaped;

  /** What is wrong, and where; empty when nothing is. */
  private String mistake = "";

  private int place;

  void begin(Line line) {
    text = line.text();
    start = line.from();
    at = start;
    to = line.to();
  }

  /** Moves to the next pair; false at the end of the line. A pair that {@link #isBad} has neither key nor value. */
  boolean next() {
    mistake = "";
    unescaped = null;
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
    keyFrom = from;
    keyTo = at;
    if (!isAscii(from, at) && key().indexOf('\uFFFD') >= 0) {
      return fail("invalid key", from);
    }
    valueFrom = at;
    valueTo = at;
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
    valueFrom = from;
    valueTo = at;
    return true;
  }

  private boolean isAscii(int from, int end) {
    for (int i = from; i < end; i++) {
      if (text[i] < 0) {
        return false;
      }
    }
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
    valueFrom = from + 1;
    valueTo = end - 1;
    for (int i = valueFrom; i < valueTo; i++) {
      if (text[i] == '\\') {
        unescaped = unescape(i);
        return unescaped != null || fail("invalid quoted value", end);
      }
    }
    return true;
  }

  /** The quoted value, whose first backslash is known; null when an escape is wrong. */
  private @Nullable String unescape(int first) {
    int i = first;
    int end = valueTo;
    StringBuilder out = new StringBuilder();
    int plain = valueFrom;
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
    mistake = what;
    place = where;
    while (at < to && !isSeparator(text[at])) {
      at++;
    }
    return true;
  }

  /** What the keys say about the pair's, see {@link WantedKeys#name}. */
  @Nullable String name(WantedKeys keys) {
    return keys.name(text, keyFrom, keyTo);
  }

  String key() {
    return Names.text(text, keyFrom, keyTo);
  }

  String value() {
    return unescaped == null ? Names.text(text, valueFrom, valueTo) : unescaped;
  }

  /** Whether the value was UTF-8. */
  boolean isValidValue() {
    return JsonText.isUtf8(text, valueFrom, valueTo);
  }

  /** Whether something is wrong with the pair. */
  boolean isBad() {
    return !mistake.isEmpty();
  }

  /** What is wrong with a bad pair. */
  String complaint() {
    return "logfmt syntax error at pos " + (place - start + 1) + " : " + mistake;
  }

  private static boolean isSeparator(byte b) {
    return b >= 0 && b <= ' ';
  }
}
