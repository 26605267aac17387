package io.sigyn.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries are wanted.
 *
 * @param matchers all must hold for a stream; may be empty (every stream)
 * @param range half-open
 * @param direction the order in which blocks are wanted
 * @param order how blocks of different streams follow each other
 * @param test lines that it rules out may be left out; the others are wanted
 * @param text whether lines will be looked at, and not only their times, lengths and metadata. Without, what lines are
 *     stored in need not be read, so that damage to it goes without notice; a line that is asked for nevertheless costs more
 * @param labels the labels of streams and metadata that matter; nothing when all do. When no stream that is selected has one of them, it does
 *     not matter which stream an entry is of: in the order of streams a summary may then be of many streams together, and has
 *     no labels; blocks are always of one stream, but one stream's need not follow each other
 */
public record Selection(
    List<LabelMatcher> matchers,
    TimeRange range,
    Direction direction,
    Order order,
    TextTest test,
    boolean text,
    Optional<Set<String>> labels) {
  /** A condition on lines that can be refuted for many at once. Safe for use by many threads. */
  @FunctionalInterface
  public interface TextTest {
    /** Rules nothing out. */
    TextTest NONE = (text, from, to) -> true;

    /** Whether some of the lines back to back in {@code text[from, to)} may be wanted; false only when none is. */
    boolean mayHold(byte[] text, int from, int to);
  }

  /** How blocks of different streams follow each other. */
  public enum Order {
    /** By time, as {@link EntryCursor} describes. */
    TIME,
    /** One stream after another, the blocks of each by time: cheaper, for those who add everything up. */
    STREAM
  }

  /** Copies the collections. */
  public Selection {
    matchers = List.copyOf(matchers);
    labels = labels.map(Set::copyOf);
  }

  /** With lines that will be looked at. */
  public Selection(List<LabelMatcher> matchers, TimeRange range, Direction direction, Order order, TextTest test) {
    this(matchers, range, direction, order, test, true, Optional.empty());
  }

  /** Blocks by time. */
  public Selection(List<LabelMatcher> matchers, TimeRange range, Direction direction) {
    this(matchers, range, direction, Order.TIME, TextTest.NONE);
  }

  /** The same for somebody who looks at no line. */
  public Selection withoutText() {
    return new Selection(matchers, range, direction, order, test, false, labels);
  }

  /** The same for somebody who tells streams apart by these labels alone. */
  public Selection withLabels(Set<String> only) {
    return new Selection(matchers, range, direction, order, test, text, Optional.of(only));
  }

  /** The same of other streams. */
  public Selection withMatchers(List<LabelMatcher> others) {
    return new Selection(others, range, direction, order, test, text, labels);
  }
}
