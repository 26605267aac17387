package io.sigyn.logql.vector;

import io.sigyn.logql.range.Points;
import java.util.Arrays;

/** Collects the values of one series in order of steps. */
final class PointsBuilder {
  private int[] steps = new int[8];
  private double[] values = new double[8];
  private int size;

  void add(int step, double value) {
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    steps[size] = step;
    values[size++] = value;
  }

  /** The last step, or -1. */
  int lastStep() {
    return size == 0 ? -1 : steps[size - 1];
  }

  Points build() {
    return new Points(Arrays.copyOf(steps, size), Arrays.copyOf(values, size));
  }
}
