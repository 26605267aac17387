package io.sigyn.logql.vector;

import io.sigyn.logql.range.Points;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Aggregations over the series of each step. Values of one group are taken in order of labels. */
public final class Aggregation {
  private Aggregation() {}

  /**
   * Aggregates.
   *
   * @param series ascending by labels
   * @param steps the number of steps
   * @param check called often; throws to stop
   * @return ascending by labels
   */
  public static List<LabelledPoints> apply(
      VectorOp op, int k, Grouping grouping, List<LabelledPoints> series, int steps, Runnable check) {
    return switch (op) {
      case SORT, SORT_DESC -> series;
      case TOPK, BOTTOMK, APPROX_TOPK -> select(op, k, grouping, series, steps, check);
      case SUM, AVG, COUNT, MAX, MIN, STDDEV, STDVAR -> reduce(op, grouping, series, steps, check);
    };
  }

  private static List<LabelledPoints> reduce(
      VectorOp op, Grouping grouping, List<LabelledPoints> series, int steps, Runnable check) {
    Map<Labels, Group> groups = new TreeMap<>();
    for (LabelledPoints one : series) {
      check.run();
      Group group =
          groups.computeIfAbsent(Groups.of(one.labels(), grouping), labels -> new Group(steps, op));
      Points points = one.points();
      for (int i = 0; i < points.size(); i++) {
        group.add(points.steps()[i], points.values()[i]);
      }
    }
    List<LabelledPoints> result = new ArrayList<>(groups.size());
    groups.forEach((labels, group) -> result.add(new LabelledPoints(labels, group.points())));
    return result;
  }

  /** The values of one group at every step. */
  private static final class Group {
    private final VectorOp op;
    private final int[] counts;
    private final double[] values;
    private final double[] squares;

    Group(int steps, VectorOp op) {
      this.op = op;
      this.counts = new int[steps];
      this.values = new double[steps];
      this.squares = op == VectorOp.STDDEV || op == VectorOp.STDVAR ? new double[steps] : new double[0];
    }

    void add(int step, double v) {
      int n = ++counts[step];
      double old = values[step];
      values[step] =
          switch (op) {
            case SUM, AVG -> old + v;
            case COUNT -> n;
            case MAX -> n == 1 || Double.isNaN(old) || v > old ? v : old;
            case MIN -> n == 1 || Double.isNaN(old) || v < old ? v : old;
            case STDDEV, STDVAR -> {
              double delta = v - old;
              double mean = old + delta / n;
              squares[step] += delta * (v - mean);
              yield mean;
            }
            case TOPK, BOTTOMK, APPROX_TOPK, SORT, SORT_DESC -> throw new IllegalStateException(op.text());
          };
    }

    Points points() {
      PointsBuilder out = new PointsBuilder();
      for (int step = 0; step < counts.length; step++) {
        int n = counts[step];
        if (n > 0) {
          out.add(
              step,
              switch (op) {
                case AVG -> values[step] / n;
                case STDVAR -> squares[step] / n;
                case STDDEV -> Math.sqrt(squares[step] / n);
                case SUM, COUNT, MAX, MIN, TOPK, BOTTOMK, APPROX_TOPK, SORT, SORT_DESC -> values[step];
              });
        }
      }
      return out.build();
    }
  }

  private static List<LabelledPoints> select(
      VectorOp op, int k, Grouping grouping, List<LabelledPoints> series, int steps, Runnable check) {
    int[] groupOf = new int[series.size()];
    Map<Labels, Integer> numbers = new HashMap<>();
    for (int s = 0; s < groupOf.length; s++) {
      groupOf[s] = numbers.computeIfAbsent(Groups.of(series.get(s).labels(), grouping), l -> numbers.size());
    }
    ByStep byStep = new ByStep(series, steps);
    SeriesCollector out = new SeriesCollector();
    int[] taken = new int[numbers.size()];
    for (int step = 0; step < steps; step++) {
      check.run();
      int from = byStep.from(step);
      Integer[] slots = new Integer[byStep.to(step) - from];
      Arrays.setAll(slots, i -> from + i);
      Arrays.sort(slots, (a, b) -> rank(op, byStep.value(a), byStep.value(b)));
      Arrays.fill(taken, 0);
      for (Integer slot : slots) {
        int s = byStep.series(slot);
        if (taken[groupOf[s]]++ < k) {
          out.add(series.get(s).labels(), step, byStep.value(slot));
        }
      }
    }
    return out.build();
  }

  /** The order in which values are taken; NaN comes last in both directions. */
  private static int rank(VectorOp op, double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    return op == VectorOp.BOTTOMK ? Double.compare(a, b) : Double.compare(b, a);
  }
}
