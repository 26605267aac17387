package io.sigyn.storage.rows;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.EntryBlock;

/**
 * A bit for each hash of some rows, sixteen bits for each row: tells of most rows that they are equal to none of them, for a
 * tenth of what a {@link RowDigest} costs. Who makes hashes collide makes others work, and nothing else. Used by one thread.
 */
final class RowSieve {
  private static final int BITS_PER_ROW = 16;

  private final long[] bits;

  /** For about so many rows, at least one. */
  RowSieve(int rows) {
    bits = new long[Math.max(1, Integer.highestOneBit(rows) / Long.SIZE * BITS_PER_ROW)];
  }

  /** Puts a row in. */
  void put(EntryBlock rows, int r) {
    long hash = hash(rows, r);
    bits[word(hash)] |= 1L << hash;
  }

  /** Whether an equal row may have been put in; false when none was. */
  boolean mayHave(EntryBlock rows, int r) {
    long hash = hash(rows, r);
    return (bits[word(hash)] & 1L << hash) != 0;
  }

  private static long hash(EntryBlock rows, int r) {
    int start = rows.lineStart(r);
    return Xxh64.hash(rows.text(), start, rows.lineEnd(r) - start, rows.metadata(r).hashCode());
  }

  /** The lowest six bits of a hash say which bit of its word. */
  private int word(long hash) {
    return (int) (hash >>> 6) & bits.length - 1;
  }
}
