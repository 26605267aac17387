package io.sigyn.gocompat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Go's {@code strconv.Unquote}. */
public final class GoUnquote {
  private GoUnquote() {}

  /**
   * The value of a literal in double quotes, back quotes or (one character) single quotes. Bytes that are not UTF-8 read
   * as U+FFFD.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static String unquote(String literal) {
    if (literal.length() < 2 || literal.charAt(0) != literal.charAt(literal.length() - 1)) {
      throw new IllegalArgumentException("invalid syntax");
    }
    char quote = literal.charAt(0);
    String inside = literal.substring(1, literal.length() - 1);
    if (quote == '`') {
      return inside.replace("\r", "");
    }
    byte[] out = new byte[inside.length() * 4];
    int size = 0;
    for (int i = 0; i < inside.length(); ) {
      int c = inside.codePointAt(i);
      i += Character.charCount(c);
      if (c != '\\') {
        size = put(out, size, Character.toString(c));
        continue;
      }
      if (i >= inside.length()) {
        throw new IllegalArgumentException("invalid syntax");
      }
      c = inside.charAt(i++);
      int simple = "abfnrtv\\".indexOf(c);
      if (simple >= 0) {
        out[size++] = (byte) "\u0007\b\f\n\r\t\u000b\\".charAt(simple);
      } else if (c == quote) {
        out[size++] = (byte) c;
      } else {
        int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : c >= '0' && c <= '7' ? 3 : 0;
        int base = digits == 3 ? 8 : 16;
        int from = digits == 3 ? i - 1 : i;
        if (digits == 0 || from + digits > inside.length()) {
          throw new IllegalArgumentException("invalid syntax");
        }
        int value;
        try {
          value = Integer.parseUnsignedInt(inside.substring(from, from + digits), base);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("invalid syntax", e);
        }
        i = from + digits;
        if (c == 'u' || c == 'U') {
          if (!Character.isValidCodePoint(value) || (value >= 0xd800 && value < 0xe000)) {
            throw new IllegalArgumentException("invalid syntax");
          }
          size = put(out, size, Character.toString(value));
        } else {
          out[size++] = (byte) value;
        }
      }
    }
    String value = new String(Arrays.copyOf(out, size), StandardCharsets.UTF_8);
    if (quote == '\'' && value.codePointCount(0, value.length()) != 1) {
      throw new IllegalArgumentException("invalid syntax");
    }
    return value;
  }

  private static int put(byte[] out, int size, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    return size + bytes.length;
  }
}
