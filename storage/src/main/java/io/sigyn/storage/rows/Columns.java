package io.sigyn.storage.rows;

import io.sigyn.bytes.Xxh64;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Growing columns of rows of one stream. Written by one thread at a time. A reader on another thread may use {@link
 * #block} for a number of rows that it learned through some release/acquire pair after they were written: rows never
 * change, and a column that grows is replaced by a longer copy.
 */
public final class Columns {
  private static final Labels[] NO_METADATA = {};

  /** The longest tie that is compared row by row; beyond, rows are found by hash. */
  private static final int PAIRWISE = 16;

  private long[] timestamps;
  private int[] offsets;
  private byte[] text;
  private Labels[] metadata = NO_METADATA;
  private int size;

  private int tieStart;
  private int tieHashed;
  private final Map<Long, Integer> tieRows = new HashMap<>(0);

  /** Empty, with room for some rows and line bytes. */
  public Columns(int rows, int bytes) {
    timestamps = new long[rows];
    offsets = new int[rows + 1];
    text = new byte[bytes];
  }

  /** The number of rows. */
  public int size() {
    return size;
  }

  /** The sum of the lines' lengths. */
  public int bytes() {
    return offsets[size];
  }

  /** The time of the last row; there must be one. */
  public long lastTs() {
    return timestamps[size - 1];
  }

  /** Adds a row. */
  public void append(long ts, byte[] from, int start, int end, Labels set) {
    if (size == 0 || ts != timestamps[size - 1]) {
      tieStart = size;
      if (tieHashed > 0) {
        tieRows.clear();
        tieHashed = 0;
      }
    }
    if (size == timestamps.length) {
      growRows();
    }
    int at = offsets[size];
    int length = end - start;
    if (length > text.length - at) {
      text = Arrays.copyOf(text, Math.max(at + length, Math.min(2 * text.length, Integer.MAX_VALUE - 16)));
    }
    System.arraycopy(from, start, text, at, length);
    timestamps[size] = ts;
    offsets[size + 1] = at + length;
    if (metadata.length != 0) {
      metadata[size] = set;
    } else if (!set.isEmpty()) {
      Labels[] sets = new Labels[timestamps.length];
      Arrays.fill(sets, 0, size, Labels.EMPTY);
      sets[size] = set;
      metadata = sets;
    }
    size++;
  }

  /** Adds row {@code r} of a block unless {@link #hasInTie} finds it; returns whether it was added. */
  public boolean appendOnce(EntryBlock block, int r) {
    long ts = block.timestamp(r);
    byte[] from = block.text();
    int start = block.lineStart(r);
    int end = block.lineEnd(r);
    Labels set = block.metadata(r);
    if (size > 0 && ts == lastTs() && hasInTie(from, start, end, set)) {
      return false;
    }
    append(ts, from, start, end, set);
    return true;
  }

  /** Whether one of the last rows, those with the time of the very last, has this line and metadata. */
  public boolean hasInTie(byte[] from, int start, int end, Labels set) {
    if (size - tieStart <= PAIRWISE) {
      for (int r = tieStart; r < size; r++) {
        if (same(r, from, start, end, set)) {
          return true;
        }
      }
      return false;
    }
    for (int r = tieStart + tieHashed; r < size; r++) {
      long key = hash(text, offsets[r], offsets[r + 1], metadata(r));
      while (tieRows.putIfAbsent(key, r) != null) {
        key++;
      }
      tieHashed++;
    }
    long key = hash(from, start, end, set);
    for (Integer r = tieRows.get(key); r != null; r = tieRows.get(++key)) {
      if (same(r, from, start, end, set)) {
        return true;
      }
    }
    return false;
  }

  private boolean same(int r, byte[] from, int start, int end, Labels set) {
    return offsets[r + 1] - offsets[r] == end - start
        && Arrays.equals(text, offsets[r], offsets[r + 1], from, start, end)
        && metadata(r).equals(set);
  }

  private static long hash(byte[] bytes, int start, int end, Labels set) {
    return Xxh64.hash(bytes, start, end - start, set.hashCode());
  }

  private Labels metadata(int r) {
    return metadata.length == 0 ? Labels.EMPTY : metadata[r];
  }

  private void growRows() {
    int capacity = Math.max(16, 2 * timestamps.length);
    timestamps = Arrays.copyOf(timestamps, capacity);
    offsets = Arrays.copyOf(offsets, capacity + 1);
    if (metadata.length != 0) {
      metadata = Arrays.copyOf(metadata, capacity);
    }
  }

  /** The first {@code rows} rows. */
  public EntryBlock block(Labels stream, int rows) {
    return EntryBlock.of(stream, 0, rows, timestamps, offsets, text, metadata);
  }
}
