package io.sigyn.storage.retention;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.util.List;

/**
 * For how long a tenant's entries are kept. An entry is kept as long as {@code time >= now - period}. Of the rules whose
 * matchers hold for a stream the one with the highest priority counts, of equal ones the one with the shortest period; the
 * tenant's period counts for streams without a rule.
 *
 * @param periodNanos the tenant's period; 0 or less keeps for ever
 * @param rules periods of some streams
 */
public record Retention(long periodNanos, List<Rule> rules) {
  /** Everything is kept. */
  public static final Retention FOREVER = new Retention(0, List.of());

  /** A time that no entry is older than. */
  public static final long NEVER = Long.MIN_VALUE;

  /**
   * The period of some streams.
   *
   * @param matchers all must hold for a stream
   * @param priority higher ones count first
   * @param periodNanos 0 or less keeps for ever
   */
  public record Rule(List<LabelMatcher> matchers, int priority, long periodNanos) {
    /** Copies the list. */
    public Rule {
      matchers = List.copyOf(matchers);
    }
  }

  /** Copies the list. */
  public Retention {
    rules = List.copyOf(rules);
  }

  /** Whether nothing ever expires. */
  public boolean keepsAll() {
    return periodNanos <= 0 && rules.stream().allMatch(rule -> rule.periodNanos <= 0);
  }

  /** The period of a stream; 0 or less is for ever. */
  public long periodOf(Labels stream) {
    Rule best = null;
    for (Rule rule : rules) {
      if ((best == null
              || rule.priority > best.priority
              || (rule.priority == best.priority && rule.periodNanos < best.periodNanos))
          && LabelMatcher.all(rule.matchers, stream)) {
        best = rule;
      }
    }
    return best == null ? periodNanos : best.periodNanos;
  }

  /** The time before which entries of a stream are expired; {@link #NEVER} when none is. */
  public long cutoff(Labels stream, long now) {
    return rules.isEmpty() ? cutoff(periodNanos, now) : cutoff(periodOf(stream), now);
  }

  /** The time before which entries of any stream are expired. */
  public long cutoffOfAll(long now) {
    long cutoff = cutoff(periodNanos, now);
    for (Rule rule : rules) {
      cutoff = Math.min(cutoff, cutoff(rule.periodNanos, now));
    }
    return cutoff;
  }

  /** The time from which on no entry of any stream is expired. */
  public long cutoffOfSome(long now) {
    long cutoff = cutoff(periodNanos, now);
    for (Rule rule : rules) {
      cutoff = Math.max(cutoff, cutoff(rule.periodNanos, now));
    }
    return cutoff;
  }

  private static long cutoff(long periodNanos, long now) {
    return periodNanos <= 0 || now < Long.MIN_VALUE + periodNanos ? NEVER : now - periodNanos;
  }
}
