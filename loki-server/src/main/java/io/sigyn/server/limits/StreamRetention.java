package io.sigyn.server.limits;

import io.sigyn.error.LokiException;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.LabelMatcher;
import java.time.Duration;
import java.util.List;

/**
 * For how long some streams of a tenant are kept.
 *
 * @param selector which streams
 * @param priority the rule with the highest one counts; of equal ones that with the shortest period
 * @param period how long; 0 is for ever
 */
public record StreamRetention(String selector, int priority, Duration period) {
  /** No stream; {@code selector} must be set. */
  public static final StreamRetention DEFAULT = new StreamRetention("", 0, Duration.ZERO);

  /** Refuses selectors that cannot be parsed. */
  public StreamRetention {
    if (!selector.isEmpty()) {
      try {
        Parser.parseSelector(selector);
      } catch (LokiException e) {
        throw new IllegalArgumentException("selector: " + e.text(), e);
      }
    }
    if (period.isNegative()) {
      throw new IllegalArgumentException("period: must not be negative, is " + period);
    }
  }

  /** The selector's matchers. */
  public List<LabelMatcher> matchers() {
    return Parser.parseSelector(selector);
  }
}
