package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Makes texts of bytes, but a short one that was made lately is not made again. For one thread. */
final class ShortTexts {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LONGEST = 16;

  /** The texts that are kept are two to the power of so many. */
  private static final int KEPT_BITS = 3;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /**
   * A text that is kept.
   *
   * @param size its number of bytes
   * @param head the first eight, or fewer and zeros
   * @param tail the same of those behind them
   */
  private record Kept(String text, int size, long head, long tail) {}

  private static final Kept NOTHING = new Kept("", 0, 0, 0);

  private final Kept[] kept = new Kept[1 << KEPT_BITS];

  /** The text of {@code bytes[from, to)}. */
  String of(byte[] text, int from, int to) {
    int size = to - from;
    if (size > LONGEST || from > text.length - LONGEST) {
      return Names.text(text, from, to);
    }
    long head = (long) LONG.get(text, from) & ones(size);
    long tail = size <= 8 ? 0 : (long) LONG.get(text, from + 8) & ones(size - 8);
    int slot = (int) ((head ^ Long.rotateLeft(tail, 29)) * SPREAD >>> (64 - KEPT_BITS));
    Kept one = kept[slot];
    one = one == null ? NOTHING : one;
    if (one.head == head && one.tail == tail && one.size == size) {
      return one.text;
    }
    return make(slot, text, from, to, head, tail);
  }

  private String make(int slot, byte[] text, int from, int to, long head, long tail) {
    Kept made = new Kept(Names.text(text, from, to), to - from, head, tail);
    kept[slot] = made;
    return made.text;
  }

  /** A mask of so many low bytes; of all or none beyond 8 and 0. */
  static long ones(int bytes) {
    return bytes >= 8 ? -1L : bytes <= 0 ? 0 : (1L << (8 * bytes)) - 1;
  }
}
