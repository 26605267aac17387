package io.sigyn.agent.positions;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What of one content was acknowledged: pieces in the order of the file, and the end of the longest settled run of them
 * from the start. The reader calls {@link #current} and {@link #cut}; anybody may settle tickets.
 */
public final class Acks {
  private final Deque<Ticket> pieces = new ArrayDeque<>();
  private Ticket current;
  private long start;
  private long committed;

  /** Nothing is on its way; every byte before {@code offset} is acknowledged. */
  public Acks(long offset) {
    start = offset;
    committed = offset;
    current = new Ticket(this);
    pieces.add(current);
  }

  /** The piece that lines read now belong to. */
  public synchronized Ticket current() {
    return current;
  }

  /** Ends the current piece at the offset and begins the next there. Nothing happens when it would be empty. */
  public void cut(long offset) {
    Ticket ended;
    synchronized (this) {
      if (offset <= start) {
        return;
      }
      ended = current;
      current = new Ticket(this);
      pieces.add(current);
      start = offset;
    }
    ended.close(offset);
  }

  /** Where the current piece begins. */
  public synchronized long start() {
    return start;
  }

  /** Every byte before this offset is acknowledged. */
  public synchronized long committed() {
    return committed;
  }

  /** Whether everything up to the last cut is acknowledged. */
  public synchronized boolean isSettled() {
    return committed == start;
  }

  synchronized void settle() {
    while (pieces.size() > 1 && pieces.getFirst().isSettled()) {
      committed = pieces.removeFirst().end();
    }
  }
}
