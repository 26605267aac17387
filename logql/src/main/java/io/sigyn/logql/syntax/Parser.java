package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/** Text to tree. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class Parser {
  private Parser() {}

  /**
   * Parses a query.
   *
   * @throws io.sigyn.error.LokiException BAD_REQUEST with Loki's text and position
   */
  public static Expr parse(String query) {
    throw new UnsupportedOperationException();
  }

  /**
   * Parses a bare stream selector, as the parameters {@code query} of labels and {@code match[]} of series hold.
   *
   * @throws io.sigyn.error.LokiException BAD_REQUEST with Loki's text and position
   */
  public static List<LabelMatcher> parseSelector(String selector) {
    throw new UnsupportedOperationException();
  }
}
