package io.sigyn.logql.syntax;

import io.sigyn.bytes.Utf8;
import io.sigyn.gocompat.GoQuote;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte strings as Java strings. A query's string may hold any bytes ({@code "\xff"}). Bytes that are not valid UTF-8 are
 * carried as the lone surrogates U+DC80 to U+DCFF, one per byte, so that no byte is lost.
 */
public final class RawText {
  private RawText() {}

  /** The text of the bytes. */
  public static String decode(byte[] bytes, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int valid = from;
    int at = from;
    while (at < to) {
      if (bytes[at] >= 0) {
        at++;
        continue;
      }
      int length = Utf8.sequence(bytes, at, to);
      if (length > 0) {
        at += length;
        continue;
      }
      out.append(new String(bytes, valid, at - valid, StandardCharsets.UTF_8));
      out.append((char) (0xdc00 + (bytes[at] & 0xff)));
      valid = ++at;
    }
    return out.append(new String(bytes, valid, to - valid, StandardCharsets.UTF_8)).toString();
  }

  /** The bytes of the text. */
  public static byte[] encode(String text) {
    if (!hasRawBytes(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] out = new byte[text.length() * 3];
    int size = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isRawByte(c)) {
        out[size++] = (byte) c;
      } else {
        byte[] one = Character.toString(c).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(one, 0, out, size, one.length);
        size += one.length;
      }
    }
    return Arrays.copyOf(out, size);
  }

  /** The text in quotes as Go writes it; raw bytes become {@code \xNN}. */
  public static String quote(String text) {
    if (!hasRawBytes(text)) {
      return GoQuote.quote(text);
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isRawByte(c)) {
        out.append("\\x").append(Integer.toHexString(c & 0xff));
      } else {
        String one = GoQuote.quote(Character.toString(c));
        out.append(one, 1, one.length() - 1);
      }
    }
    return out.append('"').toString();
  }

  /** The text with U+FFFD in the place of raw bytes. */
  public static String clean(String text) {
    return hasRawBytes(text) ? new String(encode(text), StandardCharsets.UTF_8) : text;
  }

  private static boolean hasRawBytes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isRawByte(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRawByte(int c) {
    return c >= 0xdc80 && c <= 0xdcff;
  }
}
