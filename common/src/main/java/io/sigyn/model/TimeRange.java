package io.sigyn.model;

/**
 * A half-open range of time.
 *
 * @param start nanoseconds since the Unix epoch, inclusive
 * @param end nanoseconds since the Unix epoch, exclusive; {@code end <= start} is the empty range
 */
public record TimeRange(long start, long end) {
  /** Every representable instant but the very last. */
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Whether no instant lies inside. */
  public boolean isEmpty() {
    return end <= start;
  }

  /** Whether the instant lies inside. */
  public boolean contains(long nanos) {
    return start <= nanos && nanos < end;
  }

  /** Whether some instant of {@code [first, last]} (both inclusive) lies inside. */
  public boolean overlaps(long first, long last) {
    return first < end && last >= start;
  }
}
