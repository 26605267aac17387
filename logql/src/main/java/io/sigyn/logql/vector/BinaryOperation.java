package io.sigyn.logql.vector;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.range.Points;
import io.sigyn.logql.syntax.BinaryOp;
import io.sigyn.logql.syntax.MetricExpr.Matching;
import io.sigyn.logql.syntax.MetricExpr.Matching.Cardinality;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operators between two sides, step by step. */
public final class BinaryOperation {
  private final BinaryOp op;
  private final Matching matching;
  private final List<LabelledPoints> left;
  private final List<LabelledPoints> right;
  private final int[] leftSignatures;
  private final int[] rightSignatures;
  private final int signatures;
  private final SeriesCollector out = new SeriesCollector();

  private final boolean exact;

  private BinaryOperation(
      BinaryOp op,
      Matching matching,
      List<LabelledPoints> left,
      List<LabelledPoints> right,
      boolean exact) {
    this.op = op;
    this.matching = matching;
    this.exact = exact;
    this.left = left;
    this.right = right;
    Map<Labels, Integer> numbers = new HashMap<>();
    this.leftSignatures = number(left, numbers);
    this.rightSignatures = number(right, numbers);
    this.signatures = numbers.size();
  }

  /**
   * Applies the operator.
   *
   * @param check called once per step; throws to stop
   * @return ascending by labels
   * @throws LokiException INTERNAL when more samples match than the operator allows
   */
  public static List<LabelledPoints> apply(
      BinaryOp op,
      Matching matching,
      List<LabelledPoints> left,
      List<LabelledPoints> right,
      int steps,
      Runnable check) {
    BinaryOperation operation = new BinaryOperation(op, matching, left, right, false);
    ByStep leftSteps = new ByStep(left, steps);
    ByStep rightSteps = new ByStep(right, steps);
    for (int step = 0; step < steps; step++) {
      check.run();
      if (op.isSet()) {
        operation.set(step, leftSteps, rightSteps);
      } else if (matching.cardinality() == Cardinality.GROUP_RIGHT) {
        operation.arithmetic(step, rightSteps, leftSteps);
      } else {
        operation.arithmetic(step, leftSteps, rightSteps);
      }
    }
    return operation.out.build();
  }

  /**
   * Divides series of the same labels, labels without a value included; those are left out of the result, as of every
   * operator's.
   *
   * @return ascending by labels
   */
  public static List<LabelledPoints> divide(
      List<LabelledPoints> dividends, List<LabelledPoints> divisors, int steps, Runnable check) {
    BinaryOperation operation =
        new BinaryOperation(BinaryOp.DIV, Matching.DEFAULT, dividends, divisors, true);
    ByStep dividendSteps = new ByStep(dividends, steps);
    ByStep divisorSteps = new ByStep(divisors, steps);
    for (int step = 0; step < steps; step++) {
      check.run();
      operation.arithmetic(step, dividendSteps, divisorSteps);
    }
    return operation.out.build();
  }

  /** Applies the operator to every value and a number; comparisons keep the value of the series. */
  public static List<LabelledPoints> applyScalar(
      BinaryOp op, boolean returnBool, List<LabelledPoints> series, double scalar, boolean scalarLeft) {
    List<LabelledPoints> result = new ArrayList<>(series.size());
    for (LabelledPoints one : series) {
      PointsBuilder points = new PointsBuilder();
      Points in = one.points();
      for (int i = 0; i < in.size(); i++) {
        double v = in.values()[i];
        double l = scalarLeft ? scalar : v;
        double r = scalarLeft ? v : scalar;
        if (!op.isComparison() || returnBool) {
          points.add(in.steps()[i], op.apply(l, r));
        } else if (op.holds(l, r)) {
          points.add(in.steps()[i], v);
        }
      }
      if (points.lastStep() >= 0) {
        result.add(new LabelledPoints(one.labels(), points.build()));
      }
    }
    return result;
  }

  private int[] number(List<LabelledPoints> series, Map<Labels, Integer> numbers) {
    int[] result = new int[series.size()];
    for (int s = 0; s < result.length; s++) {
      result[s] = numbers.computeIfAbsent(
              exact ? series.get(s).labels() : compared(series.get(s).labels()), l -> numbers.size());
    }
    return result;
  }

