package io.sigyn.json;

import io.sigyn.bytes.Utf8;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON without white space, escaped as Go's encoding/json does: the quote, the backslash and {@code b f n r t}
 * have short escapes; other control characters, U+2028, U+2029 and, when asked for, the three characters that HTML
 * minds have escapes of four hexadecimal digits; every byte that is not part of valid UTF-8 is the escape of U+FFFD.
 *
 * <p>Commas and colons come by themselves. Calls in an impossible order (a value where a name is due, an end without a
 * beginning) are the caller's error and throw IllegalStateException. A failure of the stream comes as
 * UncheckedIOException from any call but {@link #flush}. Used by one thread at a time.
 */
public final class JsonWriter {
  private static final int FLUSH_AT = 1 << 16;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** For each ASCII character: 0 when it stands for itself, 1 when it is escaped for HTML only, 2 when always. */
  private static final byte[] CLASS = new byte[128];

  static {
    Arrays.fill(CLASS, 0, ' ', (byte) 2);
    CLASS['"'] = 2;
    CLASS['\\'] = 2;
    CLASS['<'] = 1;
    CLASS['>'] = 1;
    CLASS['&'] = 1;
  }

  private final OutputStream sink;
  private final boolean buffered;
  private final int escapeFrom;
  private byte[] buffer = new byte[512];
  private int length;

  /** Bit 0: something was written at this level; bit 1: an object; bit 2: a name was written and its value is due. */
  private byte[] levels = new byte[16];

  private int depth;

  private JsonWriter(OutputStream sink, boolean buffered, boolean escapeHtml) {
    this.sink = sink;
    this.buffered = buffered;
    this.escapeFrom = escapeHtml ? 1 : 2;
  }

  /** A writer into memory; {@code < > &} are left alone. */
  public static JsonWriter inMemory() {
    return new JsonWriter(OutputStream.nullOutputStream(), true, false);
  }

  /** A writer into memory. */
  public static JsonWriter inMemory(boolean escapeHtml) {
    return new JsonWriter(OutputStream.nullOutputStream(), true, escapeHtml);
  }

  /** A writer that passes about 64 KiB at a time on to the stream; {@link #flush} passes on the rest. */
  public static JsonWriter to(OutputStream out, boolean escapeHtml) {
    return new JsonWriter(out, false, escapeHtml);
  }

  /** What was written so far, of a writer into memory. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, length);
  }

  /** The array a writer into memory fills; {@link #length} bytes are valid, until the next call. */
  public byte[] buffer() {
    return buffer;
  }

  /** The number of bytes in {@link #buffer}. */
  public int length() {
    return length;
  }

  /** What was written so far, of a writer into memory. */
  @Override
  public String toString() {
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  /** Starts over with an empty buffer that keeps its capacity. */
  public void reset() {
    length = 0;
    depth = 0;
    levels[0] = 0;
  }

  /** Begins an object. */
  public JsonWriter beginObject() {
    return begin('{', 2);
  }

  /** Ends the object. */
  public JsonWriter endObject() {
    return finish('}', 2);
  }

  /** Begins an array. */
  public JsonWriter beginArray() {
    return begin('[', 0);
  }

  /** Ends the array. */
  public JsonWriter endArray() {
    return finish(']', 0);
  }

  /** Writes a member's name; its value must follow. */
  public JsonWriter name(String name) {
    memberDue();
    string(name);
    put(':');
    return this;
  }

  /** Writes a member's name from UTF-8. */
  public JsonWriter name(byte[] utf8, int from, int to) {
    memberDue();
    string(utf8, from, to);
    put(':');
    return this;
  }

  /** Writes a string; surrogates without a partner become U+FFFD. */
  public JsonWriter value(String text) {
    valueDue();
    string(text);
    return this;
  }

  /** Writes a string from UTF-8 without making one. */
  public JsonWriter value(byte[] utf8, int from, int to) {
    valueDue();
    string(utf8, from, to);
    return this;
  }

  /** Writes an integer. */
  public JsonWriter value(long number) {
    valueDue();
    ascii(Long.toString(number));
    return this;
  }

  /** Writes {@code true} or {@code false}. */
  public JsonWriter value(boolean truth) {
    valueDue();
    ascii(truth ? "true" : "false");
    return this;
  }

  /** Writes {@code null}. */
  public JsonWriter nullValue() {
    valueDue();
    ascii("null");
    return this;
  }

  /** Writes an integer as a string, as Loki writes nanoseconds. */
  public JsonWriter quoted(long number) {
    valueDue();
    put('"');
    ascii(Long.toString(number));
    put('"');
    return this;
  }

  /** Writes text of ASCII characters that is a JSON value already, for example a number. */
  public JsonWriter raw(String json) {
    valueDue();
    ascii(json);
    return this;
  }

  /** Writes bytes that are a JSON value already. */
  public JsonWriter raw(byte[] json, int from, int to) {
    valueDue();
    bytes(json, from, to);
    return this;
  }

  /** Writes a line feed between or after values. */
  public JsonWriter lineFeed() {
    put('\n');
    if (depth == 0) {
      levels[0] = 0;
    }
    return this;
  }

  /** Passes what is buffered on to the stream and flushes it; nothing for a writer into memory. */
  public void flush() throws IOException {
    if (!buffered) {
      sink.write(buffer, 0, length);
      length = 0;
      sink.flush();
    }
  }

  private JsonWriter begin(char bracket, int kind) {
    valueDue();
    put(bracket);
    depth++;
    if (depth == levels.length) {
      levels = Arrays.copyOf(levels, depth * 2);
    }
    levels[depth] = (byte) kind;
    return this;
  }

  private JsonWriter finish(char bracket, int kind) {
    if (depth == 0 || (levels[depth] & 6) != kind) {
      throw new IllegalStateException("'" + bracket + "' does not end what is open: " + this);
    }
    depth--;
    put(bracket);
    return this;
  }

  private void memberDue() {
    byte level = levels[depth];
    if ((level & 6) != 2) {
      throw new IllegalStateException("no name is due here: " + this);
    }
    if ((level & 1) != 0) {
      put(',');
    }
    levels[depth] = 7;
  }

  private void valueDue() {
    byte level = levels[depth];
    if ((level & 2) != 0) {
      if ((level & 4) == 0) {
        throw new IllegalStateException("a name is due before the value: " + this);
      }
      levels[depth] = 3;
      return;
    }
    if ((level & 1) != 0) {
      if (depth == 0) {
        throw new IllegalStateException("the value is complete: " + this);
      }
      put(',');
    }
    levels[depth] = 1;
  }

  private void string(String text) {
    put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (CLASS[c] < escapeFrom) {
          put(c);
        } else {
          escape(c);
        }
      } else if (Character.isSurrogate(c)) {
        int code = text.codePointAt(i);
        if (code == c) {
          escape(0xfffd);
        } else {
          i++;
          room(4);
          buffer[length++] = (byte) (0xf0 | code >> 18);
          buffer[length++] = (byte) (0x80 | (code >> 12 & 0x3f));
          buffer[length++] = (byte) (0x80 | (code >> 6 & 0x3f));
          buffer[length++] = (byte) (0x80 | (code & 0x3f));
        }
      } else if (c == 0x2028 || c == 0x2029) {
        escape(c);
      } else {
        room(3);
        if (c < 0x800) {
          buffer[length++] = (byte) (0xc0 | c >> 6);
        } else {
          buffer[length++] = (byte) (0xe0 | c >> 12);
          buffer[length++] = (byte) (0x80 | (c >> 6 & 0x3f));
        }
        buffer[length++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    put('"');
  }

  private void string(byte[] utf8, int from, int to) {
    put('"');
    int run = from;
    int i = from;
    while (i < to) {
      byte b = utf8[i];
      if (b >= 0 && CLASS[b] < escapeFrom) {
        i++;
        continue;
      }
      int size = b >= 0 ? 0 : Utf8.sequence(utf8, i, to);
      int escape;
      if (b >= 0) {
        escape = b;
        size = 1;
      } else if (size == 0) {
        escape = 0xfffd;
        size = 1;
      } else if (size == 3 && b == (byte) 0xe2 && utf8[i + 1] == (byte) 0x80 && (utf8[i + 2] & 0xfe) == 0xa8) {
        escape = 0x2000 | (utf8[i + 2] & 0x3f);
      } else {
        i += size;
        continue;
      }
      bytes(utf8, run, i);
      escape(escape);
      i += size;
      run = i;
    }
    bytes(utf8, run, to);
    put('"');
  }

  /** Writes the escape of a character of the basic plane. */
  private void escape(int c) {
    room(6);
    buffer[length++] = '\\';
    int brief =
        switch (c) {
          case '"', '\\' -> c;
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 0;
        };
    if (brief != 0) {
      buffer[length++] = (byte) brief;
      return;
    }
    buffer[length++] = 'u';
    buffer[length++] = HEX[c >> 12];
    buffer[length++] = HEX[c >> 8 & 15];
    buffer[length++] = HEX[c >> 4 & 15];
    buffer[length++] = HEX[c & 15];
  }

  private void ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[length++] = (byte) text.charAt(i);
    }
  }

  private void bytes(byte[] source, int from, int to) {
    if (!buffered && to - from > FLUSH_AT) {
      drain();
      try {
        sink.write(source, from, to - from);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return;
    }
    room(to - from);
    System.arraycopy(source, from, buffer, length, to - from);
    length += to - from;
  }

  private void put(char c) {
    if (length == buffer.length) {
      room(1);
    }
    buffer[length++] = (byte) c;
  }

  private void room(int bytes) {
    if (length + bytes <= buffer.length) {
      return;
    }
    if (!buffered && length >= FLUSH_AT) {
      drain();
    }
    if (length + bytes > buffer.length) {
      int doubled = (int) Math.min(buffer.length * 2L, 1 << 30);
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(length, bytes), doubled));
    }
  }

  private void drain() {
    try {
      sink.write(buffer, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    length = 0;
  }
}
