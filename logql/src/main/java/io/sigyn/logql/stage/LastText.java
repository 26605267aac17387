package io.sigyn.logql.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Makes texts of bytes, but a short one that was made last is not made again. For one thread. */
final class LastText {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LONGEST = 16;

  private String text = "";
  private int length;

  /** Its bytes, with zeros behind them. */
  private long head;

  private long tail;

  /** The text of {@code bytes[from, to)}. */
  String of(byte[] bytes, int from, int to) {
    int size = to - from;
    if (size > LONGEST || from + LONGEST > bytes.length) {
      return Names.text(bytes, from, to);
    }
    long first = (long) LONG.get(bytes, from) & ones(size);
    long second = (long) LONG.get(bytes, from + 8) & ones(size - 8);
    if (size != length || first != head || second != tail) {
      text = Names.text(bytes, from, to);
      length = size;
      head = first;
      tail = second;
    }
    return text;
  }

  /** A mask of so many low bytes; of all or none beyond 8 and 0. */
  static long ones(int bytes) {
    return bytes >= 8 ? -1L : bytes <= 0 ? 0 : (1L << (8 * bytes)) - 1;
  }
}
