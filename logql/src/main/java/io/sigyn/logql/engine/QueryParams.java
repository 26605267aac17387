package io.sigyn.logql.engine;

import io.sigyn.model.Direction;

/**
 * The parameters of a query beside its text. Times are nanoseconds since the Unix epoch.
 *
 * @param start log queries: first instant; metric queries: first evaluation point
 * @param end log queries: first instant that is out; metric queries: no evaluation point is later
 * @param step nanoseconds between evaluation points; 0 for an instant query, whose one point is {@code start}
 * @param interval log queries: entries of a stream closer than this to the last one returned are left out
 * @param limit the most entries a log query returns
 * @param approximates whether {@code approx_topk} may be used; its answer is that of {@code topk}
 */
public record QueryParams(
    long start, long end, long step, long interval, int limit, Direction direction, boolean approximates) {
  /** The parameters of a query without {@code approx_topk}. */
  public QueryParams(long start, long end, long step, long interval, int limit, Direction direction) {
    this(start, end, step, interval, limit, direction, false);
  }

  /** Whether the query has one evaluation point. */
  public boolean instant() {
    return step == 0;
  }
}
