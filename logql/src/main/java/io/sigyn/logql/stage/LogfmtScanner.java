package io.sigyn.logql.stage;

import io.sigyn.logql.stage.SeenKeys.Seen;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads {@code key=value} pairs of one line, one after the other. Reused for the next line. */
final class LogfmtScanner {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final LogfmtSkim skim = new LogfmtSkim();
  private final SeenKeys seen = new SeenKeys("=");
  private byte[] text = new byte[0];
  private int start;
  private int to;
  private int at;
  private @Nullable Seen pair;
  private int valueFrom;
  private int valueTo;

  /** Whether the value is not as it stands in the line, but {@link #unescaped}. */
  private boolean isUnescaped;

  private String unescaped = "";

  /** Whether something is wrong with the pair: {@link #mistake}, at {@link #place}. */
  private boolean isBad;

  private String mistake = "";

  private int place;

  /** What finds values without reading all. */
  LogfmtSkim skim() {
    return skim;
  }

  /** Starts a line. */
  void begin(Line line, WantedKeys keys) {
    begin(line, keys, line.from());
  }

  /** Starts at a pair of a line. */
  @SuppressWarnings("ReferenceEquality") // see Line#text
  void begin(Line line, WantedKeys keys, int from) {
    if (text != line.text()) {
      text = line.text();
    }
    start = line.from();
    at = from;
    to = line.to();
    seen.begin(keys);
  }

  /** Moves to the next pair; false at the end of the line. A pair that {@link #isBad} has neither key nor value. */
  boolean next() {
    isBad = false;
    isUnescaped = false;
    while (at < to && isSeparator(text[at])) {
      at++;
    }
    if (at >= to) {
      return false;
    }
    Seen expected = seen.expected(text, at, to);
    if (expected != null) {
      pair = expected;
      at = seen.end(at);
      return readValue();
    }
    int from = at;
    at = stop(text, from, to);
    if (at < to && text[at] == '"') {
      return fail("unexpected '\"'", at);
    }
    if (at == from) {
      return fail("unexpected '='", at);
    }
    if (!isAscii(from, at) && Names.text(text, from, at).indexOf('\uFFFD') >= 0) {
      return fail("invalid key", from);
    }
    pair = seen.key(text, from, at);
    valueFrom = at;
    valueTo = at;
    if (at >= to || text[at] != '=') {
      return true;
    }
    at++;
    return readValue();
  }

  /** Reads what stands behind the equals sign. */
  private boolean readValue() {
    if (at < to && text[at] == '"') {
      return quoted();
    }
    int from = at;
    at = stop(text, from, to);
    if (at < to && !isSeparator(text[at])) {
      return fail("unexpected '" + (char) text[at] + "'", at);
    }
    valueFrom = from;
    valueTo = at;
    return true;
  }

  /** The first separator, quote or equals sign at or behind {@code from}, or the end. */
  static int stop(byte[] text, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long word = (long) LONG.get(text, i);
      long quotes = word ^ ('"' * ONES);
      long equals = word ^ ('=' * ONES);
      // The lowest mark is always right, a higher one may be false.
      long marks =
          (((word - (' ' + 1) * ONES) & ~word) | ((quotes - ONES) & ~quotes) | ((equals - ONES) & ~equals)) & HIGHS;
      if (marks != 0) {
        return i + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (i < to && !isSeparator(text[i]) && text[i] != '=' && text[i] != '"') {
      i++;
    }
    return i;
  }

  /** The first separator at or behind {@code from}, or the end. */
  static int separator(byte[] text, int from, int to) {
    int i = from;
    while (i < to && !isSeparator(text[i])) {
      i++;
    }
    return i;
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
    int backslash = JsonText.backslash(text, valueFrom, valueTo);
    if (backslash == valueTo) {
      return true;
    }
    String value = unescape(backslash);
    if (value == null) {
      return fail("invalid quoted value", end);
    }
    unescaped = value;
    isUnescaped = true;
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
    isBad = true;
    mistake = what;
    place = where;
    at = separator(text, at, to);
    return true;
  }

  /** The label that the key makes; empty when nobody wants it. */
  String label() {
    return Objects.requireNonNull(pair).label;
  }

  /** Behind the pair. */
  int at() {
    return at;
  }

  String value() {
    return isUnescaped ? unescaped : Objects.requireNonNull(pair).values.of(text, valueFrom, valueTo);
  }

  /** Whether the value has no characters. */
  boolean isEmpty() {
    return isUnescaped ? unescaped.isEmpty() : valueFrom == valueTo;
  }

  /** Whether the value was UTF-8. */
  boolean isValidValue() {
    return JsonText.isUtf8(text, valueFrom, valueTo);
  }

  /** Whether something is wrong with the pair. */
  boolean isBad() {
    return isBad;
  }

  /** What is wrong with a bad pair. */
  String complaint() {
    return "logfmt syntax error at pos " + (place - start + 1) + " : " + mistake;
  }

  static boolean isSeparator(byte b) {
    return b >= 0 && b <= ' ';
  }
}
