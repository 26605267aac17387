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

  private final String[] texts = new String[1 << KEPT_BITS];

  /** Per text its number of bytes, and these with zeros behind them as two words. */
  private final long[] bytes = new long[3 << KEPT_BITS];

  /** The text of {@code bytes[from, to)}. */
  String of(byte[] text, int from, int to) {
    int size = to - from;
    if (size > LONGEST || from + LONGEST > text.length) {
      return Names.text(text, from, to);
    }
    long head = (long) LONG.get(text, from) & ones(size);
    long tail = (long) LONG.get(text, from + 8) & ones(size - 8);
    int slot = (int) ((head ^ Long.rotateLeft(tail, 29)) * SPREAD >>> (64 - KEPT_BITS));
    String known = texts[slot];
    if (known != null && bytes[3 * slot] == size && bytes[3 * slot + 1] == head && bytes[3 * slot + 2] == tail) {
      return known;
    }
    String made = Names.text(text, from, to);
    texts[slot] = made;
    bytes[3 * slot] = size;
    bytes[3 * slot + 1] = head;
    bytes[3 * slot + 2] = tail;
    return made;
  }

  /** A mask of so many low bytes; of all or none beyond 8 and 0. */
  static long ones(int bytes) {
    return bytes >= 8 ? -1L : bytes <= 0 ? 0 : (1L << (8 * bytes)) - 1;
  }
}
