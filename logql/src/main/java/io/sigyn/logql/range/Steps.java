package io.sigyn.logql.range;

/**
 * The points in time at which a metric query has values.
 *
 * @param start the first, nanoseconds since the Unix epoch
 * @param step nanoseconds from one to the next, positive
 * @param count how many, at least 1
 */
public record Steps(long start, long step, int count) {
  /** One point. */
  public static Steps instant(long at) {
    return new Steps(at, 1, 1);
  }

  /**
   * The multiples of {@code step} from the one at or before {@code start} to the one at or after {@code end}, as a query
   * frontend that splits by time aligns them.
   */
  public static Steps aligned(long start, long end, long step) {
    long first = Math.floorDiv(start, step) * step;
    long last = Math.ceilDiv(end, step) * step;
    return new Steps(first, step, Math.toIntExact((last - first) / step + 1));
  }

  /** Point {@code k}. */
  public long at(int k) {
    return start + k * step;
  }

  /** The last point. */
  public long end() {
    return at(count - 1);
  }
}
