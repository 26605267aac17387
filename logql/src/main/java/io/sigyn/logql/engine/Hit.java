package io.sigyn.logql.engine;

import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import java.util.Comparator;

/**
 * A line of the answer.
 *
 * @param stream the labels it is stored under
 * @param labels the labels it is answered under
 * @param sequence counts lines in the order of the query's direction, to tell lines of one instant apart
 */
record Hit(Labels stream, Labels labels, long sequence, LogEntry entry) {
  long timestamp() {
    return entry.timestamp();
  }

  /** The order of the answer; at one instant streams follow their hashes, whatever the direction. */
  static Comparator<Hit> order(Direction direction) {
    Comparator<Hit> time = Comparator.comparingLong(Hit::timestamp);
    if (direction == Direction.BACKWARD) {
      time = time.reversed();
    }
    return time.thenComparing(h -> h.stream().fingerprint(), Long::compareUnsigned)
        .thenComparing(Hit::stream)
        .thenComparingLong(Hit::sequence);
  }
}
