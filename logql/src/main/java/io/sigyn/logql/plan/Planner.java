package io.sigyn.logql.plan;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.plan.Plan.Order;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
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
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Direction;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Trees to plans: checks what can be known without data, compiles stages, rewrites. */
public final class Planner {
  /** What a sum without a clause keeps. */
  private static final Grouping NO_LABELS = new Grouping(Grouping.Kind.BY, List.of());

  private final Rewrites rewrites;
  private final boolean instant;
  private final Set<Extension> allowed;

  private Planner(Rewrites rewrites, boolean instant, Set<Extension> allowed) {
    this.rewrites = rewrites;
    this.instant = instant;
    this.allowed = allowed;
  }

  /**
   * Plans a query.
   *
   * @param step nanoseconds; 0 for one point at {@code start}
   * @param allowed what may be used beyond the language everybody has
   * @param rewrites which rules may be applied; is told what they did
   * @throws LokiException with Loki's text when it cannot be run
   */
  public static Plan plan(
      Expr expr,
      long start,
      long end,
      long step,
      long interval,
      int limit,
      Direction direction,
      Set<Extension> allowed,
      Rewrites rewrites) {
    boolean instant = step == 0;
    Planner planner = new Planner(rewrites, instant, allowed);
    return switch (expr) {
      case LogExpr logs ->
          new Plan.LogQuery(planner.logs(logs), new TimeRange(start, end), direction, limit, interval);
      case MetricExpr metric -> {
        Steps steps = instant ? Steps.instant(start) : Steps.aligned(start, end, step);
        MetricPlan root = planner.metric(metric);
        yield new Plan.MetricQuery(planner.folded(root), steps, instant, order(metric));
      }
    };
  }

  private MetricPlan folded(MetricPlan root) {
    if (!rewrites.has(Rule.CONSTANT_FOLDING)) {
      return root;
    }
    return Constants.fold(root, what -> rewrites.note(Rule.CONSTANT_FOLDING, what));
  }

  private Plan.Logs logs(LogExpr expr) {
    requireReadable(expr);
    return new Plan.Logs(expr.matchers(), Pipelines.of(expr.stages(), Use.LOGS, rewrites));
  }

  /** Compatible: names beyond ASCII are quoted in canonical text, which is no query any more. */
  private static void requireReadable(LogExpr expr) {
    for (LabelMatcher matcher : expr.matchers()) {
      if (!matcher.name().chars().allMatch(c -> c < 128)) {
        Parser.parse(Printer.print(expr));
      }
    }
  }

