package io.sigyn.logql.stage;

import org.jspecify.annotations.Nullable;

/** Addresses as text, read strictly: no leading zeros, four octets, at most one run of omitted groups. */
final class IpAddress {
  private IpAddress() {}

  /** 4 or 16 bytes, or null when the text is no address. */
  static byte @Nullable [] parse(String text) {
    return text.indexOf(':') >= 0 ? six(text) : four(text);
  }

  private static byte @Nullable [] four(String text) {
    byte[] out = new byte[4];
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int from = at;
      int value = 0;
      while (at < text.length() && at - from < 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        value = value * 10 + text.charAt(at++) - '0';
      }
      boolean leadingZero = at - from > 1 && text.charAt(from) == '0';
      if (at == from || value > 255 || leadingZero) {
        return null;
      }
      out[i] = (byte) value;
      if (i < 3 && (at >= text.length() || text.charAt(at++) != '.')) {
        return null;
      }
    }
    return at == text.length() ? out : null;
  }

  private static byte @Nullable [] six(String text) {
    byte[] out = new byte[16];
    int size = 0;
    int gap = -1;
    int at = 0;
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < text.length()) {
      int end = at;
      int value = 0;
      while (end < text.length() && end - at < 4 && Character.digit(text.charAt(end), 16) >= 0 && text.charAt(end) < 128) {
        value = value * 16 + Character.digit(text.charAt(end++), 16);
      }
      if (end == at) {
        return null;
      }
      if (end < text.length() && text.charAt(end) == '.') {
        byte[] tail = size <= 12 && (gap >= 0 || size == 12) ? four(text.substring(at)) : null;
        if (tail == null) {
          return null;
        }
        System.arraycopy(tail, 0, out, size, 4);
        size += 4;
        at = text.length();
        break;
      }
      if (size == 16) {
        return null;
      }
      out[size++] = (byte) (value >> 8);
      out[size++] = (byte) value;
      at = end;
      if (at == text.length()) {
        break;
      }
      if (text.charAt(at) != ':' || at + 1 == text.length()) {
        return null;
      }
      at++;
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return null;
        }
        gap = size;
        at++;
      }
    }
    if (gap < 0) {
      return size == 16 ? out : null;
    }
    if (size == 16) {
      return null;
    }
    int shift = 16 - size;
    System.arraycopy(out, gap, out, gap + shift, size - gap);
    java.util.Arrays.fill(out, gap, gap + shift, (byte) 0);
    return out;
  }
}
