package io.sigyn.logql.range;

/**
 * The values of one series, at the steps where it has any.
 *
 * @param steps ascending
 * @param values as many as steps
 */
public record Points(int[] steps, double[] values) {
  /** The number of values. */
  public int size() {
    return steps.length;
  }
}
