package io.sigyn.storage.head;

import io.sigyn.model.Labels;
import java.util.Arrays;

/** The columns of a page. Those of the usual sizes have a kind and can be used by one page after another. */
final class PageBuffers {
  /** Line bytes of the kinds. */
  static final int[] TEXTS = {1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10};

  static final Labels[] NO_METADATA = {};

  /** Of columns that no other page takes. */
  static final int NO_KIND = -1;

  private static final int LEAST_ROWS_LOG = 3;
  private static final int MOST_ROWS_LOG = 13;
  private static final int ROWS = MOST_ROWS_LOG - LEAST_ROWS_LOG + 1;

  /** The number of kinds: every size of text with every power of two of rows. */
  static final int KINDS = TEXTS.length * ROWS;

  private static final int ROW_BYTES = Long.BYTES + Integer.BYTES;

  final int kind;
  final long[] timestamps;
  final int[] offsets;
  final byte[] text;

  /** Made when the first row has metadata; kept for the next page. */
  private Labels[] metadata = NO_METADATA;

  private PageBuffers(int kind, int rows, int lineBytes) {
    this.kind = kind;
    timestamps = new long[rows];
    offsets = new int[rows + 1];
    text = new byte[lineBytes];
  }

  /** Of exactly this size. */
  static PageBuffers of(int rows, int lineBytes) {
    return new PageBuffers(NO_KIND, rows, lineBytes);
  }

  /** Of a kind. */
  static PageBuffers of(int kind) {
    return new PageBuffers(kind, 1 << rowsLog(kind), TEXTS[kind / ROWS]);
  }

  /** The kind with a text of {@code TEXTS[size]} bytes and at least so many rows, or the most there are. */
  static int kind(int size, int rows) {
    int log = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, rows - 1));
    return size * ROWS + Math.clamp(log, LEAST_ROWS_LOG, MOST_ROWS_LOG) - LEAST_ROWS_LOG;
  }

  private static int rowsLog(int kind) {
    return kind % ROWS + LEAST_ROWS_LOG;
  }

  /** The memory of columns of a kind, without metadata. */
  static long bytes(int kind) {
    return TEXTS[kind / ROWS] + ((long) ROW_BYTES << rowsLog(kind));
  }

  /** The memory of these, without metadata. */
  long bytes() {
    return text.length + (long) ROW_BYTES * timestamps.length;
  }

  /** A column for metadata, with anything in it. */
  Labels[] metadata() {
    if (metadata.length == 0) {
      metadata = new Labels[timestamps.length];
    }
    return metadata;
  }

  /** Lets go of the metadata of its first rows, which are all there are. */
  void clear(int rows) {
    Arrays.fill(metadata, 0, Math.min(rows, metadata.length), Labels.EMPTY);
  }
}
