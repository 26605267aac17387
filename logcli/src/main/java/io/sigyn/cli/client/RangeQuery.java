package io.sigyn.cli.client;

import io.sigyn.model.Direction;
import java.util.Optional;

/**
 * What to ask for over a range of time.
 *
 * @param start nanoseconds since the Unix epoch, inclusive
 * @param end nanoseconds since the Unix epoch, exclusive
 * @param limit how many lines at most; 0 is no limit
 * @param batch how many lines to ask for at a time, at least 1
 * @param step of a metric query, as the server reads it
 * @param interval least distance of two lines of a stream, as the server reads it
 */
public record RangeQuery(
    String logql,
    long start,
    long end,
    long limit,
    int batch,
    Direction direction,
    Optional<String> step,
    Optional<String> interval) {}
