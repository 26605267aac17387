package io.sigyn.storage.rows;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.EntryBlock;
import java.util.Arrays;

/**
 * A bit for each hash of some rows, sixteen bits for each row: tells of most rows that they are equal to none of them, for a
 * tenth of what a {@link RowDigest} costs. Who makes hashes collide makes others work, and nothing else. Rows are put in first,
 * then asked for: only then is it known how many bits there must be. Used by one thread.
 */
final class RowSieve {
  private static final int BITS_PER_ROW = 16;
  private static final int LEAST = 64;

  /** Of as many rows as were put in, the lower half of each hash; none once it is complete. */
  private int[] hashes = new int[LEAST];

  private int size;
  private long[] bits = {};

  /** Puts a row in. */
  void put(EntryBlock rows, int r) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    hashes[size++] = hash(rows, r);
  }

  /** To be called once, after the last row was put in and before any is asked for. */
  void complete() {
    bits = new long[Math.max(1, Integer.highestOneBit(size) / Long.SIZE * BITS_PER_ROW)];
    for (int i = 0; i < size; i++) {
      bits[word(hashes[i])] |= 1L << hashes[i];
    }
    hashes = new int[0];
  }

  /** Whether an equal row may have been put in; false when none was. */
  boolean mayHave(EntryBlock rows, int r) {
    int hash = hash(rows, r);
    return (bits[word(hash)] & 1L << hash) != 0;
  }

  private static int hash(EntryBlock rows, int r) {
    int start = rows.lineStart(r);
    return (int) Xxh64.hash(rows.text(), start, rows.lineEnd(r) - start, rows.metadata(r).hashCode());
  }

  /** The lowest six bits of a hash say which bit of its word. */
  private int word(int hash) {
    return hash >>> 6 & bits.length - 1;
  }
}
