package io.sigyn.logql.plan;

/** A part of the language that is refused where nobody allowed it. */
public enum Extension {
  /** {@code approx_topk}, whose answer is that of {@code topk}. */
  APPROX_TOPK,

  /** {@code variants}. */
  VARIANTS
}
