package io.sigyn.storage.codec;

import io.sigyn.model.Labels;

/** Facts about the UTF-8 form of a text without making it. */
public final class Utf8Text {
  private Utf8Text() {}

  /** Whether it has such a form: not with half of a surrogate pair in it. */
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The length in bytes. */
  public static int length(String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // A surrogate pair is two chars and four bytes.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  /** The length of all names and values in bytes. */
  public static int length(Labels set) {
    int bytes = 0;
    for (int i = 0; i < set.size(); i++) {
      bytes += length(set.name(i)) + length(set.value(i));
    }
    return bytes;
  }

  /** The order of the UTF-8 bytes; differs from {@link String#compareTo} where one text has surrogates. */
  public static int compare(String a, String b) {
    int n = Math.min(a.length(), b.length());
    for (int i = 0; i < n; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xs = Character.isSurrogate(x);
        return xs == Character.isSurrogate(y) ? Character.compare(x, y) : xs ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
