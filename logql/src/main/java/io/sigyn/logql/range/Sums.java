package io.sigyn.logql.range;

import java.util.Arrays;

/**
 * How many samples, and which sum of whole numbers, each window holds. Samples may come in any order. Kept as
 * differences between neighbouring windows, so that adding costs the same for every length of window.
 */
public final class Sums {
  private final long[] counts;
  private final long[] values;
  private final boolean withValues;

  /**
   * Empty windows.
   *
   * @param withValues whether samples have values of their own; otherwise every sample is 1
   */
  public Sums(int windows, boolean withValues) {
    this.withValues = withValues;
    this.counts = new long[windows + 1];
    this.values = withValues ? new long[windows + 1] : counts;
  }

  /** Adds samples that all lie in windows {@code first} to {@code last}. */
  public void add(int first, int last, long samples, long sum) {
    counts[first] += samples;
    counts[last + 1] -= samples;
    if (withValues) {
      values[first] += sum;
      values[last + 1] -= sum;
    }
  }

  /** The windows that hold samples, every sum divided by {@code divisor}. */
  public Points points(double divisor) {
    int windows = counts.length - 1;
    int[] steps = new int[windows];
    double[] sums = new double[windows];
    int size = 0;
    long count = 0;
    long sum = 0;
    for (int k = 0; k < windows; k++) {
      count += counts[k];
      sum += values[k];
      if (count > 0) {
        steps[size] = k;
        sums[size++] = sum / divisor;
      }
    }
    return new Points(Arrays.copyOf(steps, size), Arrays.copyOf(sums, size));
  }
}
