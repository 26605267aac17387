package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.PackedInts;

/**
 * The times of a block as differences: per row the time since the row before in the same run, in the block's unit of time;
 * 0 for the first row of a run, whose time is the run's minTs.
 *
 * <pre>
 * INT_DELTA     the differences as {@link PackedInts}
 * DELTA_PLANES  u8 bytes w that the largest difference needs, 0 to 8; then w times one byte of every row, lowest first
 * PLANES_APART  u8 w; w times u8 compression, u32 stored bytes; then w times the plane as stored
 * </pre>
 *
 * Packed numbers are small by themselves; planes are for a byte compression that finds the repetitions of bursts. Planes of
 * times at random have nothing in common with each other, and are smaller apart.
 */
final class Times {
  private Times() {}

  static ByteSink packed(long[] differences) {
    ByteSink out = new ByteSink(16 + 2 * differences.length);
    PackedInts.encode(out, differences, 0, differences.length);
    return out;
  }

  static ByteSink planes(long[] differences) {
    int width = width(differences);
    ByteSink out = new ByteSink(1 + width * differences.length).u8(width);
    for (int p = 0; p < width; p++) {
      out.bytes(plane(differences, p));
    }
    return out;
  }

  static ByteSink planesApart(long[] differences) {
    int width = width(differences);
    ByteSink out = new ByteSink(64 + width * differences.length).u8(width);
    byte[][] stored = new byte[width][];
    for (int p = 0; p < width; p++) {
      byte[] plane = plane(differences, p);
      byte[] small = Compression.ZSTD.compress(plane, 0, plane.length);
      boolean gains = BlockBuilder.gains(small.length, plane.length);
      stored[p] = gains ? small : plane;
      out.u8((gains ? Compression.ZSTD : Compression.NONE).code()).u32(stored[p].length);
    }
    for (byte[] plane : stored) {
      out.bytes(plane);
    }
    return out;
  }

  /** The bytes that the largest difference needs. */
  private static int width(long[] differences) {
    long all = 0;
    for (long difference : differences) {
      all |= difference;
    }
    return (64 - Long.numberOfLeadingZeros(all) + 7) / 8;
  }

  private static byte[] plane(long[] differences, int p) {
    byte[] plane = new byte[differences.length];
    for (int r = 0; r < plane.length; r++) {
      plane[r] = (byte) (differences[r] >>> (8 * p));
    }
    return plane;
  }

  private static void unplane(byte[] payload, long[] into) {
    ByteSource in = new ByteSource(payload);
    int width = in.u8();
    int n = into.length;
    if (width > 8 || in.remaining() != width * n) {
      throw new CorruptBytesException(width + " planes of " + n + " times in " + in.remaining() + " bytes");
    }
    for (int p = 0; p < width; p++) {
      add(p, payload, 1 + p * n, into);
    }
  }

  private static void add(int p, byte[] planes, int from, long[] into) {
    int shift = 8 * p;
    for (int r = 0; r < into.length; r++) {
      into[r] |= (planes[from + r] & 0xFFL) << shift;
    }
  }

  /** Two neighbours at once: half the way through the memory of the result. */
  private static void add(int p, byte[] low, int fromLow, byte[] high, int fromHigh, long[] into) {
    int shift = 8 * p;
    for (int r = 0; r < into.length; r++) {
      into[r] |= (low[fromLow + r] & 0xFFL | (high[fromHigh + r] & 0xFFL) << 8) << shift;
    }
  }

  private static void unplaneApart(byte[] payload, long[] into) {
    ByteSource in = new ByteSource(payload);
    int width = in.u8();
    if (width > 8) {
      throw new CorruptBytesException(width + " planes");
    }
    Compression[] compressions = new Compression[width];
    int[] stored = new int[width];
    for (int p = 0; p < width; p++) {
      compressions[p] = Compression.of(in.u8());
      stored[p] = in.count32();
    }
    byte[][] planes = new byte[width][];
    int[] from = new int[width];
    for (int p = 0; p < width; p++) {
      if (stored[p] > in.remaining()) {
        throw new CorruptBytesException("plane " + p + " of " + stored[p] + " bytes in " + in.remaining());
      }
      if (compressions[p] == Compression.NONE && stored[p] == into.length) {
        planes[p] = payload;
        from[p] = in.position();
      } else {
        planes[p] = compressions[p].decompress(payload, in.position(), stored[p], into.length);
      }
      in.skip(stored[p]);
    }
    for (int p = 0; p < width; p += 2) {
      if (p + 1 < width) {
        add(p, planes[p], from[p], planes[p + 1], from[p + 1], into);
      } else {
        add(p, planes[p], from[p], into);
      }
    }
    if (in.remaining() > 0) {
      throw new CorruptBytesException(in.remaining() + " bytes behind the planes");
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
      case BlockFormat.ENC_PLANES_APART -> unplaneApart(payload, times);
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
