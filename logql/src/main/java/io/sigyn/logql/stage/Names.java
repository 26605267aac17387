package io.sigyn.logql.stage;

import java.nio.charset.StandardCharsets;

/** Bytes of lines as label names and values. */
final class Names {
  private Names() {}

  /** The bytes as text; what is not UTF-8 reads as U+FFFD. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** A label's value: U+FFFD becomes a blank. */
  static String value(String text) {
    return text.indexOf('\uFFFD') < 0 ? text : text.replace('\uFFFD', ' ');
  }

  /**
   * The key as a label name: trimmed, every code point that may not stand in a name becomes {@code _}.
   *
   * @param first whether a leading digit needs {@code _} before it
   * @return possibly empty
   */
  static String sanitize(String key, boolean first) {
    boolean clean = !key.isEmpty() && !(first && isDigit(key.charAt(0)));
    for (int i = 0; clean && i < key.length(); i++) {
      clean = isPart(key.charAt(i));
    }
    if (clean) {
      return key;
    }
    String trimmed = trim(key);
    StringBuilder out = new StringBuilder(trimmed.length() + 1);
    if (first && !trimmed.isEmpty() && isDigit(trimmed.charAt(0))) {
      out.append('_');
    }
    for (int i = 0; i < trimmed.length(); ) {
      int c = trimmed.codePointAt(i);
      i += Character.charCount(c);
      out.append(c < 128 && isPart((char) c) ? (char) c : '_');
    }
    return out.toString();
  }

  /** Without Unicode's white space at both ends. */
  static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  static boolean isSpace(char c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || (c > 0xff && Character.isSpaceChar(c));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPart(char c) {
    return c == '_' || isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
