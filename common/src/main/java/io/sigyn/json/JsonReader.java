package io.sigyn.json;

import java.nio.charset.StandardCharsets;

/**
 * Pulls the tokens of one JSON value out of bytes. Strict as RFC 8259: no comments, no trailing commas, no raw control
 * characters in strings, no leading zeros, exact literals. Bytes that are not UTF-8 are let through inside strings.
 *
 * <p>A string is a slice of the input when it has no escapes, otherwise of a buffer that the next string overwrites.
 * Numbers stay text. Nothing is allocated per token unless a String is asked for. Used by one thread at a time; the
 * input must not change meanwhile.
 *
 * <pre>{@code
 * reader.expect(BEGIN_OBJECT);
 * while (reader.nextName()) {
 *   if (reader.stringEquals("size")) {
 *     reader.next();
 *     size = reader.longValue();
 *   } else {
 *     reader.skipValue();
 *   }
 * }
 * }</pre>
 */
public final class JsonReader extends JsonScanner {
  /** The nesting that is allowed when nothing else is said. */
  public static final int DEFAULT_DEPTH = 512;

  private enum State {
    VALUE,
    FIRST_NAME,
    AFTER_MEMBER,
    FIRST_ELEMENT,
    AFTER_ELEMENT,
    DONE
  }

  private final boolean[] objects;
  private int depth;
  private State state = State.VALUE;
  private JsonToken token = JsonToken.END;
  private boolean unescaped;
  private byte[] scratch = new byte[64];
  private int scratchLength;

  /** Reads {@code json[from, to)}. */
  public JsonReader(byte[] json, int from, int to) {
    this(json, from, to, DEFAULT_DEPTH);
  }

  /** Reads the whole array. */
  public JsonReader(byte[] json) {
    this(json, 0, json.length);
  }

  /** Reads {@code json[from, to)}; objects and arrays nested deeper than {@code maxDepth} are an error. */
  public JsonReader(byte[] json, int from, int to, int maxDepth) {
    super(json, from, to);
    this.objects = new boolean[maxDepth];
  }

  /** Starts over with {@code json[from, to)}, keeping the buffers. */
  public void reset(byte[] json, int from, int to) {
    input(json, from, to);
    depth = 0;
    state = State.VALUE;
    token = JsonToken.END;
    unescaped = false;
  }

  /** The token read last; {@link JsonToken#END} before the first. */
  public JsonToken token() {
    return token;
  }

  /** Where the token read last starts, in the input's positions. */
  public int offset() {
    return tokenFrom;
  }

  /** One past the last byte that was read. Between {@link #offset} and here lies a value just read or skipped. */
  public int position() {
    return at;
  }

  /** How many objects and arrays are open. */
  public int depth() {
    return depth;
  }

  /**
   * Reads the next token.
   *
   * @return {@link JsonToken#END}, and always that, once the value is complete
   * @throws JsonSyntaxException when the bytes are no JSON
   */
  public JsonToken next() {
    token =
        switch (state) {
          case VALUE -> value(space());
          case FIRST_NAME -> {
            int c = space();
            yield c == '}' ? close(JsonToken.END_OBJECT) : name(c, "a member name or '}'");
          }
          case AFTER_MEMBER -> {
            int c = space();
            if (c == '}') {
              yield close(JsonToken.END_OBJECT);
            }
            if (c != ',') {
              throw error("',' or '}'");
            }
            at++;
            yield name(space(), "a member name");
          }
          case FIRST_ELEMENT -> {
            int c = space();
            yield c == ']' ? close(JsonToken.END_ARRAY) : value(c);
          }
          case AFTER_ELEMENT -> {
            int c = space();
            if (c == ']') {
              yield close(JsonToken.END_ARRAY);
            }
            if (c != ',') {
              throw error("',' or ']'");
            }
            at++;
            yield value(space());
          }
          case DONE -> {
            tokenFrom = at;
            yield JsonToken.END;
          }
        };
    return token;
  }

  /** Reads the next token, which must be this one. */
  public void expect(JsonToken expected) {
    JsonToken found = next();
    if (found != expected) {
      throw unexpected(expected.toString());
    }
  }

  /** In an object: reads the next name ({@code true}) or the object's end ({@code false}). */
  public boolean nextName() {
    JsonToken found = next();
    if (found != JsonToken.NAME && found != JsonToken.END_OBJECT) {
      throw unexpected("a member name");
    }
    return found == JsonToken.NAME;
  }

  /** In an array: reads the first token of the next element ({@code true}) or the array's end ({@code false}). */
  public boolean nextElement() {
    JsonToken found = next();
    if (found == JsonToken.NAME || found == JsonToken.END_OBJECT || found == JsonToken.END) {
      throw unexpected("an element");
    }
    return found != JsonToken.END_ARRAY;
  }

  /** Skips the value of the name just read, or the rest of the object or array just begun; else nothing. */
  public void skipValue() {
    if (token == JsonToken.NAME) {
      next();
    }
    if (token == JsonToken.BEGIN_OBJECT || token == JsonToken.BEGIN_ARRAY) {
      int start = tokenFrom;
      int outside = depth - 1;
      while (depth > outside) {
        next();
      }
      tokenFrom = start;
    }
  }

  /** Refuses anything but white space after the value. */
  public void requireEnd() {
    if (next() != JsonToken.END) {
      throw unexpected("the end of the value");
    }
    if (space() >= 0) {
      throw error("nothing more");
    }
  }

