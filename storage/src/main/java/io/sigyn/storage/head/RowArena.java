package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/** The columns of rows of small pages, and the pages themselves. */
final class RowArena extends Arena<RowArena> {
  /** Rows in all. */
  static final int ROWS = 4096;

  /** The memory of the columns. */
  static final long BYTES = ROWS * (long) PageKind.ROW_BYTES;

  /** No arena: of pages that have columns of their own. */
  static final RowArena NONE = new RowArena(0, 0);

  final long[] timestamps;
  final int[] offsets;
  private final @Nullable HeadPage[] pages;

  /** Whether some page may refer to what is to be let go of; else nobody need look at them for that. */
  private boolean holds;

  private int used;
  private int begun;

  /** Pages that were begun in the use before this one. */
  private int begunBefore;

  private RowArena(int rows, int mostPages) {
    timestamps = new long[rows];
    offsets = new int[rows];
    pages = new HeadPage[mostPages];
  }

  /** Without pages. */
  static RowArena make() {
    return new RowArena(ROWS, ROWS / (HeadPage.LEAST_ROWS + 1));
  }

  /** Whether a page of so many rows, and one place more for the end of the last, finds room. */
  boolean has(int rows) {
    return rows < ROWS - used && begun < pages.length;
  }

  /** The memory of the columns that no page has. */
  long left() {
    return (ROWS - used) * (long) PageKind.ROW_BYTES;
  }

  /** The next page, of so many rows; not yet begun. */
  HeadPage take(int rows, TextArena text, int bytes) {
    HeadPage page = pages[begun];
    if (page == null) {
      page = new HeadPage(this);
      pages[begun] = page;
    }
    begun++;
    int first = used;
    used += rows + 1;
    page.place(first, rows, text, text.take(bytes), bytes);
    return page;
  }

  /** Some page refers to what is to be let go of. From any thread that has a lease, or the one that appends. */
  void holdOn() {
    if (!holds) {
      holds = true;
    }
  }

  @Override
  void clear() {
    for (int p = 0; holds && p < begun; p++) {
      HeadPage page = pages[p];
      if (page != null) {
        page.clear();
      }
    }
    // Texts that others may have by now, or nobody.
    for (int p = begun; p < begunBefore; p++) {
      HeadPage page = pages[p];
      if (page != null) {
        page.leave();
      }
    }
    begunBefore = begun;
    holds = false;
    used = 0;
    begun = 0;
  }
}
