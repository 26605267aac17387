package io.sigyn.agent.positions;

/**
 * The time given to lines that carry none: a line that starts at {@code offset} of {@code [from, to)} has the time {@code
 * base + offset - from}. So it gets the same time whenever it is read again, and lines of one file never share one.
 *
 * @param from an offset in the file
 * @param to one past the last offset
 * @param base nanoseconds since the Unix epoch
 */
public record Stamp(long from, long to, long base) {
  /** Whether the line that starts there has its time from here. */
  public boolean covers(long offset) {
    return from <= offset && offset < to;
  }

  /** The time of the line that starts there. */
  public long at(long offset) {
    return base + (offset - from);
  }

  /** The latest time given out. */
  public long last() {
    return base + (to - from);
  }
}