  /** The complaint that the token read last is not what was expected. */
  public JsonSyntaxException unexpected(String expected) {
    return new JsonSyntaxException(expected, token.toString(), tokenFrom);
  }

  /** The array that holds the string read last, unescaped. Valid until the next token. */
  public byte[] stringBytes() {
    unescape();
    return escaped ? scratch : in;
  }

  /** Where the string read last starts in {@link #stringBytes}. */
  public int stringFrom() {
    return escaped ? 0 : rawFrom;
  }

  /** One past the last byte of the string read last in {@link #stringBytes}. */
  public int stringTo() {
    unescape();
    return escaped ? scratchLength : rawTo;
  }

  /** An upper bound of the length of the string read last, in bytes; costs nothing. */
  public int stringBound() {
    return rawTo - rawFrom;
  }

  /**
   * Writes the string read last, unescaped, to {@code out} from {@code position}, where {@link #stringBound} bytes must
   * be free.
   *
   * @return one past the last byte written
   */
  public int copyString(byte[] out, int position) {
    if (escaped) {
      return JsonStrings.unescape(in, rawFrom, rawTo, out, position);
    }
    System.arraycopy(in, rawFrom, out, position, rawTo - rawFrom);
    return position + rawTo - rawFrom;
  }

  /** Whether the string read last escapes a surrogate without its partner; it reads as U+FFFD. */
  public boolean hasLoneSurrogate() {
    return escaped && JsonStrings.loneSurrogate(in, rawFrom, rawTo);
  }

  /** The name or string read last, or the text of the number; bytes that are not UTF-8 become U+FFFD. */
  public String string() {
    return new String(stringBytes(), stringFrom(), stringTo() - stringFrom(), StandardCharsets.UTF_8);
  }

  /** Whether the name or string read last is this text of ASCII characters. */
  public boolean stringEquals(String ascii) {
    byte[] bytes = stringBytes();
    int from = stringFrom();
    int length = stringTo() - from;
    if (length != ascii.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #stringEquals}, letters of either case being equal. */
  public boolean stringEqualsIgnoreCase(String ascii) {
    byte[] bytes = stringBytes();
    int from = stringFrom();
    int length = stringTo() - from;
    if (length != ascii.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] < 0
          || Character.toLowerCase((char) bytes[from + i]) != Character.toLowerCase(ascii.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The number, or the string, read last as a signed 64-bit decimal integer. */
  public long longValue() {
    byte[] bytes = stringBytes();
    int from = stringFrom();
    int to = stringTo();
    boolean negative = from < to && bytes[from] == '-';
    int i = negative ? from + 1 : from;
    if (i == to || to - i > 19) {
      throw noInteger();
    }
    // Counted downwards, because the smallest number has no positive partner.
    long value = 0;
    for (; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw noInteger();
      }
      value = value * 10 - digit;
      if (value > 0) {
        throw noInteger();
      }
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw noInteger();
    }
    return negative ? value : -value;
  }

  /** The number read last. */
  public double doubleValue() {
    if (token != JsonToken.NUMBER) {
      throw unexpected("a number");
    }
    return Double.parseDouble(string());
  }

  private JsonSyntaxException noInteger() {
    return new JsonSyntaxException("an integer of 64 bits", brief(string()), tokenFrom);
  }

  private void unescape() {
    if (escaped && !unescaped) {
      if (scratch.length < rawTo - rawFrom) {
        scratch = new byte[Math.max(rawTo - rawFrom, (int) Math.min(scratch.length * 2L, 1 << 20))];
      }
      scratchLength = JsonStrings.unescape(in, rawFrom, rawTo, scratch, 0);
      unescaped = true;
    }
  }

  private JsonToken value(int c) {
    tokenFrom = at;
    return switch (c) {
      case '{' -> open(true);
      case '[' -> open(false);
      case '"' -> {
        unescaped = false;
        quoted();
        completed();
        yield JsonToken.STRING;
      }
      case 't' -> literal("true", JsonToken.TRUE);
      case 'f' -> literal("false", JsonToken.FALSE);
      case 'n' -> literal("null", JsonToken.NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        number();
        completed();
        yield JsonToken.NUMBER;
      }
      default -> throw error("a value");
    };
  }

  private JsonToken name(int c, String expected) {
    tokenFrom = at;
    if (c != '"') {
      throw error(expected);
    }
    unescaped = false;
    quoted();
    if (space() != ':') {
      throw error("':'");
    }
    at++;
    state = State.VALUE;
    return JsonToken.NAME;
  }

  private JsonToken open(boolean object) {
    if (depth == objects.length) {
      throw new JsonSyntaxException("at most " + objects.length + " nested objects and arrays", "one more", at);
    }
    at++;
    objects[depth++] = object;
    state = object ? State.FIRST_NAME : State.FIRST_ELEMENT;
    return object ? JsonToken.BEGIN_OBJECT : JsonToken.BEGIN_ARRAY;
  }

  private JsonToken close(JsonToken which) {
    tokenFrom = at++;
    depth--;
    completed();
    return which;
  }

  private void completed() {
    state = depth == 0 ? State.DONE : objects[depth - 1] ? State.AFTER_MEMBER : State.AFTER_ELEMENT;
  }

  private JsonToken literal(String text, JsonToken kind) {
    word(text);
    completed();
    return kind;
  }

  private static String brief(String text) {
    return '"' + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + '"';
  }
}
