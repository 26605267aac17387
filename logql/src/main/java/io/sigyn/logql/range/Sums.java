package io.sigyn.logql.range;

import java.util.Arrays;

/**
 * How many samples, and which sum of whole numbers, each window holds. Samples may come in any order. Kept as differences
 * between neighbouring windows, so that adding costs the same for every length of window; a series of few samples keeps
 * only the differences it has, since there may be very many such series.
 */
public final class Sums {
  private final int windows;
  private final boolean withValues;

  /** Few differences: the window where each applies; unsorted. Empty once there are many. */
  private int[] at = new int[2];

  private long[] counts = new long[2];
  private long[] values;
  private int size;
  private boolean dense;

  /** What the arrays of differences have grown by since the last addition. */
  private long taken;

  /**
   * Empty windows.
   *
   * @param withValues whether samples have values of their own; otherwise every sample is 1
   */
  public Sums(int windows, boolean withValues) {
    this.windows = windows;
    this.withValues = withValues;
    this.values = withValues ? new long[2] : counts;
  }

  /**
   * Adds samples that all lie in windows {@code first} to {@code last}.
   *
   * @return the bytes of memory taken for them; mostly none
   */
  public long add(int first, int last, long samples, long sum) {
    int from = slot(first);
    counts[from] += samples;
    if (withValues) {
      values[from] += sum;
    }
    int to = slot(last + 1);
    counts[to] -= samples;
    if (withValues) {
      values[to] -= sum;
    }
    long more = taken;
    taken = 0;
    return more;
  }

  /** The bytes of the arrays of differences. */
  public long memory() {
    return (long) Integer.BYTES * at.length + (long) Long.BYTES * counts.length * (withValues ? 2 : 1);
  }

  private int slot(int window) {
    if (dense) {
      return window;
    }
    for (int i = size - 1; i >= 0 && i >= size - 2; i--) {
      if (at[i] == window) {
        return i;
      }
    }
    if (size == at.length) {
      if (size * 2 >= windows) {
        spread();
        return window;
      }
      taken -= memory();
      at = Arrays.copyOf(at, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
      values = withValues ? Arrays.copyOf(values, size * 2) : counts;
      taken += memory();
    }
    at[size] = window;
    return size++;
  }

  private void spread() {
    taken -= memory();
    long[] allCounts = new long[windows + 1];
    long[] allValues = withValues ? new long[windows + 1] : allCounts;
    for (int i = 0; i < size; i++) {
      allCounts[at[i]] += counts[i];
      if (withValues) {
        allValues[at[i]] += values[i];
      }
    }
    counts = allCounts;
    values = allValues;
    at = new int[0];
    dense = true;
    taken += memory();
  }

  /** The windows that hold samples, every sum divided by {@code divisor}. The sums are gone afterwards. */
  public Points points(double divisor) {
    if (!dense) {
      spread();
    }
    int[] steps = new int[windows];
    double[] sums = new double[windows];
    int n = 0;
    long count = 0;
    long sum = 0;
    for (int k = 0; k < windows; k++) {
      count += counts[k];
      sum += values[k];
      if (count > 0) {
        steps[n] = k;
        sums[n++] = sum / divisor;
      }
    }
    Points points = new Points(Arrays.copyOf(steps, n), Arrays.copyOf(sums, n));
    counts = new long[0];
    values = counts;
    return points;
  }
}
