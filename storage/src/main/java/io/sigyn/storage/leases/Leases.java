package io.sigyn.storage.leases;

import java.util.TreeMap;

/**
 * Who may still be reading what. A query takes a lease before it looks at the view and gives it back when its cursor is
 * closed; whoever takes something out of the view learns the epoch up to which leases may know it. Safe for many threads.
 */
public final class Leases {
  private final TreeMap<Long, Integer> open = new TreeMap<>();
  private long epoch;

  /** Without readers. */
  public Leases() {}

  /** A reader's right to everything in the views it has seen. May be closed more than once. */
  public final class Lease implements AutoCloseable {
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
  public synchronized Lease enter() {
    open.merge(epoch, 1, Integer::sum);
    return new Lease(epoch);
  }

  /** After something left the view: leases up to the returned epoch may know it, later ones do not. */
  public synchronized long advance() {
    return epoch++;
  }

  /** Whether some lease of the epoch or an earlier one is open. */
  public synchronized boolean heldUpTo(long past) {
    return !open.isEmpty() && open.firstKey() <= past;
  }

  /** The number of open leases. */
  public synchronized int open() {
    return open.values().stream().mapToInt(Integer::intValue).sum();
  }
}
