package io.sigyn.agent.pipeline;

/** Removes the escape sequences that terminals take for colours and the like: CSI, OSC with its end, and short ones. */
final class Decolorize implements Stage {
  private static final byte ESC = 0x1b;

  @Override
  public boolean process(Entry entry) {
    byte[] bytes = entry.bytes();
    int from = entry.from();
    int to = entry.to();
    int first = next(bytes, from, to);
    if (first == to) {
      return true;
    }
    byte[] out = new byte[to - from];
    int length = 0;
    int at = from;
    while (at < to) {
      int escape = next(bytes, at, to);
      System.arraycopy(bytes, at, out, length, escape - at);
      length += escape - at;
      at = escape < to ? end(bytes, escape, to) : to;
    }
    entry.setLine(out, 0, length);
    return true;
  }

  /** Where the next sequence begins: ESC, or CSI as one character. */
  private static int next(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] == ESC || (b[i] == (byte) 0xC2 && i + 1 < to && b[i + 1] == (byte) 0x9B)) {
        return i;
      }
    }
    return to;
  }

  /** One past the sequence that begins here; a broken one is only its first bytes. */
  private static int end(byte[] b, int from, int to) {
    boolean single = b[from] == (byte) 0xC2;
    int at = from + 1;
    if (at >= to) {
      return to;
    }
    if (single || b[at] == '[') {
      at++;
      while (at < to && b[at] >= 0x20 && b[at] <= 0x3f) {
        at++;
      }
      return at < to && b[at] >= 0x40 && b[at] <= 0x7e ? at + 1 : at;
    } else if (b[at] == ']' || b[at] == 'P' || b[at] == '_' || b[at] == '^') {
      for (int i = at + 1; i < to; i++) {
        if (b[i] == 0x07) {
          return i + 1;
        } else if (b[i] == ESC) {
          return i + 1 < to && b[i + 1] == '\\' ? i + 2 : i;
        }
      }
      // Without an end it would swallow the line.
      return at + 1;
    }
    while (at < to && b[at] >= 0x20 && b[at] <= 0x2f) {
      at++;
    }
    return at < to && b[at] >= 0x30 && b[at] <= 0x7e ? at + 1 : at;
  }
}
