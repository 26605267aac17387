package io.sigyn.logql.syntax;

import java.util.Locale;

/** Aggregations over the series of one step. */
public enum VectorOp {
  /** Sum. */
  SUM,
  /** Mean. */
  AVG,
  /** Number of series. */
  COUNT,
  /** Largest. */
  MAX,
  /** Smallest. */
  MIN,
  /** Population standard deviation. */
  STDDEV,
  /** Population variance. */
  STDVAR,
  /** The k smallest. */
  BOTTOMK,
  /** The k largest. */
  TOPK,
  /** Ascending order. */
  SORT,
  /** Descending order. */
  SORT_DESC,
  /** About the k largest. */
  APPROX_TOPK;

  /** Whether a number of series must be given. */
  public boolean takesK() {
    return this == BOTTOMK || this == TOPK || this == APPROX_TOPK;
  }

  /** The name in queries. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
