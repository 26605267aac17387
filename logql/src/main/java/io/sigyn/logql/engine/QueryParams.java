package io.sigyn.logql.engine;

import io.sigyn.logql.plan.Extension;
import io.sigyn.model.Direction;
import java.util.Set;

/**
 * The parameters of a query beside its text. Times are nanoseconds since the Unix epoch.
 *
 * @param start log queries: first instant; metric queries: first evaluation point
 * @param end log queries: first instant that is out; metric queries: no evaluation point is later
 * @param step nanoseconds between evaluation points; 0 for an instant query, whose one point is {@code start}
 * @param interval log queries: entries of a stream closer than this to the last one returned are left out
 * @param limit the most entries a log query returns
 * @param allowed what may be used beyond the language everybody has
 */
public record QueryParams(
    long start, long end, long step, long interval, int limit, Direction direction, Set<Extension> allowed) {
  /** Copies the set. */
  public QueryParams {
    allowed = Set.copyOf(allowed);
  }

  /** The parameters of a query in the language everybody has. */
  public QueryParams(long start, long end, long step, long interval, int limit, Direction direction) {
    this(start, end, step, interval, limit, direction, Set.of());
  }

  /** The same from another instant to another. */
  public QueryParams between(long first, long last) {
    return new QueryParams(first, last, step, interval, limit, direction, allowed);
  }

  /** Whether the query has one evaluation point. */
  public boolean instant() {
    return step == 0;
  }
}
