package io.sigyn.server.write;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for a field in a line that is JSON or logfmt; the value found last stays until the next
 * look. Reads no further than needed and allocates nothing unless it finds something. Used by one
 * thread.
 */
final class LineFields {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long EQUALS = '=' * ONES;

  /** Bytes that end a key or a value without quotes: blanks and control characters; a key also at these two. */
  private static final byte[] ENDS = new byte[256];

  /** What may follow a backslash. */
  private static final String ESCAPED = "\"\\/'bfnrtu";

  private static final int BLANK = 1;
  private static final int ENDS_KEY = 2;

  static {
    Arrays.fill(ENDS, 0, ' ' + 1, (byte) (BLANK | ENDS_KEY));
    ENDS['='] = ENDS_KEY;
    ENDS['"'] = ENDS_KEY;
  }

  private final int maxDepth;
  private List<String> prepared = List.of();
  private long lengths;
  private long firsts;
  private long lasts;
  private final JsonReader json = new JsonReader(new byte[0]);
  private byte[] value = {};
  private int valueFrom;
  private int valueTo;

  /** With how many levels of JSON objects are looked into; 0 is all. */
  LineFields(int maxDepth) {
    this.maxDepth = maxDepth;
  }

  /** Looks for one of the names in {@code line[from, to)}; whether it is there. */
  boolean find(byte[] line, int from, int to, List<String> names) {
    prepare(names);
    int first = from;
    while (first < to && isSpace(line[first])) {
      first++;
    }
    int last = to - 1;
    while (last > first && isSpace(line[last])) {
      last--;
    }
    if (first < last && line[first] == '{' && line[last] == '}') {
      return inJson(line, first, last + 1, names);
    }
    return hasEquals(line, first, last + 1) && inLogfmt(line, first, last + 1, names);
  }

