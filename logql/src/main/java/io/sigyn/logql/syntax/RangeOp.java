package io.sigyn.logql.syntax;

import java.util.Locale;

/** Aggregations over a window of lines. */
public enum RangeOp {
  /** Number of lines. */
  COUNT_OVER_TIME(Unwrapped.NEVER, false),
  /** Lines, or the sum of samples, per second. */
  RATE(Unwrapped.MAYBE, false),
  /** Growth of a counter per second. */
  RATE_COUNTER(Unwrapped.ALWAYS, false),
  /** Bytes of lines. */
  BYTES_OVER_TIME(Unwrapped.NEVER, false),
  /** Bytes of lines per second. */
  BYTES_RATE(Unwrapped.NEVER, false),
  /** Mean. */
  AVG_OVER_TIME(Unwrapped.ALWAYS, true),
  /** Sum. */
  SUM_OVER_TIME(Unwrapped.ALWAYS, false),
  /** Smallest. */
  MIN_OVER_TIME(Unwrapped.ALWAYS, true),
  /** Largest. */
  MAX_OVER_TIME(Unwrapped.ALWAYS, true),
  /** Population variance. */
  STDVAR_OVER_TIME(Unwrapped.ALWAYS, true),
  /** Population standard deviation. */
  STDDEV_OVER_TIME(Unwrapped.ALWAYS, true),
  /** A quantile. */
  QUANTILE_OVER_TIME(Unwrapped.ALWAYS, true),
  /** First. */
  FIRST_OVER_TIME(Unwrapped.ALWAYS, true),
  /** Last. */
  LAST_OVER_TIME(Unwrapped.ALWAYS, true),
  /** 1 where there is nothing. */
  ABSENT_OVER_TIME(Unwrapped.MAYBE, false);

  /** Whether samples come from a label. */
  enum Unwrapped {
    NEVER,
    MAYBE,
    ALWAYS
  }

  private final Unwrapped unwrapped;
  private final boolean groups;

  RangeOp(Unwrapped unwrapped, boolean groups) {
    this.unwrapped = unwrapped;
    this.groups = groups;
  }

  Unwrapped unwrapped() {
    return unwrapped;
  }

  /** Whether a grouping of its own is allowed. */
  boolean groups() {
    return groups;
  }

  /** The name in queries. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
