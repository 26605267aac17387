package io.sigyn.storage.head;

/** The usual sizes of pages, as numbers from 0: pages of one kind can take each other's place. */
final class PageKind {
  /** Line bytes of the kinds. */
  static final int[] TEXTS = {1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10};

  /** Of pages of any other size. */
  static final int NONE = -1;

  private static final int LEAST_ROWS_LOG = 3;
  private static final int MOST_ROWS_LOG = 13;
  private static final int ROWS = MOST_ROWS_LOG - LEAST_ROWS_LOG + 1;

  /** The number of kinds: every size of text with every power of two of rows. */
  static final int COUNT = TEXTS.length * ROWS;

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
}