  private MetricPlan metric(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.RangeAggregation r when isShared(r) -> sharedAverage(r);
      case MetricExpr.RangeAggregation r -> range(r, Grouping.NONE, new KeepAll());
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
      case MetricExpr.Variants v -> variants(v);
    };
  }

  private MetricPlan variants(MetricExpr.Variants v) {
    if (!allowed.contains(Extension.VARIANTS)) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST, "multi variant queries are disabled for this instance");
    }
    return VariantPlanner.plan(v, logs(v.of().logs()), rewrites, this);
  }

  /** Compatible: a sum of a number is refused as a selector without matchers would be. */
  private static void requireSeries(MetricExpr.VectorAggregation v) {
    if (v.op() == VectorOp.SUM && v.inner() instanceof MetricExpr.Literal) {
      throw ParseErrors.noUsefulMatcher();
    }
  }

  /** An operand that must have series. */
  private MetricPlan series(MetricExpr expr) {
    if (expr instanceof MetricExpr.Literal) {
      throw new LokiException(
          ErrorKind.INTERNAL,
          "unexpected expr type (*syntax.LiteralExpr) for Evaluator type (*logql.DefaultEvaluator) ");
    }
    return metric(expr);
  }

  /**
   * A range.
   *
   * @param sum the labels a sum around it keeps; decides what parsers make. None without a sum that takes samples
   * @param key of the series, unless the range groups itself
   */
  private MetricPlan range(MetricExpr.RangeAggregation r, Grouping sum, MetricPlan.SeriesKey key) {
    LogRange range = r.range();
    MetricPlan.SeriesKey own = key(r, key);
    requireReadable(range.logs());
    Plan.Logs logs =
        new Plan.Logs(
            range.logs().matchers(), Pipelines.of(range.logs().stages(), use(r, sum, own), rewrites));
    MetricPlan.Range plan = windows(r, range.logs(), logs, own, range.range(), range.offset());
    return r.op() == RangeOp.ABSENT_OVER_TIME
        ? new MetricPlan.Absent(plan, labelsOf(range.logs().matchers()))
        : plan;
  }

  /** What tells the series of a range apart: the key given, unless the range groups itself. */
  static MetricPlan.SeriesKey key(MetricExpr.RangeAggregation r, MetricPlan.SeriesKey key) {
    if (r.op() == RangeOp.ABSENT_OVER_TIME) {
      return new KeepGroup(Grouping.NONE);
    }
    return r.grouping().kind() == Grouping.Kind.NONE ? key : new KeepGroup(r.grouping());
  }

  /** What becomes of a range's lines. */
  static Use use(MetricExpr.RangeAggregation r, Grouping sum, MetricPlan.SeriesKey key) {
    MetricExpr.Unwrap unwrap = r.range().unwrap();
    boolean bytes = r.op() == RangeOp.BYTES_OVER_TIME || r.op() == RangeOp.BYTES_RATE;
    return switch (key) {
      case KeepAll _ when sum.kind() == Grouping.Kind.NONE -> Use.allLabels(unwrap, bytes);
      case KeepAll _ -> Use.grouped(sum, unwrap, bytes);
      case KeepGroup g -> Use.grouped(g.grouping(), unwrap, bytes);
    };
  }

  /**
   * Windows over lines.
   *
   * @param written how people know the lines
   */
  MetricPlan.Range windows(
      MetricExpr.RangeAggregation r,
      LogExpr written,
      Plan.Logs logs,
      MetricPlan.SeriesKey key,
      long window,
      long offset) {
    MetricExpr.Unwrap unwrap = r.range().unwrap();
    Optional<Sampler> sampler = unwrap.isPresent() ? Optional.of(Sampler.of(unwrap)) : Optional.empty();
    boolean summarises =
        rewrites.has(Rule.BLOCK_STATISTICS) && sampler.isEmpty() && logs.pipeline().keepsLines();
    if (summarises) {
      rewrites.note(Rule.BLOCK_STATISTICS, r.op().text() + " of " + Printer.print(written));
    }
    return new MetricPlan.Range(
        logs, r.op(), r.quantile(), window, r.range().range(), offset, sampler, key, summarises);
  }

  /** Compatible: whether the average is a quotient of two queries, which it is where streams may end in one series. */
  private static boolean isShared(MetricExpr.RangeAggregation r) {
    if (r.op() != RangeOp.AVG_OVER_TIME) {
      return false;
    }
    boolean everyLabel =
        switch (r.grouping().kind()) {
          case NONE -> true;
          case BY -> false;
          case WITHOUT -> r.grouping().labels().isEmpty();
        };
    return !everyLabel || r.range().logs().stages().stream().anyMatch(Planner::losesLabels);
  }

  private static boolean losesLabels(StageExpr stage) {
    return switch (stage) {
      case StageExpr.Keep _, StageExpr.Drop _ -> true;
      case StageExpr.LabelFormat format -> format.formats().stream().anyMatch(one -> !one.isTemplate());
      default -> false;
    };
  }

  /**
   * The average of a group is the sum of what was measured over the number of all lines, those without a
   * measurement and those that conditions behind {@code unwrap} drop included.
   */
  private MetricPlan sharedAverage(MetricExpr.RangeAggregation r) {
    LogRange range = r.range();
    Grouping measured =
        r.grouping().kind() == Grouping.Kind.NONE ? new Grouping(Grouping.Kind.WITHOUT, List.of()) : r.grouping();
    Grouping all = measured;
    if (measured.kind() == Grouping.Kind.WITHOUT) {
      List<String> labels = new ArrayList<>(measured.labels());
      labels.add(range.unwrap().label());
      all = new Grouping(Grouping.Kind.WITHOUT, labels);
    }
    MetricExpr.RangeAggregation sum =
        new MetricExpr.RangeAggregation(RangeOp.SUM_OVER_TIME, 0, range, Grouping.NONE, r.at());
    MetricExpr.RangeAggregation lines =
        new MetricExpr.RangeAggregation(
            RangeOp.COUNT_OVER_TIME,
            0,
            new LogRange(range.logs(), MetricExpr.Unwrap.NONE, range.range(), range.offset()),
            Grouping.NONE,
            r.at());
    return new MetricPlan.Average(
        sum(new MetricExpr.VectorAggregation(VectorOp.SUM, 0, sum, measured, r.at())),
        sum(new MetricExpr.VectorAggregation(VectorOp.SUM, 0, lines, all, r.at())));
  }

  /** The labels that a selector fixes: names with one matcher, which asks for equality. */
  static Labels labelsOf(List<LabelMatcher> matchers) {
    Labels.Builder builder = Labels.builder();
    for (LabelMatcher matcher : matchers) {
      boolean alone = matchers.stream().filter(m -> m.name().equals(matcher.name())).count() == 1;
      if (alone && matcher instanceof LabelMatcher.Equal equal) {
        builder.set(equal.name(), equal.value());
      }
    }
    return builder.build();
  }

  private MetricPlan aggregation(MetricExpr.VectorAggregation v) {
    if (v.op() == VectorOp.APPROX_TOPK) {
      requireApproximation();
    }
    requireSeries(v);
    return v.op() == VectorOp.SUM
        ? sum(v)
        : new MetricPlan.Aggregate(v.op(), v.k(), v.grouping(), series(v.inner()));
  }

  void requireApproximation() {
    if (!allowed.contains(Extension.APPROX_TOPK)) {
      throw new LokiException(
          ErrorKind.INTERNAL, "approx_topk is not enabled. See -limits.shard_aggregations");
    }
    if (!instant) {
      throw new LokiException(
          ErrorKind.INTERNAL, "count min sketches are only supported on instant queries");
    }
  }

  private MetricPlan sum(MetricExpr.VectorAggregation v) {
    MetricPlan inner;
    if (v.inner() instanceof MetricExpr.RangeAggregation r && takesGroups(r)) {
      inner = range(r, keptBy(v), keyOf(v, r));
    } else {
      inner = series(v.inner());
    }
    return new MetricPlan.Aggregate(v.op(), v.k(), v.grouping(), inner);
  }

  /** The labels a sum keeps. */
  static Grouping keptBy(MetricExpr.VectorAggregation sum) {
    return sum.grouping().kind() == Grouping.Kind.NONE ? NO_LABELS : sum.grouping();
  }

  /** The series of a range below a sum that takes its samples. */
  MetricPlan.SeriesKey keyOf(MetricExpr.VectorAggregation sum, MetricExpr.RangeAggregation r) {
    if (!rewrites.has(Rule.GROUP_PUSH_DOWN)) {
      return new KeepAll();
    }
    rewrites.note(Rule.GROUP_PUSH_DOWN, "sum into " + r.op().text());
    return new KeepGroup(sum.grouping());
  }

  /** Whether a sum of its series is the sum of its samples. */
  static boolean takesGroups(MetricExpr.RangeAggregation r) {
    return r.grouping().kind() == Grouping.Kind.NONE
        && (r.op() == RangeOp.RATE
            || r.op() == RangeOp.COUNT_OVER_TIME
            || r.op() == RangeOp.BYTES_RATE
            || r.op() == RangeOp.BYTES_OVER_TIME
            || r.op() == RangeOp.SUM_OVER_TIME);
  }

  private MetricPlan binary(MetricExpr.Binary b) {
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
