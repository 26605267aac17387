package io.sigyn.server.read;

import io.sigyn.model.Direction;

/**
 * A query with its parameters understood. Times are nanoseconds since the Unix epoch, lengths
 * nanoseconds.
 *
 * @param query the text
 * @param instant whether there is one evaluation point, {@code end}
 * @param start not after {@code end}
 * @param step positive
 * @param interval log queries: entries of a stream closer than this to the last one returned are
 *     left out
 */
public record QueryRequest(
    String query,
    boolean instant,
    long start,
    long end,
    long step,
    long interval,
    int limit,
    Direction direction) {
  /** The same for another text. */
  public QueryRequest withQuery(String other) {
    return new QueryRequest(other, instant, start, end, step, interval, limit, direction);
  }
}
