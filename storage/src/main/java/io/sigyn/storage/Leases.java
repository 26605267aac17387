package io.sigyn.storage;

import java.util.TreeMap;

/**
 * Who may still be reading what. A query takes a lease before it looks at the view and gives it back when its cursor is
 * closed; whoever takes segments out of the view learns the epoch up to which leases may know them. Safe for many threads.
 */
final class Leases {
  private final TreeMap<Long, Integer> open = new TreeMap<>();
  private long epoch;

  /** A reader's right to find every file of the views it has seen. May be closed more than once. */
  final class Lease implements AutoCloseable {
    private final long since;
    private boolean closed;

    private Lease(long since) {
      this.since = since;
    }

    @Override
    public void close() {
      synchronized (Leases.this) {
        if (!closed) {
          closed = true;
          open.computeIfPresent(since, (key, readers) -> readers == 1 ? null : readers - 1);
        }
      }
    }
  }

  /** Must be taken before the view is read. */
  synchronized Lease enter() {
    open.merge(epoch, 1, Integer::sum);
    return new Lease(epoch);
  }

  /** After a view was replaced: leases up to the returned epoch may know the one before, later ones do not. */
  synchronized long advance() {
    return epoch++;
  }

  /** Whether some lease of the epoch or an earlier one is open. */
  synchronized boolean heldUpTo(long past) {
    return !open.isEmpty() && open.firstKey() <= past;
  }

  /** The number of open leases. */
  synchronized int open() {
    return open.values().stream().mapToInt(Integer::intValue).sum();
  }
}