  /** What two samples must have in common. Labels without a value do not count. */
  private Labels compared(Labels labels) {
    return switch (matching.scope()) {
      case ALL -> without(labels, List.of());
      case ON -> only(labels, matching.labels());
      case IGNORING -> without(labels, matching.labels());
    };
  }

  private void set(int step, ByStep leftSteps, ByStep rightSteps) {
    boolean[] here = new boolean[signatures];
    boolean or = op == BinaryOp.OR;
    ByStep asked = or ? leftSteps : rightSteps;
    int[] askedSignatures = or ? leftSignatures : rightSignatures;
    for (int slot = asked.from(step); slot < asked.to(step); slot++) {
      here[askedSignatures[asked.series(slot)]] = true;
    }
    for (int slot = leftSteps.from(step); slot < leftSteps.to(step); slot++) {
      int s = leftSteps.series(slot);
      if (or || here[leftSignatures[s]] == (op == BinaryOp.AND)) {
        out.add(left.get(s).labels(), step, leftSteps.value(slot));
      }
    }
    for (int slot = rightSteps.from(step); or && slot < rightSteps.to(step); slot++) {
      int s = rightSteps.series(slot);
      if (!here[rightSignatures[s]]) {
        out.add(right.get(s).labels(), step, rightSteps.value(slot));
      }
    }
  }

  private void arithmetic(int step, ByStep manySteps, ByStep oneSteps) {
    boolean swapped = matching.cardinality() == Cardinality.GROUP_RIGHT;
    List<LabelledPoints> many = swapped ? right : left;
    List<LabelledPoints> one = swapped ? left : right;
    int[] manySignatures = swapped ? rightSignatures : leftSignatures;
    int[] oneSignatures = swapped ? leftSignatures : rightSignatures;
    int[] slotOf = new int[signatures];
    Arrays.fill(slotOf, -1);
    for (int slot = oneSteps.from(step); slot < oneSteps.to(step); slot++) {
      int signature = oneSignatures[oneSteps.series(slot)];
      if (slotOf[signature] >= 0) {
        throw new LokiException(
            ErrorKind.INTERNAL,
            "found duplicate series on the " + (swapped ? "left" : "right")
                + " hand-side;many-to-many matching not allowed: matching labels must be unique on one side");
      }
      slotOf[signature] = slot;
    }
    boolean[] matched = new boolean[signatures];
    Set<Labels> results = new HashSet<>();
    for (int slot = manySteps.from(step); slot < manySteps.to(step); slot++) {
      int s = manySteps.series(slot);
      int signature = manySignatures[s];
      if (slotOf[signature] < 0) {
        continue;
      }
      double other = oneSteps.value(slotOf[signature]);
      double l = swapped ? other : manySteps.value(slot);
      double r = swapped ? manySteps.value(slot) : other;
      boolean filters = op.isComparison() && !matching.returnBool();
      if (filters && !op.holds(l, r)) {
        continue;
      }
      Labels labels = result(many.get(s).labels(), one.get(oneSteps.series(slotOf[signature])).labels());
      if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
        if (matched[signature]) {
          throw new LokiException(
              ErrorKind.INTERNAL,
              "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
        }
        matched[signature] = true;
      } else if (!results.add(labels)) {
        throw new LokiException(
            ErrorKind.INTERNAL, "multiple matches for labels: grouping labels must ensure unique matches");
      }
      out.add(labels, step, filters ? l : op.apply(l, r));
    }
  }

  private Labels result(Labels many, Labels one) {
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      return compared(many);
    }
    Labels.Builder builder = many.toBuilder();
    for (String name : matching.include()) {
      builder.set(name, one.get(name));
    }
    return builder.build();
  }

  private static Labels only(Labels labels, List<String> names) {
    Labels.Builder builder = Labels.builder();
    for (String name : names) {
      builder.set(name, labels.get(name));
    }
    return builder.build();
  }

  private static Labels without(Labels labels, List<String> names) {
    Labels.Builder builder = labels.toBuilder();
    names.forEach(builder::remove);
    return builder.build();
  }
}
