package io.sigyn.agent.positions;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of a file whose entries are on their way. It counts the reader that still works on it and every entry made of
 * it; at zero the piece is settled. Safe for use by several threads.
 */
public final class Ticket {
  private final Acks acks;
  private final AtomicInteger open = new AtomicInteger(1);
  private volatile long end;

  Ticket(Acks acks) {
    this.acks = acks;
  }

  /** One more entry depends on the piece. */
  public void hold() {
    open.incrementAndGet();
  }

  /** So many entries were acknowledged, or dropped for good. */
  public void release(int entries) {
    int left = open.addAndGet(-entries);
    if (left == 0) {
      acks.settle();
    } else if (left < 0) {
      throw new IllegalStateException("released more often than held: " + left);
    }
  }

  void close(long endOffset) {
    end = endOffset;
    release(1);
  }

  boolean isSettled() {
    return open.get() == 0;
  }

  long end() {
    return end;
  }
}
