package io.sigyn.storage.head;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of one generation come from: small ones lie side by side in arenas, in the order in which they are begun, and
 * go with the generation; large ones are lent by the {@link PagePool} one by one. Safe for use by many threads.
 */
final class HeadArenas {
  /** Line bytes of the largest page in an arena: little is left over at its end. */
  static final int MOST_BYTES = TextArena.BYTES / 8;

  /** Rows of the largest page in an arena. */
  static final int MOST_ROWS = RowArena.ROWS / 4;

  private static final int LEAST_ROWS = HeadPage.LEAST_ROWS;
  private static final int MOST_LARGE_ROWS = 8192;
  private static final int LEAST_AVERAGE = 16;
  private static final int LEAST_BYTES = 1 << 10;

  /** So many line bytes that come at once get a page that has room for nothing else. */
  private static final int WHOLE = 2 << 10;

  /** Unless the stream has that many times as many already: it would have too many pages. */
  private static final int MOST_WHOLE = 8;

  private final PagePool pool;
  private final LongAdder memory;

  /** The arenas that pages come from, and behind them those that are full. */
  private @Nullable RowArena rows;

  private @Nullable TextArena texts;
  private long bytes;

  /**
   * Without pages.
   *
   * @param memory counts the bytes that are left over at the ends of arenas
   */
  HeadArenas(PagePool pool, LongAdder memory) {
    this.pool = pool;
    this.memory = memory;
  }

  /**
   * A page for a stream, to be begun.
   *
   * @param before line bytes that the stream has in other pages
   * @param coming line bytes that are about to come
   * @param entries number of lines that are about to come, the first of which is no longer than {@link PageKind#MOST_BYTES}
   * @param average length of the stream's lines
   * @param large whether the stream has large pages already: no small ones follow
   */
  HeadPage open(long before, long coming, int entries, int average, boolean large) {
    if (!large && coming >= WHOLE && coming <= MOST_BYTES && before <= MOST_WHOLE * coming) {
      return small(Math.min(entries, MOST_ROWS), (int) coming);
    }
    // Not quite full, pages would otherwise be followed by one of half their size; and what comes at once is to be in one page.
    long wanted = Math.max(Long.highestOneBit(before + before / 4), coming);
    if (!large && wanted <= MOST_BYTES) {
      int lineBytes = Math.max(LEAST_BYTES, ceiling((int) wanted));
      return small(Math.min(rows(lineBytes, average), MOST_ROWS), lineBytes);
    }
    int size = 0;
    while (size + 1 < PageKind.TEXTS.length && PageKind.TEXTS[size] < wanted) {
      size++;
    }
    return pool.take(PageKind.of(size, rows(PageKind.TEXTS[size], average)));
  }

  /** Shorter lines than the least average would make the columns larger than the text: a page may end with its rows, too. */
  private static int rows(int lineBytes, int average) {
    return Math.clamp(lineBytes / Math.max(LEAST_AVERAGE, average) * 9L / 8 + 1, LEAST_ROWS, MOST_LARGE_ROWS);
  }

  /** The least power of two that is not less. */
  private static int ceiling(int n) {
    return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
  }

  /** A page to be begun, with room for at most {@link #MOST_ROWS} rows of at most {@link #MOST_BYTES} bytes together. */
  private synchronized HeadPage small(int rowCount, int lineBytes) {
    RowArena columns = rows;
    if (columns == null || !columns.has(rowCount)) {
      RowArena full = columns;
      columns = pool.takeRows();
      memory.add(full == null ? 0 : full.left());
      columns.chained = rows;
      rows = columns;
      bytes += RowArena.BYTES;
    }
    TextArena lines = texts;
    if (lines == null || !lines.has(lineBytes)) {
      TextArena full = lines;
      lines = pool.takeText();
      memory.add(full == null ? 0 : full.left());
      lines.chained = texts;
      texts = lines;
      bytes += TextArena.BYTES;
    }
    return columns.take(rowCount, lines, lineBytes);
  }

  /** A stream to be begun. */
  HeadStream stream() {
    return pool.takeStream();
  }

  /** A table without streams. */
  StreamTable table() {
    return pool.takeTable();
  }

  /** Gives back what has just left its stream, or with it the view. */
  void retire(Retired pages) {
    pool.retire(pages);
  }

  /** Collects all arenas, for the view has the generation no more. */
  synchronized void retireAll(Retired pages) {
    pages.add(rows, texts, bytes);
    rows = null;
    texts = null;
    bytes = 0;
  }
}
