package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.PackedInts;

/**
 * The times of a block as differences: per row the time since the row before in the same run, in the block's unit of time;
 * 0 for the first row of a run, whose time is the run's minTs.
 *
 * <pre>
 * INT_DELTA     the differences as {@link PackedInts}
 * DELTA_PLANES  u8 bytes w that the largest difference needs, 0 to 8; then w times one byte of every row, lowest first
 * </pre>
 *
 * Packed numbers are small by themselves; planes are for a byte compression that finds the repetitions of bursts.
 */
final class Times {
  private Times() {}

  static ByteSink packed(long[] differences) {
    ByteSink out = new ByteSink(16 + 2 * differences.length);
    PackedInts.encode(out, differences, 0, differences.length);
    return out;
  }

  static ByteSink planes(long[] differences) {
    long all = 0;
    for (long difference : differences) {
      all |= difference;
    }
    int width = (64 - Long.numberOfLeadingZeros(all) + 7) / 8;
    int n = differences.length;
    byte[] planes = new byte[width * n];
    for (int p = 0; p < width; p++) {
      for (int r = 0; r < n; r++) {
        planes[p * n + r] = (byte) (differences[r] >>> (8 * p));
      }
    }
    return new ByteSink(1 + planes.length).u8(width).bytes(planes);
  }

  private static void unplane(byte[] payload, long[] into) {
    ByteSource in = new ByteSource(payload);
    int width = in.u8();
    int n = into.length;
    if (width > 8 || in.remaining() != width * n) {
      throw new CorruptBytesException(width + " planes of " + n + " times in " + in.remaining() + " bytes");
    }
    for (int p = 0; p < width; p++) {
      int from = 1 + p * n;
      int shift = 8 * p;
      for (int r = 0; r < n; r++) {
        into[r] |= (payload[from + r] & 0xFFL) << shift;
      }
    }
  }

  /**
   * The time of every row.
   *
   * @param unit nanoseconds
   * @throws CorruptBytesException when a run does not end at the time that the header names
   */
  static long[] decode(int encoding, byte[] payload, BlockHeader header, long unit) {
    long[] times = new long[header.rows];
    switch (encoding) {
      case BlockFormat.ENC_INT_DELTA -> PackedInts.decode(new ByteSource(payload), times);
      case BlockFormat.ENC_DELTA_PLANES -> unplane(payload, times);
      default -> throw new CorruptBytesException("encoding " + encoding + " of times");
    }
    for (int run = 0; run < header.runStream.length; run++) {
      long at = header.runMin[run];
      for (int r = header.runFirst[run]; r < header.runFirst[run + 1]; r++) {
        at += times[r] * unit;
        times[r] = at;
      }
      if (at != header.runMax[run]) {
        throw new CorruptBytesException("run " + run + " ends at " + at + ", its header says " + header.runMax[run]);
      }
    }
    return times;
  }
}
