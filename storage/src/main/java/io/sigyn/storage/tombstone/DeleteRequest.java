package io.sigyn.storage.tombstone;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/**
 * Which entries are to go.
 *
 * @param query the request's text, from which {@link RowFilter.Compiler} makes the filter
 * @param matchers all must hold for a stream
 * @param filtered whether the text says more than the matchers do
 * @param first time of the oldest entry meant, nanoseconds since the Unix epoch
 * @param last time of the newest entry meant, inclusive
 */
public record DeleteRequest(String query, List<LabelMatcher> matchers, boolean filtered, long first, long last) {
  /** Copies the list. */
  public DeleteRequest {
    matchers = List.copyOf(matchers);
    if (first > last) {
      throw new IllegalArgumentException("a delete request from " + first + " to " + last);
    }
  }

  /** Whether some entry in {@code [from, to]} may be meant. */
  public boolean overlaps(long from, long to) {
    return first <= to && last >= from;
  }
}
