package io.sigyn.storage.head;

import io.sigyn.storage.leases.Leases;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Pages whose rows are in a segment or a block by now, for rows to come: long-lived memory that the collector need not copy,
 * and that nobody has to fill with zeros again. Safe for use by many threads.
 *
 * <p>Rows that a reader was given stay valid for as long as it refers to them ({@link io.sigyn.model.EntryBlock}), so a page
 * that was ever shown is left to the collector. All others may be used again as soon as nobody can ask for them any more:
 * when every lease is given back that was taken before the page left its stream or the view.
 *
 * <p>Together with the pages in use the pool holds no more than its limit. What waits for readers is forgotten first; it
 * is the collector's then.
 */
public final class PagePool {
  private record Waiting(long epoch, PageChain pages, long bytes) {}

  private final Leases leases;
  private final long limit;
  private final PageChain[] free = new PageChain[PageKind.COUNT];
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long usedBytes;
  private long mostUsedBytes;
  private long waitingBytes;
  private long freeBytes;

  /**
   * Empty.
   *
   * @param leases of all who look at pages
   * @param limit bytes of columns in use, waiting and free, beyond which none are kept
   */
  public PagePool(Leases leases, long limit) {
    this.leases = leases;
    this.limit = limit;
    Arrays.setAll(free, kind -> new PageChain());
  }

  /** Keeps nothing. */
  static PagePool none() {
    return new PagePool(new Leases(), 0);
  }

  /** A page that nobody else has; what is in it means nothing. */
  HeadPage take(int kind) {
    synchronized (this) {
      usedBytes += HeadPage.columnBytes(kind);
      mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
      if (free[kind].isEmpty()) {
        settle();
      }
      HeadPage page = free[kind].take();
      if (page != null) {
        freeBytes -= page.columnBytes();
        return page;
      }
    }
    return HeadPage.ofKind(kind);
  }

  /** Takes pages that have just left their stream, or with it the view. Each page comes once; the chain is the pool's. */
  void retire(PageChain pages) {
    if (!pages.isEmpty()) {
      synchronized (this) {
        long bytes = pages.bytes();
        usedBytes -= bytes;
        waitingBytes += bytes;
        waiting.addLast(new Waiting(leases.advance(), pages, bytes));
        settle();
        shrink(limit);
      }
    }
  }

  /** At the end of a generation: keeps no more than was in use at once since the end of the one before. */
  synchronized void shrink() {
    shrink(Math.min(limit, mostUsedBytes));
    mostUsedBytes = usedBytes;
  }

  /** Frees what no reader can ask for any more. */
  private void settle() {
    for (Waiting first = waiting.peekFirst(); first != null; first = waiting.peekFirst()) {
      if (leases.heldUpTo(first.epoch)) {
        return;
      }
      forget(waiting.removeFirst());
      for (HeadPage page = first.pages.take(); page != null; page = first.pages.take()) {
        if (!page.wasShown()) {
          page.clear();
          free[page.kind()].add(page);
          freeBytes += page.columnBytes();
        }
      }
    }
  }

  private void forget(Waiting pages) {
    waitingBytes -= pages.bytes;
  }

  private void shrink(long most) {
    while (usedBytes + waitingBytes + freeBytes > most && !waiting.isEmpty()) {
      forget(waiting.removeFirst());
    }
    for (int kind = PageKind.COUNT - 1; kind >= 0; kind--) {
      while (usedBytes + freeBytes > most && !free[kind].isEmpty()) {
        freeBytes -= HeadPage.columnBytes(kind);
        free[kind].take();
      }
    }
  }

  /** Bytes of columns that no stream uses. */
  public synchronized long bytes() {
    return waitingBytes + freeBytes;
  }
}
