package io.sigyn.logql.range;

import io.sigyn.logql.syntax.RangeOp;
import java.util.Arrays;

/** What a window of samples is worth. */
@FunctionalInterface
public interface WindowFunction {
  /** The value of samples {@code from .. to-1}, at least one, in order of time. */
  double apply(long[] times, double[] values, int from, int to);

  /**
   * The function of an operator.
   *
   * @param per nanoseconds of a window, which rates are divided by
   */
  static WindowFunction of(RangeOp op, double quantile, long per) {
    double seconds = per / 1e9;
    return switch (op) {
      case RATE -> (t, v, from, to) -> sum(v, from, to) / seconds;
      case SUM_OVER_TIME -> (t, v, from, to) -> sum(v, from, to);
      case AVG_OVER_TIME -> (t, v, from, to) -> mean(v, from, to);
      case MIN_OVER_TIME ->
          (t, v, from, to) -> {
            double min = v[from];
            for (int i = from + 1; i < to; i++) {
              min = v[i] < min || Double.isNaN(min) ? v[i] : min;
            }
            return min;
          };
      case MAX_OVER_TIME ->
          (t, v, from, to) -> {
            double max = v[from];
            for (int i = from + 1; i < to; i++) {
              max = v[i] > max || Double.isNaN(max) ? v[i] : max;
            }
            return max;
          };
      case STDVAR_OVER_TIME -> (t, v, from, to) -> variance(v, from, to);
      case STDDEV_OVER_TIME -> (t, v, from, to) -> Math.sqrt(variance(v, from, to));
      case QUANTILE_OVER_TIME -> (t, v, from, to) -> quantile(quantile, v, from, to);
      case FIRST_OVER_TIME -> (t, v, from, to) -> v[from];
      case LAST_OVER_TIME -> (t, v, from, to) -> v[to - 1];
      case RATE_COUNTER -> (t, v, from, to) -> rateCounter(t, v, from, to, seconds);
      case ABSENT_OVER_TIME, COUNT_OVER_TIME -> (t, v, from, to) -> to - from;
      case BYTES_OVER_TIME, BYTES_RATE -> throw new IllegalArgumentException(op.text());
    };
  }

  private static double sum(double[] v, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += v[i];
    }
    return sum;
  }

  /** Incremental; an infinite mean stays until NaN or the other infinity comes. */
  private static double mean(double[] v, int from, int to) {
    double mean = 0;
    int n = 0;
    for (int i = from; i < to; i++) {
      n++;
      if (Double.isInfinite(mean)) {
        boolean sameInfinity = Double.isInfinite(v[i]) && (mean > 0) == (v[i] > 0);
        if (sameInfinity || (!Double.isInfinite(v[i]) && !Double.isNaN(v[i]))) {
          continue;
        }
      }
      mean += v[i] / n - mean / n;
    }
    return mean;
  }

  private static double variance(double[] v, int from, int to) {
    double mean = 0;
    double squares = 0;
    int n = 0;
    for (int i = from; i < to; i++) {
      n++;
      double delta = v[i] - mean;
      mean += delta / n;
      squares += delta * (v[i] - mean);
    }
    return squares / n;
  }

  private static double quantile(double q, double[] v, int from, int to) {
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = Arrays.copyOfRange(v, from, to);
    Arrays.sort(sorted);
    // Java sorts NaN last, the reference first.
    int nans = 0;
    while (nans < sorted.length && Double.isNaN(sorted[sorted.length - 1 - nans])) {
      nans++;
    }
    System.arraycopy(sorted, 0, sorted, nans, sorted.length - nans);
    Arrays.fill(sorted, 0, nans, Double.NaN);
    double rank = q * (sorted.length - 1);
    int low = Math.max(0, (int) Math.floor(rank));
    int high = Math.min(sorted.length - 1, low + 1);
    double weight = rank - Math.floor(rank);
    return sorted[low] * (1 - weight) + sorted[high] * weight;
  }

  /**
   * Compatible: the extrapolation mixes units, the interval between the first and the last sample in microseconds and the
   * window in seconds.
   */
  private static double rateCounter(long[] t, double[] v, int from, int to, double seconds) {
    if (to - from < 2) {
      return 0;
    }
    double increase = v[to - 1] - v[from];
    double previous = 0;
    for (int i = from; i < to; i++) {
      if (v[i] < previous) {
        increase += previous;
      }
      previous = v[i];
    }
    double interval = (t[to - 1] - t[from]) / 1000.0;
    double average = interval / (to - from - 1);
    double extension = seconds;
    if (increase > 0 && v[from] >= 0) {
      extension = Math.min(extension, interval * (v[from] / increase));
    }
    double factor = (interval + (extension < average * 1.1 ? extension : average / 2)) / interval;
    return increase * factor / seconds;
  }
}
