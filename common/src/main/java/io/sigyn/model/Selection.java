package io.sigyn.model;

import java.util.List;

/**
 * Which entries are wanted.
 *
 * @param matchers all must hold for a stream; may be empty (every stream)
 * @param range half-open
 * @param direction the order in which blocks are wanted
 */
public record Selection(List<LabelMatcher> matchers, TimeRange range, Direction direction) {
  /** Copies the list. */
  public Selection {
    matchers = List.copyOf(matchers);
  }
}
