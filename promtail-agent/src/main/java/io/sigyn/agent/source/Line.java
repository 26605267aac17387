package io.sigyn.agent.source;

import io.sigyn.agent.positions.Ticket;
import io.sigyn.model.Labels;

/**
 * A line as it was read, without its line feed. One object is used again and again: whoever keeps something of it copies.
 */
public final class Line {
  private byte[] bytes = new byte[0];
  private int from;
  private int to;
  private long offset;
  private long sequence;
  private Labels metadata = Labels.EMPTY;
  private Ticket[] tickets = new Ticket[0];
  private Times times = (at) -> 0;

  /** Tells the time of a line that carries none. */
  public interface Times {
    /** Nanoseconds since the Unix epoch, the same whenever the line at this offset is read. */
    long at(long offset);
  }

  /** Makes it another line. */
  public void set(byte[] source, int start, int end, long at, long number, Labels marks) {
    bytes = source;
    from = start;
    to = end;
    offset = at;
    sequence = number;
    metadata = marks;
  }

  /** Gives the same line other bytes. */
  public void replace(byte[] source, int start, int end) {
    bytes = source;
    from = start;
    to = end;
  }

  /** Says which pieces of files its entries depend on and where its time comes from. */
  public void origin(Ticket[] pieces, Times clock) {
    tickets = pieces;
    times = clock;
  }

  /** The array it is in; valid until the call that got it returns. */
  public byte[] bytes() {
    return bytes;
  }

  /** Its first byte. */
  public int from() {
    return from;
  }

  /** One past its last byte. */
  public int to() {
    return to;
  }

  /** Counts the lines of one tail, over all its files. */
  public long sequence() {
    return sequence;
  }

  /** Marks: {@code split}, {@code continued}. */
  public Labels metadata() {
    return metadata;
  }

  /** The pieces whose delivery depends on what is made of the line; the array is shared and never changes. */
  public Ticket[] tickets() {
    return tickets;
  }

  /** The time at which it was read first, nanoseconds since the Unix epoch. Asking makes it durable. */
  public long readTime() {
    return times.at(offset);
  }
}
