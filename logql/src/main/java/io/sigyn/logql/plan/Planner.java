package io.sigyn.logql.plan;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.plan.Plan.Order;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Sampler;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.ParseErrors;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Direction;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.TimeRange;
import java.util.List;
import java.util.Optional;

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
    requireReadable(expr);
    return new Plan.Logs(expr.matchers(), Pipelines.of(expr.stages(), Use.LOGS));
  }

  /** Compatible: names beyond ASCII are quoted in canonical text, which is no query any more. */
  private static void requireReadable(LogExpr expr) {
    for (LabelMatcher matcher : expr.matchers()) {
      if (!matcher.name().chars().allMatch(c -> c < 128)) {
        Parser.parse(Printer.print(expr));
      }
    }
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

  /** Compatible: a sum of a number is refused as a selector without matchers would be. */
  private static void requireSeries(MetricExpr.VectorAggregation v) {
    if (v.op() == VectorOp.SUM && v.inner() instanceof MetricExpr.Literal) {
      throw ParseErrors.noUsefulMatcher();
    }
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
    LogRange range = r.range();
    boolean bytes = r.op() == RangeOp.BYTES_OVER_TIME || r.op() == RangeOp.BYTES_RATE;
    boolean absent = r.op() == RangeOp.ABSENT_OVER_TIME;
    MetricPlan.SeriesKey own =
        absent
            ? new KeepGroup(Grouping.NONE)
            : r.grouping().kind() == Grouping.Kind.NONE ? key : new KeepGroup(r.grouping());
    Use use =
        switch (own) {
          case KeepAll _ -> Use.allLabels(range.unwrap(), bytes);
          case KeepGroup g -> Use.grouped(g.grouping(), range.unwrap(), bytes);
        };
    requireReadable(range.logs());
    Plan.Logs logs = new Plan.Logs(range.logs().matchers(), Pipelines.of(range.logs().stages(), use));
    Optional<Sampler> sampler =
        range.unwrap().isPresent() ? Optional.of(Sampler.of(range.unwrap())) : Optional.empty();
    MetricPlan.Range plan =
        new MetricPlan.Range(logs, r.op(), r.quantile(), range.range(), range.offset(), sampler, own);
    return absent ? new MetricPlan.Absent(plan, labelsOf(range.logs().matchers())) : plan;
  }

  /** The labels that a selector fixes: names with one matcher, which asks for equality. */
  private static Labels labelsOf(List<LabelMatcher> matchers) {
    Labels.Builder builder = Labels.builder();
    for (LabelMatcher matcher : matchers) {
      boolean alone = matchers.stream().filter(m -> m.name().equals(matcher.name())).count() == 1;
      if (alone && matcher instanceof LabelMatcher.Equal equal) {
        builder.set(equal.name(), equal.value());
      }
    }
    return builder.build();
  }

  private static MetricPlan aggregation(MetricExpr.VectorAggregation v) {
    if (v.op() == VectorOp.APPROX_TOPK) {
      throw new LokiException(
          ErrorKind.INTERNAL, "approx_topk is not enabled. See -limits.shard_aggregations");
    }
    requireSeries(v);
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
