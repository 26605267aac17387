package io.sigyn.storage.head;

import io.sigyn.storage.leases.Leases;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The memory of pages whose rows are in a segment or a block by now, for pages to come: long-lived arrays that the collector
 * need not copy, and that nobody has to fill with zeros again. Safe for use by many threads.
 *
 * <p>Rows that a reader was given stay valid for as long as it refers to them ({@link io.sigyn.model.EntryBlock}), so the
 * columns of a page that was ever shown are left to the collector. All others may be used again as soon as nobody can ask
 * for them any more: when every lease is given back that was taken before the page left its stream or the view.
 *
 * <p>Together with the columns in use the pool holds no more than its limit. What waits for readers is forgotten first; it
 * is the collector's then.
 */
public final class PagePool {
  private record Waiting(long epoch, List<HeadPage> pages, long bytes) {}

  private final Leases leases;
  private final long limit;
  private final List<Deque<PageBuffers>> free = new ArrayList<>(PageBuffers.KINDS);
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
    for (int kind = 0; kind < PageBuffers.KINDS; kind++) {
      free.add(new ArrayDeque<>());
    }
  }

  /** Keeps nothing. */
  static PagePool none() {
    return new PagePool(new Leases(), 0);
  }

  /** Columns that nobody else has; what is in them means nothing. */
  PageBuffers take(int kind) {
    synchronized (this) {
      usedBytes += PageBuffers.bytes(kind);
      mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
      Deque<PageBuffers> kept = free.get(kind);
      if (kept.isEmpty()) {
        settle();
      }
      PageBuffers buffers = kept.pollLast();
      if (buffers != null) {
        freeBytes -= PageBuffers.bytes(kind);
        return buffers;
      }
    }
    return PageBuffers.of(kind);
  }

  /** Takes the columns of pages that have just left their stream, or with it the view. Each page comes once. */
  void retire(List<HeadPage> pages) {
    List<HeadPage> usable = new ArrayList<>(pages.size());
    long bytes = 0;
    for (HeadPage page : pages) {
      if (page.buffers().kind != PageBuffers.NO_KIND) {
        usable.add(page);
        bytes += page.buffers().bytes();
      }
    }
    if (!usable.isEmpty()) {
      synchronized (this) {
        usedBytes -= bytes;
        waitingBytes += bytes;
        waiting.addLast(new Waiting(leases.advance(), usable, bytes));
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
      for (HeadPage page : first.pages) {
        if (!page.wasShown()) {
          PageBuffers buffers = page.buffers();
          buffers.clear(page.rows());
          free.get(buffers.kind).addLast(buffers);
          freeBytes += buffers.bytes();
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
    for (int kind = PageBuffers.KINDS - 1; kind >= 0; kind--) {
      Deque<PageBuffers> kept = free.get(kind);
      while (usedBytes + freeBytes > most && !kept.isEmpty()) {
        freeBytes -= kept.removeLast().bytes();
      }
    }
  }

  /** Bytes of columns that no page uses. */
  public synchronized long bytes() {
    return waitingBytes + freeBytes;
  }
}
