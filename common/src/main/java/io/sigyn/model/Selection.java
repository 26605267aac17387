package io.sigyn.model;

import java.util.List;

/**
 * Which entries are wanted.
 *
 * @param matchers all must hold for a stream; may be empty (every stream)
 * @param range half-open
 * @param direction the order in which blocks are wanted
 * @param order how blocks of different streams follow each other
 */
public record Selection(List<LabelMatcher> matchers, TimeRange range, Direction direction, Order order) {
  /** How blocks of different streams follow each other. */
  public enum Order {
    /** By time, as {@link EntryCursor} describes. */
    TIME,
    /** One stream after another, the blocks of each by time: cheaper, for those who add everything up. */
    STREAM
  }

  /** Copies the list. */
  public Selection {
    matchers = List.copyOf(matchers);
  }

  /** Blocks by time. */
  public Selection(List<LabelMatcher> matchers, TimeRange range, Direction direction) {
    this(matchers, range, direction, Order.TIME);
  }

  /** The same of other streams. */
  public Selection withMatchers(List<LabelMatcher> others) {
    return new Selection(others, range, direction, order);
  }
}
