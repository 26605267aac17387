package io.sigyn.agent.pipeline;

import java.nio.charset.StandardCharsets;

/** Bytes that should be UTF-8. */
public final class Utf8 {
  private Utf8() {}

  /** The largest position up to {@code end} that cuts no character, given that {@code b} holds at least {@code end} bytes. */
  public static int whole(byte[] b, int from, int end) {
    if (end >= b.length) {
      return Math.max(from, Math.min(end, b.length));
    }
    int at = end;
    while (at > from && at > end - 4 && (b[at] & 0xC0) == 0x80) {
      at--;
    }
    return (b[at] & 0xC0) == 0x80 ? end : at;
  }

  /** Whether {@code b[from, to)} is well-formed: no overlong forms, surrogates or values above U+10FFFF. */
  public static boolean isValid(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      int c = b[at];
      if (c >= 0) {
        at++;
        continue;
      }
      int lead = c & 0xFF;
      int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
      if (lead < 0xC2 || lead > 0xF4 || at + more >= to) {
        return false;
      }
      int second = b[at + 1] & 0xFF;
      int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      if (second < low || second > high) {
        return false;
      }
      for (int i = 2; i <= more; i++) {
        if ((b[at + i] & 0xC0) != 0x80) {
          return false;
        }
      }
      at += more + 1;
    }
    return true;
  }

  /** The bytes with every malformed sequence replaced by U+FFFD. */
  public static byte[] repair(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
  }
}
