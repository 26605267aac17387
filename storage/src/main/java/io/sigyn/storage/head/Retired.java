package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/**
 * Pages that nobody appends to any more, alone or with the whole stream they belong to: of a stream only it is touched now,
 * for it has many pages, and to look at each takes as long as to fill it. Not safe for use by several threads.
 */
final class Retired {
  private final PageChain pages = new PageChain();
  private @Nullable HeadStream last;
  private @Nullable RowArena rows;
  private @Nullable TextArena texts;
  private @Nullable StreamTable tables;
  private long bytes;

  /** Adds a page that no stream has any more. */
  void add(HeadPage page) {
    bytes += pages.add(page);
  }

  /**
   * Adds a stream that the view has no more.
   *
   * @param pageBytes bytes of columns of its pages
   */
  void add(HeadStream stream, long pageBytes) {
    stream.chained = last;
    last = stream;
    bytes += pageBytes;
  }

  /** Adds all arenas of a generation, linked, which are so many bytes together. */
  void add(@Nullable RowArena rowArenas, @Nullable TextArena textArenas, long arenaBytes) {
    rows = rowArenas;
    texts = textArenas;
    bytes += arenaBytes;
  }

  /** Adds a table whose streams were added. */
  void add(StreamTable table) {
    table.chained = tables;
    tables = table;
  }

  /** Takes the table that was added last. */
  @Nullable StreamTable takeTable() {
    StreamTable last = tables;
    if (last != null) {
      tables = last.chained;
      last.chained = null;
    }
    return last;
  }

  /** Takes one of the arenas of columns. */
  @Nullable RowArena takeRows() {
    RowArena first = rows;
    if (first != null) {
      rows = first.chained;
      first.chained = null;
    }
    return first;
  }

  /** Takes one of the arenas of lines. */
  @Nullable TextArena takeText() {
    TextArena first = texts;
    if (first != null) {
      texts = first.chained;
      first.chained = null;
    }
    return first;
  }

  /** Takes the single page that was added last. */
  @Nullable HeadPage takePage() {
    return pages.take();
  }

  /** Takes the stream that was added last. */
  @Nullable HeadStream takeStream() {
    HeadStream stream = last;
    if (stream != null) {
      last = stream.chained;
      stream.chained = null;
    }
    return stream;
  }

  /** Bytes of columns of all that were added. */
  long bytes() {
    return bytes;
  }
}
