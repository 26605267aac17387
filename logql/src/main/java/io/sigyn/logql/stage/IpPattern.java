package io.sigyn.logql.stage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One address, a prefix or a range of addresses, looked for in text. IPv4 and IPv6 never match each other. */
final class IpPattern {
  private final byte[] first;
  private final byte[] last;

  private IpPattern(byte[] first, byte[] last) {
    this.first = first;
    this.last = last;
  }

  static String invalid(String text) {
    return "ip: invalid pattern: \"" + text + "\"";
  }

  /** The pattern, or null when the text is none. */
  static @Nullable IpPattern parse(String text) {
    int slash = text.indexOf('/');
    if (slash >= 0) {
      return prefix(text.substring(0, slash), text.substring(slash + 1));
    }
    int dash = text.indexOf('-');
    byte[] from = IpAddress.parse(dash < 0 ? text : text.substring(0, dash));
    byte[] to = dash < 0 ? from : IpAddress.parse(text.substring(dash + 1));
    boolean valid =
        from != null && to != null && from.length == to.length && Arrays.compareUnsigned(from, to) <= 0;
    return valid && from != null && to != null ? new IpPattern(from, to) : null;
  }

  private static @Nullable IpPattern prefix(String address, String length) {
    byte[] first = IpAddress.parse(address);
    boolean digits = !length.isEmpty() && length.length() <= 3 && length.chars().allMatch(c -> c >= '0' && c <= '9');
    if (first == null || !digits || (length.length() > 1 && length.charAt(0) == '0')) {
      return null;
    }
    int bits = Integer.parseInt(length);
    if (bits > first.length * 8) {
      return null;
    }
    byte[] last = first.clone();
    for (int i = bits; i < first.length * 8; i++) {
      first[i / 8] &= (byte) ~(0x80 >> (i % 8));
      last[i / 8] |= (byte) (0x80 >> (i % 8));
    }
    return new IpPattern(first, last);
  }

  /**
   * Whether some address in {@code text[from, to)} matches. A run of characters that could be an address is taken whole:
   * what stands glued to an address spoils it.
   */
  boolean isIn(byte[] text, int from, int to) {
    int at = from;
    while (at < to) {
      boolean four = startsFour(text, at, to);
      if (!four && !startsSix(text, at, to)) {
        at++;
        continue;
      }
      int end = at;
      while (end < to && (four ? isFour(text[end]) : isSix(text[end]))) {
        end++;
      }
      byte[] address = IpAddress.parse(Names.text(text, at, end));
      if (address != null
          && address.length == first.length
          && Arrays.compareUnsigned(first, address) <= 0
          && Arrays.compareUnsigned(address, last) <= 0) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static boolean startsFour(byte[] text, int at, int to) {
    return to - at >= 4
        && isDigit(text[at])
        && (text[at + 1] == '.' || text[at + 2] == '.' || text[at + 3] == '.');
  }

  private static boolean startsSix(byte[] text, int at, int to) {
    if (to - at < 5) {
      return false;
    }
    if (text[at] == ':') {
      return text[at + 1] == ':' && isHex(text[at + 2]);
    }
    for (int i = at; i < at + 4; i++) {
      if (!isHex(text[i])) {
        return false;
      }
      if (text[i + 1] == ':') {
        return true;
      }
    }
    return false;
  }

  private static boolean isFour(byte c) {
    return isDigit(c) || c == '.';
  }

  private static boolean isSix(byte c) {
    return isHex(c) || c == ':' || c == '.';
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(byte c) {
    return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  }
}
