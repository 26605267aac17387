package io.sigyn.logql.stage;

import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.logql.syntax.RawText;

/** Functions on text. What counts bytes may cut a character in two; its bytes are kept as {@link RawText} does. */
final class TextFunctions {
  /** No line gets longer than this by repeating. */
  private static final int MAX_LENGTH = 16 << 20;
  private static final int MAX_REPLACED = 64 << 20;

  private TextFunctions() {}

  static String lower(String s) {
    StringBuilder out = new StringBuilder(s.length());
    s.codePoints().map(Character::toLowerCase).forEach(out::appendCodePoint);
    return out.toString();
  }

  static String upper(String s) {
    StringBuilder out = new StringBuilder(s.length());
    s.codePoints().map(Character::toUpperCase).forEach(out::appendCodePoint);
    return out.toString();
  }

  static String title(String s) {
    StringBuilder out = new StringBuilder(s.length());
    boolean start = true;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      i += Character.charCount(c);
      out.appendCodePoint(start ? Character.toTitleCase(c) : c);
      // Beyond ASCII only white space ends a word.
      start =
          c < 128
              ? !(Character.isLetterOrDigit(c) || c == '_')
              : Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
    return out.toString();
  }

  static String replace(String s, String old, String with, int most) {
    if (most == 0 || old.equals(with)) {
      return s;
    }
    requireShort(s, old, with);
    StringBuilder out = new StringBuilder();
    int left = most < 0 ? Integer.MAX_VALUE : most;
    int at = 0;
    if (old.isEmpty()) {
      while (left-- > 0) {
        out.append(with);
        if (at >= s.length()) {
          return out.toString();
        }
        int next = s.offsetByCodePoints(at, 1);
        out.append(s, at, next);
        at = next;
      }
      return out.append(s, at, s.length()).toString();
    }
    while (left-- > 0) {
      int found = s.indexOf(old, at);
      if (found < 0) {
        break;
      }
      out.append(s, at, found).append(with);
      at = found + old.length();
    }
    return out.append(s, at, s.length()).toString();
  }

  static String trim(String s, String cutset, boolean left, boolean right) {
    int from = 0;
    int to = s.length();
    while (left && from < to && cutset.indexOf(s.codePointAt(from)) >= 0) {
      from += Character.charCount(s.codePointAt(from));
    }
    while (right && to > from && cutset.indexOf(s.codePointBefore(to)) >= 0) {
      to -= Character.charCount(s.codePointBefore(to));
    }
    return s.substring(from, to);
  }

  static String trimPrefix(String s, String prefix) {
    return s.startsWith(prefix) ? s.substring(prefix.length()) : s;
  }

  static String trimSuffix(String s, String suffix) {
    return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
  }

  static String indent(int n, String s) {
    String pad = repeat(n, " ");
    return pad + s.replace("\n", "\n" + pad);
  }

  /** Refuses a replacement that could make a short text very long. */
  static void requireShort(String s, String old, String with) {
    long places = s.length() / Math.max(1, old.length()) + 1L;
    if (places * with.length() > MAX_REPLACED) {
      throw new TemplateException("strings: replacement may be longer than " + MAX_REPLACED + " characters");
    }
  }

  static String repeat(int n, String s) {
    if (n < 0) {
      throw new TemplateException("strings: negative Repeat count");
    }
    if ((long) n * s.length() > MAX_LENGTH) {
      throw new TemplateException("strings: Repeat output length overflow");
    }
    return s.repeat(n);
  }

  static String align(int n, String s, boolean left) {
    int length = s.codePointCount(0, s.length());
    if (n < 0 || n == length) {
      return s;
    }
    if (length > n) {
      return left ? s.substring(0, s.offsetByCodePoints(0, n)) : s.substring(s.offsetByCodePoints(0, length - n));
    }
    String pad = repeat(n - length, " ");
    return left ? s + pad : pad + s;
  }

  static String trunc(int n, String s) {
    byte[] bytes = RawText.encode(s);
    if (n < 0 && bytes.length + n > 0) {
      return RawText.decode(bytes, bytes.length + n, bytes.length);
    }
    return n >= 0 && bytes.length > n ? RawText.decode(bytes, 0, n) : s;
  }

  static String substr(int from, int to, String s) {
    byte[] bytes = RawText.encode(s);
    if (from < 0) {
      return slice(bytes, 0, to);
    }
    return slice(bytes, from, to < 0 || to > bytes.length ? bytes.length : to);
  }

  private static String slice(byte[] bytes, int from, int to) {
    if (to < 0 || to > bytes.length) {
      throw new TemplateException(
          "runtime error: slice bounds out of range [:" + to + "]" + (to < 0 ? "" : " with length " + bytes.length));
    }
    if (from > to) {
      throw new TemplateException("runtime error: slice bounds out of range [" + from + ":" + to + "]");
    }
    return RawText.decode(bytes, from, to);
  }
}
