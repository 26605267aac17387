package io.sigyn.logql.plan;

import io.sigyn.logql.syntax.BinaryOp;
import java.util.function.Consumer;

/** Applies operators between constants ahead of time. Numbers are folded by the parser already, as Loki does. */
final class Constants {
  private final Consumer<String> note;

  private Constants(Consumer<String> note) {
    this.note = note;
  }

  /**
   * The same plan with fewer operations.
   *
   * @param note is told what was done
   */
  static MetricPlan fold(MetricPlan plan, Consumer<String> note) {
    return new Constants(note).fold(plan);
  }

  private MetricPlan fold(MetricPlan plan) {
    return switch (plan) {
      case MetricPlan.Aggregate a ->
          new MetricPlan.Aggregate(a.op(), a.k(), a.grouping(), fold(a.inner()));
      case MetricPlan.Replace r ->
          new MetricPlan.Replace(fold(r.inner()), r.destination(), r.replacement(), r.source(), r.regexp());
      case MetricPlan.Binary b -> binary(b, fold(b.left()), fold(b.right()));
      case MetricPlan.BinaryScalar b -> scalar(b, fold(b.series()));
      case MetricPlan.Range _,
          MetricPlan.Absent _,
          MetricPlan.Average _,
          MetricPlan.Variants _,
          MetricPlan.Scalar _,
          MetricPlan.Vector _ ->
          plan;
    };
  }

  private MetricPlan binary(MetricPlan.Binary b, MetricPlan left, MetricPlan right) {
    if (left instanceof MetricPlan.Vector l && right instanceof MetricPlan.Vector r && !b.op().isSet()) {
      boolean returnBool = b.matching().returnBool();
      if (!b.op().isComparison() || returnBool) {
        return vector(l.value(), b.op(), r.value(), "vector(" + l.value() + ") ", " vector(" + r.value() + ")");
      }
    }
    return new MetricPlan.Binary(b.op(), b.matching(), left, right);
  }

  private MetricPlan scalar(MetricPlan.BinaryScalar b, MetricPlan series) {
    if (series instanceof MetricPlan.Vector v && (!b.op().isComparison() || b.returnBool())) {
      String number = String.valueOf(b.scalar());
      String vector = "vector(" + v.value() + ")";
      return b.scalarLeft()
          ? vector(b.scalar(), b.op(), v.value(), number + " ", " " + vector)
          : vector(v.value(), b.op(), b.scalar(), vector + " ", " " + number);
    }
    return new MetricPlan.BinaryScalar(b.op(), b.returnBool(), series, b.scalar(), b.scalarLeft());
  }

  private MetricPlan vector(double left, BinaryOp op, double right, String before, String after) {
    double value = op.apply(left, right);
    note.accept(before + op.text() + after + " is vector(" + value + ")");
    return new MetricPlan.Vector(value);
  }
}
