package io.sigyn.storage.block;

import io.sigyn.bytes.ByteSource;
import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.storage.codec.PackedInts;

/** The times of a block from their differences. */
final class Times {
  private Times() {}

  /**
   * The time of every row.
   *
   * @param unit nanoseconds
   * @throws CorruptBytesException when a run does not end at the time that the header names
   */
  static long[] decode(int encoding, byte[] payload, BlockHeader header, long unit) {
    if (encoding != BlockFormat.ENC_INT_DELTA) {
      throw new CorruptBytesException("encoding " + encoding + " of times");
    }
    long[] times = new long[header.rows];
    PackedInts.decode(new ByteSource(payload), times);
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
