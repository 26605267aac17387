package io.sigyn.storage.head;

import org.jspecify.annotations.Nullable;

/** Pages that no stream has, linked one to the next. Not safe for use by several threads. */
final class PageChain {
  private @Nullable HeadPage last;

  /** Adds a page that no other chain has, unless it is of no kind: no other can take the place of such a page. Returns its bytes. */
  long add(HeadPage page) {
    if (page.kind() == PageKind.NONE) {
      return 0;
    }
    page.chained = last;
    last = page;
    return PageKind.bytes(page.kind());
  }

  /** Takes the page that was added last. */
  @Nullable HeadPage take() {
    HeadPage page = last;
    if (page != null) {
      last = page.chained;
      page.chained = null;
    }
    return page;
  }

  boolean isEmpty() {
    return last == null;
  }
}
