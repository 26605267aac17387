package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import java.util.random.RandomGenerator;

/**
 * The name of a segment, unique for all time: 48 bits of milliseconds, 80 random bits. Printed in the 26 characters of a
 * ULID, so that names sort by time of creation.
 *
 * @param high milliseconds and 16 random bits
 * @param low 64 random bits
 */
public record SegmentId(long high, long low) implements Comparable<SegmentId> {
  /** Bytes in formats: high, then low, both big endian so that the bytes sort as the names do. */
  public static final int BYTES = 16;

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** A fresh one. */
  public static SegmentId create(RandomGenerator random, long epochMillis) {
    return new SegmentId(epochMillis << 16 | (random.nextInt() & 0xFFFF), random.nextLong());
  }

  /** Writes the 16 bytes. */
  public void encode(ByteSink out) {
    out.u64(Long.reverseBytes(high)).u64(Long.reverseBytes(low));
  }

  /** Reads the 16 bytes. */
  public static SegmentId decode(ByteSource in) {
    return new SegmentId(Long.reverseBytes(in.u64()), Long.reverseBytes(in.u64()));
  }

  /** {@code L<level>-<id>.lseg}. */
  public String fileName(int level) {
    return "L" + level + "-" + this + SegmentFormat.SUFFIX;
  }

  @Override
  public int compareTo(SegmentId o) {
    int c = Long.compareUnsigned(high, o.high);
    return c != 0 ? c : Long.compareUnsigned(low, o.low);
  }

  @Override
  public String toString() {
    char[] out = new char[26];
    long h = high;
    long l = low;
    for (int i = 25; i >= 0; i--) {
      out[i] = DIGITS.charAt((int) (l & 31));
      l = l >>> 5 | h << 59;
      h >>>= 5;
    }
    return new String(out);
  }
}