  /** Whether the line can have a pair. By words: lines are too short for vectors, which are slow until they are compiled. */
  private static boolean hasEquals(byte[] line, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long others = (long) LONG.get(line, at) ^ EQUALS;
      if ((others - ONES & ~others & HIGHS) != 0) {
        return true;
      }
    }
    for (; at < to; at++) {
      if (line[at] == '=') {
        return true;
      }
    }
    return false;
  }

  /** Remembers of names what rules most keys out: how long they are, how they begin and end. */
  @SuppressWarnings("ReferenceEquality") // another list with equal names is only looked at anew
  private void prepare(List<String> names) {
    if (names != prepared) {
      prepared = names;
      lengths = 0;
      firsts = 0;
      lasts = 0;
      for (String name : names) {
        lengths |= 1L << name.length();
        if (!name.isEmpty()) {
          firsts |= 1L << name.charAt(0);
          lasts |= 1L << name.charAt(name.length() - 1);
        }
      }
      firsts |= Long.rotateLeft(firsts, 32);
      lasts |= Long.rotateLeft(lasts, 32);
    }
  }

  /** Whether a key may be one of the names. Shifts count modulo 64; letters of either case are 32 apart. */
  private boolean mayBe(byte[] text, int from, int to) {
    return (lengths >>> (to - from) & 1) != 0
        && (to == from || (firsts >>> text[from] & lasts >>> text[to - 1] & 1) != 0);
  }

  /** The array that holds the value found. */
  byte[] bytes() {
    return value;
  }

  /** Where the value found starts. */
  int from() {
    return valueFrom;
  }

  /** One past the last byte of the value found. */
  int to() {
    return valueTo;
  }

  /** The value found, as text. */
  String text() {
    return new String(value, valueFrom, valueTo - valueFrom, StandardCharsets.UTF_8);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0x0b || b == '\f';
  }

  /**
   * The first member with one of the names and a string for a value, in the order of the document;
   * arrays are skipped.
   */
  private boolean inJson(byte[] line, int from, int to, List<String> names) {
    json.reset(line, from, to);
    try {
      json.expect(JsonToken.BEGIN_OBJECT);
      while (json.depth() > 0) {
        if (!json.nextName()) {
          continue;
        }
        boolean wanted = isOneOf(names);
        JsonToken value = json.next();
        if (wanted && value == JsonToken.STRING) {
          return found(json.stringBytes(), json.stringFrom(), json.stringTo());
        }
        if (value == JsonToken.BEGIN_ARRAY || (value == JsonToken.BEGIN_OBJECT && tooDeep())) {
          json.skipValue();
        }
      }
    } catch (JsonSyntaxException e) {
      // A line that only looks like JSON has no fields.
    }
    return false;
  }

  private boolean found(byte[] bytes, int from, int to) {
    value = bytes;
    valueFrom = from;
    valueTo = to;
    return true;
  }

  private boolean tooDeep() {
    return maxDepth > 0 && json.depth() > maxDepth;
  }

  private boolean isOneOf(List<String> names) {
    if (!mayBe(json.stringBytes(), json.stringFrom(), json.stringTo())) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      if (json.stringEquals(names.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The first pair whose key is the first name that occurs at all; keys are compared without regard
   * to case. A key alone counts and has no value: in "log level set" the level is left to the words.
   * What is no logfmt ends the look, and what was found before stays.
   */
  private boolean inLogfmt(byte[] line, int from, int to, List<String> names) {
    int bestName = names.size();
    int bestFrom = 0;
    int bestTo = 0;
    int at = from;
    while (at < to && bestName > 0) {
      if ((ENDS[line[at] & 0xFF] & BLANK) != 0) {
        at++;
        continue;
      }
      int keyFrom = at;
      int end = 0;
      while (at < to && (end = ENDS[line[at] & 0xFF]) == 0) {
        at++;
      }
      int keyTo = at;
      int valueFrom = at;
      if (end == ENDS_KEY) {
        valueFrom = at + 1;
        at = line[at] == '=' && keyTo > keyFrom ? valueEnd(line, valueFrom, to) : -1;
        if (at < 0) {
          break;
        }
      }
      if (mayBe(line, keyFrom, keyTo)) {
        int name = indexOf(names, bestName, line, keyFrom, keyTo);
        if (name < bestName) {
          bestName = name;
          bestFrom = valueFrom;
          bestTo = at;
        }
      }
    }
    return bestName < names.size() && unquoted(line, bestFrom, bestTo);
  }

  /** One past the last byte of the value; negative when it is none. */
  private static int valueEnd(byte[] line, int from, int to) {
    int at = from;
    if (at < to && line[at] == '"') {
      at++;
      while (at < to && line[at] != '"') {
        if (line[at] == '\\' && ++at < to && ESCAPED.indexOf(line[at]) < 0) {
          return -1;
        }
        at++;
      }
      return at < to ? at + 1 : -1;
    }
    while (at < to && ENDS[line[at] & 0xFF] == 0) {
      at++;
    }
    return at == to || (ENDS[line[at] & 0xFF] & BLANK) != 0 ? at : -1;
  }

  private static int indexOf(List<String> names, int before, byte[] line, int from, int to) {
    for (int n = 0; n < before; n++) {
      String name = names.get(n);
      boolean same = name.length() == to - from;
      for (int i = 0; same && i < name.length(); i++) {
        byte b = line[from + i];
        same = b >= 0 && Character.toLowerCase((char) b) == Character.toLowerCase(name.charAt(i));
      }
      if (same) {
        return n;
      }
    }
    return before;
  }

  private boolean unquoted(byte[] line, int from, int to) {
    if (from == to || line[from] != '"') {
      return found(line, from, to);
    }
    int end = Math.max(from + 1, to - 1);
    for (int i = from + 1; i < end; i++) {
      if (line[i] == '\\') {
        String inner = new String(line, from + 1, end - from - 1, StandardCharsets.UTF_8);
        byte[] plain =
            inner.replace("\\\"", "\"").replace("\\\\", "\\").getBytes(StandardCharsets.UTF_8);
        return found(plain, 0, plain.length);
      }
    }
    return found(line, from + 1, end);
  }
}
