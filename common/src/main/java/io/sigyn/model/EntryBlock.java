package io.sigyn.model;

import java.util.Arrays;

/**
 * A run of entries of one stream, oldest first, in columns. Equal timestamps stand in order of arrival. The lines of rows
 * {@code 0 .. size-1} lie back to back, without separators, in {@code text[lineStart(0), lineEnd(size-1))}, so that a
 * search may run over all of them at once.
 *
 * <p>A view: the arrays belong to the store and are shared. Nobody may write to them. They stay valid and unchanged for
 * as long as the block is reachable.
 */
public final class EntryBlock {
  private static final Labels[] NO_METADATA = {};

  private final Labels stream;
  private final int first;
  private final int size;
  private final long[] timestamps;
  private final int[] offsets;
  private final byte[] text;
  private final Labels[] metadata;

  private EntryBlock(
      Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text, Labels[] metadata) {
    this.stream = stream;
    this.first = first;
    this.size = size;
    this.timestamps = timestamps;
    this.offsets = offsets;
    this.text = text;
    this.metadata = metadata;
  }

  /**
   * Rows {@code first .. first+size-1} of the columns.
   *
   * @param offsets line of column row r is {@code text[offsets[r], offsets[r+1])}; at least {@code first+size+1} long
   * @param metadata one per column row, or an array of length 0 when no row has any
   */
  public static EntryBlock of(
      Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text, Labels[] metadata) {
    return new EntryBlock(stream, first, size, timestamps, offsets, text, metadata);
  }

  /** As {@link #of} for a run without structured metadata. */
  public static EntryBlock of(Labels stream, int first, int size, long[] timestamps, int[] offsets, byte[] text) {
    return new EntryBlock(stream, first, size, timestamps, offsets, text, NO_METADATA);
  }

  /** The stream's index labels. */
  public Labels stream() {
    return stream;
  }

  /** The number of rows. */
  public int size() {
    return size;
  }

  /** The time of row {@code r}, nanoseconds since the Unix epoch. */
  public long timestamp(int r) {
    return timestamps[first + r];
  }

  /** The array that holds the lines. */
  public byte[] text() {
    return text;
  }

  /** Where the line of row {@code r} starts; {@code lineStart(size())} is the end of the last line. */
  public int lineStart(int r) {
    return offsets[first + r];
  }

  /** One past the last byte of row {@code r}. */
  public int lineEnd(int r) {
    return offsets[first + r + 1];
  }

  /** The structured metadata of row {@code r}; {@link Labels#EMPTY} when it has none. */
  public Labels metadata(int r) {
    return metadata.length == 0 ? Labels.EMPTY : metadata[first + r];
  }

  /** Whether some row may have structured metadata. */
  public boolean hasMetadata() {
    return metadata.length != 0;
  }

  /** The row whose line holds the byte at {@code position} of the text; empty lines are never the answer. */
  public int rowAt(int position) {
    int at = Arrays.binarySearch(offsets, first, first + size + 1, position);
    if (at < 0) {
      return -at - 2 - first;
    }
    while (offsets[at + 1] == position) {
      at++;
    }
    return at - first;
  }

  /** The first row at or after the time, or {@code size()}. */
  public int firstAtOrAfter(long nanos) {
    int lo = first;
    int hi = first + size;
    while (lo < hi) {
      int mid = (lo + hi) >>> 1;
      if (timestamps[mid] < nanos) {
        lo = mid + 1;
      } else {
        hi = mid;
      }
    }
    return lo - first;
  }

  /** The rows {@code from .. to-1} as a block of their own. */
  public EntryBlock slice(int from, int to) {
    return from == 0 && to == size
        ? this
        : new EntryBlock(stream, first + from, to - from, timestamps, offsets, text, metadata);
  }
}
