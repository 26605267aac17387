package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/** Pages that nothing is appended to any more, linked one to the next. Not safe for use by several threads. */
final class PageChain {
  private @Nullable HeadPage last;
  private long bytes;

  /** Adds a page that no other chain has, unless it is of no kind: no other can take the place of such a page. */
  void add(HeadPage page) {
    if (page.kind() != PageKind.NONE) {
      page.chained = last;
      last = page;
      bytes += page.columnBytes();
    }
  }

  /** Takes the page that was added last. */
  @Nullable HeadPage take() {
    HeadPage page = last;
    if (page != null) {
      last = page.chained;
      page.chained = null;
      bytes -= page.columnBytes();
    }
    return page;
  }

  boolean isEmpty() {
    return last == null;
  }

  /** The memory of the pages' columns, without metadata. */
  long bytes() {
    return bytes;
  }
}
