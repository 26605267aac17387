package io.sigyn.storage.codec;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Longs as frames of reference. The values come in groups of 128, the last group may be shorter; a group is
 *
 * <pre>
 * zz  smallest value of the group
 * u8  bits b per value, 0 to 56 or 64
 *     ceil(size * b / 8) bytes: (value - smallest) as b bits each, first value in the lowest bits, little endian
 * </pre>
 *
 * The number of values is not stored; whoever reads must know it.
 */
public final class PackedInts {
  private static final int GROUP = 128;

  /** The widest field that one unaligned 8-byte load covers at any bit position. */
  private static final int WIDEST = 56;

  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PackedInts() {}

  /** Writes {@code values[from, to)}. */
  public static void encode(ByteSink out, long[] values, int from, int to) {
    for (int at = from; at < to; at += GROUP) {
      group(out, values, at, Math.min(to, at + GROUP));
    }
  }

  private static void group(ByteSink out, long[] values, int from, int to) {
    long min = values[from];
    for (int i = from + 1; i < to; i++) {
      min = Math.min(min, values[i]);
    }
    long all = 0;
    for (int i = from; i < to; i++) {
      all |= values[i] - min;
    }
    int bits = 64 - Long.numberOfLeadingZeros(all);
    out.zigzag(min);
    if (bits > WIDEST) {
      out.u8(64);
      for (int i = from; i < to; i++) {
        out.u64(values[i] - min);
      }
      return;
    }
    out.u8(bits);
    long pending = 0;
    int filled = 0;
    for (int i = from; i < to; i++) {
      pending |= (values[i] - min) << filled;
      filled += bits;
      if (bits > 32) {
        for (; filled >= 8; filled -= 8, pending >>>= 8) {
          out.u8((int) pending);
        }
      } else if (filled >= 32) {
        out.u32((int) pending);
        pending >>>= 32;
        filled -= 32;
      }
    }
    for (; filled > 0; filled -= 8, pending >>>= 8) {
      out.u8((int) pending);
    }
  }

  /**
   * Reads as many values as {@code into} is long.
   *
   * @throws CorruptBytesException when the bytes end early or name an impossible width
   */
  public static void decode(ByteSource in, long[] into) {
    for (int at = 0; at < into.length; at += GROUP) {
      int to = Math.min(into.length, at + GROUP);
      long min = in.zigzag();
      int bits = in.u8();
      if (bits == 64) {
        for (int i = at; i < to; i++) {
          into[i] = min + in.u64();
        }
      } else if (bits > WIDEST) {
        throw new CorruptBytesException("packed width " + bits + ", expected 0 to " + WIDEST + " or 64");
      } else {
        unpack(in, into, at, to, min, bits);
      }
    }
  }

  private static void unpack(ByteSource in, long[] into, int from, int to, long min, int bits) {
    if (bits == 0) {
      Arrays.fill(into, from, to, min);
      return;
    }
    long mask = (1L << bits) - 1;
    int left = ((to - from) * bits + 7) / 8;
    if (in.remaining() >= left + Long.BYTES) {
      // Eight bytes are there from where any value begins, and none of them waits for the one before.
      byte[] bytes = in.array();
      int start = in.position();
      int bit = 0;
      for (int i = from; i < to; i++) {
        into[i] = min + ((long) LONG.get(bytes, start + (bit >>> 3)) >>> (bit & 7) & mask);
        bit += bits;
      }
      in.skip(left);
      return;
    }
    long pending = 0;
    int filled = 0;
    for (int i = from; i < to; i++) {
      while (filled < bits) {
        if (left >= 4 && filled <= 24) {
          pending |= (in.u32() & 0xFFFFFFFFL) << filled;
          filled += 32;
          left -= 4;
        } else {
          pending |= (long) in.u8() << filled;
          filled += 8;
          left--;
        }
      }
      into[i] = min + (pending & mask);
      pending >>>= bits;
      filled -= bits;
    }
  }
}
