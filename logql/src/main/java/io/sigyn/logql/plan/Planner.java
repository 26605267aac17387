package io.sigyn.logql.plan;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.plan.Plan.Order;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Direction;
import io.sigyn.model.TimeRange;

/** Trees to plans: checks what can be known without data, compiles stages, pushes groups down. */
public final class Planner {
  private Planner() {}

  /**
   * Plans a query.
   *
   * @param step nanoseconds; 0 for one point at {@code start}
   * @throws LokiException with Loki's text when it cannot be run
   */
  public static Plan plan(
      Expr expr, long start, long end, long step, long interval, int limit, Direction direction) {
    return switch (expr) {
      case LogExpr logs ->
          new Plan.LogQuery(logs(logs), new TimeRange(start, end), direction, limit, interval);
      case MetricExpr metric -> {
        boolean instant = step == 0;
        Steps steps = instant ? Steps.instant(start) : Steps.aligned(start, end, step);
        yield new Plan.MetricQuery(metric(metric), steps, instant, order(metric));
      }
    };
  }

  private static Plan.Logs logs(LogExpr expr) {
    return new Plan.Logs(expr.matchers(), Pipelines.of(expr.stages()));
  }

  private static MetricPlan metric(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.RangeAggregation r -> range(r, new KeepAll());
      case MetricExpr.VectorAggregation v -> aggregation(v);
      case MetricExpr.Binary b -> binary(b);
      case MetricExpr.Literal l -> new MetricPlan.Scalar(l.value());
      case MetricExpr.Vector v -> new MetricPlan.Vector(v.value());
      case MetricExpr.LabelReplace l ->
          new MetricPlan.Replace(
              series(l.inner()),
              l.destination(),
              l.replacement(),
              l.source(),
              GoRegexp.compile("^(?:" + l.regexp() + ")$"));
      case MetricExpr.Variants _ ->
          throw new LokiException(
              ErrorKind.BAD_REQUEST, "multi variant queries are disabled for this instance");
    };
  }

  /** An operand that must have series. */
  private static MetricPlan series(MetricExpr expr) {
    if (expr instanceof MetricExpr.Literal) {
      throw new LokiException(
          ErrorKind.INTERNAL,
          "unexpected expr type (*syntax.LiteralExpr) for Evaluator type (*logql.DefaultEvaluator) ");
    }
    return metric(expr);
  }

  private static MetricPlan range(MetricExpr.RangeAggregation r, MetricPlan.SeriesKey key) {
    switch (r.op()) {
      case COUNT_OVER_TIME, RATE, BYTES_OVER_TIME, BYTES_RATE -> {
        if (!r.range().unwrap().isPresent()) {
          return new MetricPlan.Range(logs(r.range().logs()), r.op(), r.range().range(), r.range().offset(), key);
        }
      }
      case RATE_COUNTER,
          AVG_OVER_TIME,
          SUM_OVER_TIME,
          MIN_OVER_TIME,
          MAX_OVER_TIME,
          STDVAR_OVER_TIME,
          STDDEV_OVER_TIME,
          QUANTILE_OVER_TIME,
          FIRST_OVER_TIME,
          LAST_OVER_TIME,
          ABSENT_OVER_TIME -> {}
    }
    throw Pipelines.unsupported(r.range().unwrap().isPresent() ? "unwrap" : r.op().text());
  }

  private static MetricPlan aggregation(MetricExpr.VectorAggregation v) {
    if (v.op() == VectorOp.APPROX_TOPK) {
      throw new LokiException(
          ErrorKind.INTERNAL, "approx_topk is not enabled. See -limits.shard_aggregations");
    }
    MetricPlan inner =
        v.op() == VectorOp.SUM && v.inner() instanceof MetricExpr.RangeAggregation r && takesGroups(r)
            ? range(r, new KeepGroup(v.grouping()))
            : series(v.inner());
    return new MetricPlan.Aggregate(v.op(), v.k(), v.grouping(), inner);
  }

  /** Whether a sum of its series is the sum of its samples. */
  private static boolean takesGroups(MetricExpr.RangeAggregation r) {
    return r.grouping().kind() == Grouping.Kind.NONE
        && (r.op() == RangeOp.RATE
            || r.op() == RangeOp.COUNT_OVER_TIME
            || r.op() == RangeOp.BYTES_RATE
            || r.op() == RangeOp.BYTES_OVER_TIME
            || r.op() == RangeOp.SUM_OVER_TIME);
  }

  private static MetricPlan binary(MetricExpr.Binary b) {
    if (b.left() instanceof MetricExpr.Literal l) {
      return new MetricPlan.BinaryScalar(b.op(), b.matching().returnBool(), metric(b.right()), l.value(), true);
    }
    if (b.right() instanceof MetricExpr.Literal r) {
      return new MetricPlan.BinaryScalar(b.op(), b.matching().returnBool(), metric(b.left()), r.value(), false);
    }
    return new MetricPlan.Binary(b.op(), b.matching(), metric(b.left()), metric(b.right()));
  }

  /** The outermost sort of the query decides. */
  private static Order order(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.VectorAggregation v ->
          switch (v.op()) {
            case SORT -> Order.ASCENDING;
            case SORT_DESC -> Order.DESCENDING;
            case SUM, AVG, COUNT, MAX, MIN, STDDEV, STDVAR, BOTTOMK, TOPK, APPROX_TOPK -> order(v.inner());
          };
      case MetricExpr.Binary b -> {
        Order left = order(b.left());
        yield left == Order.LABELS ? order(b.right()) : left;
      }
      case MetricExpr.LabelReplace l -> order(l.inner());
      case MetricExpr.RangeAggregation _,
          MetricExpr.Literal _,
          MetricExpr.Vector _,
          MetricExpr.Variants _ ->
          Order.LABELS;
    };
  }
}
