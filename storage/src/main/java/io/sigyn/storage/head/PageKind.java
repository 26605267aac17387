package io.sigyn.storage.head;

/** The usual sizes of large pages, as numbers from 0: pages of one kind can take each other's place. */
final class PageKind {
  /** Line bytes of the kinds. */
  static final int[] TEXTS = {32 << 10, 64 << 10, 128 << 10, 256 << 10};

  /** Of the largest kind. */
  static final int MOST_BYTES = TEXTS[TEXTS.length - 1];

  /** Of pages of any other size, and of those in arenas. */
  static final int NONE = -1;

  private static final int LEAST_ROWS_LOG = 3;
  private static final int MOST_ROWS_LOG = 13;
  private static final int ROWS = MOST_ROWS_LOG - LEAST_ROWS_LOG + 1;

  /** The number of kinds: every size of text with every power of two of rows. */
  static final int COUNT = TEXTS.length * ROWS;

  /** Columns of times and of where lines end. */
  static final int ROW_BYTES = Long.BYTES + Integer.BYTES;

  private PageKind() {}

  /** The kind with a text of {@code TEXTS[size]} bytes and at least so many rows, or the most there are. */
  static int of(int size, int rows) {
    int log = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, rows - 1));
    return size * ROWS + Math.clamp(log, LEAST_ROWS_LOG, MOST_ROWS_LOG) - LEAST_ROWS_LOG;
  }

  /** The rows of a page of a kind. */
  static int rows(int kind) {
    return 1 << kind % ROWS + LEAST_ROWS_LOG;
  }

  /** The line bytes of a page of a kind. */
  static int lineBytes(int kind) {
    return TEXTS[kind / ROWS];
  }

  /** The memory of the columns of a page of a kind, without metadata; 0 for {@link #NONE}, whose pages are not counted. */
  static long bytes(int kind) {
    return kind == NONE ? 0 : lineBytes(kind) + (long) ROW_BYTES * rows(kind);
  }
}
