package io.sigyn.logql.vector;

import java.util.List;

/**
 * Series turned by ninety degrees: for every step the numbers of the series that have a value there, ascending, and the
 * values.
 */
final class ByStep {
  private final int[] offsets;
  private final int[] series;
  private final double[] values;

  ByStep(List<LabelledPoints> all, int steps) {
    offsets = new int[steps + 1];
    for (LabelledPoints one : all) {
      for (int step : one.points().steps()) {
        offsets[step + 1]++;
      }
    }
    for (int k = 0; k < steps; k++) {
      offsets[k + 1] += offsets[k];
    }
    series = new int[offsets[steps]];
    values = new double[series.length];
    int[] next = offsets.clone();
    for (int s = 0; s < all.size(); s++) {
      int[] at = all.get(s).points().steps();
      double[] v = all.get(s).points().values();
      for (int i = 0; i < at.length; i++) {
        int slot = next[at[i]]++;
        series[slot] = s;
        values[slot] = v[i];
      }
    }
  }

  /** The first slot of a step. */
  int from(int step) {
    return offsets[step];
  }

  /** One past the last slot of a step. */
  int to(int step) {
    return offsets[step + 1];
  }

  /** The number of the series in a slot. */
  int series(int slot) {
    return series[slot];
  }

  /** The value in a slot. */
  double value(int slot) {
    return values[slot];
  }
}
