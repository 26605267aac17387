package io.sigyn.logql.range;

import java.util.Arrays;

/** The samples of one series. */
public final class Samples {
  private static final int LEAST = 16;

  private long[] times = new long[LEAST];
  private double[] values = new double[LEAST];
  private int size;
  private boolean sorted = true;

  /**
   * Adds a sample; samples of one instant stay in the order in which they come.
   *
   * @return the bytes of memory taken for it
   */
  public long add(long time, double value) {
    long taken = 0;
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      values = Arrays.copyOf(values, size * 2);
      taken = 16L * size;
    }
    sorted &= size == 0 || times[size - 1] <= time;
    times[size] = time;
    values[size++] = value;
    return taken;
  }

  /** The bytes of memory that {@link #add} said it took. */
  public long taken() {
    return (long) (Long.BYTES + Double.BYTES) * (times.length - LEAST);
  }

  /**
   * The function's value at every step whose window holds samples.
   *
   * @param window nanoseconds; the window of a step ends there and does not hold its own start
   * @param offset nanoseconds the windows lie in the past
   * @param check called once per step; throws to stop
   */
  public Points windows(WindowFunction function, Steps steps, long window, long offset, Runnable check) {
    sort();
    int[] at = new int[steps.count()];
    double[] results = new double[at.length];
    int n = 0;
    int from = 0;
    int to = 0;
    for (int k = 0; k < steps.count(); k++) {
      check.run();
      long end = steps.at(k) - offset;
      while (to < size && times[to] <= end) {
        to++;
      }
      while (from < to && times[from] <= end - window) {
        from++;
      }
      if (from < to) {
        at[n] = k;
        results[n++] = function.apply(times, values, from, to);
      }
    }
    return new Points(Arrays.copyOf(at, n), Arrays.copyOf(results, n));
  }

  private void sort() {
    if (sorted) {
      return;
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(times[a], times[b]));
    long[] sortedTimes = new long[size];
    double[] sortedValues = new double[size];
    for (int i = 0; i < size; i++) {
      sortedTimes[i] = times[order[i]];
      sortedValues[i] = values[order[i]];
    }
    times = sortedTimes;
    values = sortedValues;
    sorted = true;
  }
}
