package io.sigyn.logql.plan;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.stage.Variants;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans {@code variants}: range aggregations, and vector aggregations directly over them, of the lines of one range.
 * What a variant selects itself is not looked at.
 */
final class VariantPlanner {
  private final LogRange of;
  private final Plan.Logs common;
  private final Variants pipelines;
  private final Planner planner;

  private VariantPlanner(LogRange of, Plan.Logs common, Rewrites rewrites, Planner planner) {
    this.of = of;
    this.common = common;
    this.pipelines = new Variants(common.pipeline(), rewrites);
    this.planner = planner;
  }

  /**
   * Plans them.
   *
   * @param common the lines of all
   * @throws LokiException INTERNAL with Loki's text when one is no variant
   */
  static MetricPlan plan(MetricExpr.Variants expr, Plan.Logs common, Rewrites rewrites, Planner planner) {
    check(expr.variants());
    VariantPlanner variants = new VariantPlanner(expr.of(), common, rewrites, planner);
    List<MetricPlan.Variant> plans = new ArrayList<>();
    for (MetricExpr variant : expr.variants()) {
      plans.add(variants.variant(plans.size(), variant));
    }
    return new MetricPlan.Variants(common, plans);
  }

  private MetricPlan.Variant variant(int number, MetricExpr expr) {
    if (expr instanceof MetricExpr.RangeAggregation r) {
      // Compatible: its own stages count only below an aggregation.
      return range(number, r, List.of(), Grouping.NONE, new KeepAll());
    }
    MetricExpr.VectorAggregation v = (MetricExpr.VectorAggregation) expr;
    if (v.op() == VectorOp.APPROX_TOPK) {
      planner.requireApproximation();
    }
    MetricExpr.RangeAggregation r = (MetricExpr.RangeAggregation) v.inner();
    List<StageExpr> own = r.range().logs().stages();
    MetricPlan.Variant range =
        v.op() == VectorOp.SUM && Planner.takesGroups(r)
            ? range(number, r, own, Planner.keptBy(v), planner.keyOf(v, r))
            : range(number, r, own, Grouping.NONE, new KeepAll());
    return new MetricPlan.Variant(
        range.range(), new MetricPlan.Aggregate(v.op(), v.k(), marked(v.grouping()), range.plan()));
  }

  /**
   * The range of a variant.
   *
   * @param own its stages after the common ones
   * @param sum the labels a sum around it keeps
   * @param key of the series, unless the range groups itself
   */
  private MetricPlan.Variant range(
      int number, MetricExpr.RangeAggregation r, List<StageExpr> own, Grouping sum, MetricPlan.SeriesKey key) {
    MetricPlan.SeriesKey ownKey = Planner.key(r, key);
    Plan.Logs logs =
        new Plan.Logs(common.matchers(), pipelines.pipeline(number, own, Planner.use(r, sum, ownKey)));
    // Of its window what lies in the common one as well.
    LogRange range = r.range();
    long offset = Math.max(range.offset(), of.offset());
    long window = Math.min(reach(range), commonReach());
    window = window <= offset ? 0 : Math.subtractExact(window, offset);
    MetricPlan.SeriesKey marked =
        ownKey instanceof KeepGroup(Grouping grouping) ? new KeepGroup(marked(grouping)) : ownKey;
    MetricPlan.Range lines = planner.windows(r, of.logs(), logs, marked, window, offset);
    if (r.op() != RangeOp.ABSENT_OVER_TIME) {
      return new MetricPlan.Variant(lines, lines);
    }
    Labels.Builder labels = Planner.labelsOf(range.logs().matchers()).toBuilder();
    labels.set(Variants.LABEL, String.valueOf(number));
    return new MetricPlan.Variant(lines, new MetricPlan.Absent(lines, labels.build()));
  }

  /** How far back from a step a window begins. */
  private static long reach(LogRange range) {
    long reach = range.range() + range.offset();
    return range.offset() > 0 && reach < range.range() ? Long.MAX_VALUE : reach;
  }

  /** Compatible: a line exactly at the start of the common window is in, though one at the start of its own is out. */
  private long commonReach() {
    long reach = reach(of);
    return reach == Long.MAX_VALUE ? reach : reach + 1;
  }

  /** The same groups for every variant of its own. */
  private static Grouping marked(Grouping grouping) {
    if (grouping.kind() == Grouping.Kind.WITHOUT) {
      return grouping;
    }
    List<String> labels = new ArrayList<>(grouping.labels());
    labels.add(Variants.LABEL);
    return new Grouping(Grouping.Kind.BY, labels);
  }

  /**
   * Refuses what cannot be a variant.
   *
   * @throws LokiException INTERNAL with Loki's text
   */
  private static void check(List<MetricExpr> variants) {
    for (int i = 0; i < variants.size(); i++) {
      if (!takesLines(variants.get(i))) {
        throw new LokiException(ErrorKind.INTERNAL, "expected 1 extractor for variant " + i + ", got 0");
      }
    }
    for (MetricExpr variant : variants) {
      MetricExpr range = variant instanceof MetricExpr.VectorAggregation v ? v.inner() : variant;
      if (!(range instanceof MetricExpr.RangeAggregation)) {
        throw new LokiException(
            ErrorKind.INTERNAL, "expected range aggregation expression but got " + goType(range));
      }
    }
  }

  /** Whether there are lines at the left end of an expression, which is where Loki looks. */
  private static boolean takesLines(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.RangeAggregation _, MetricExpr.Variants _ -> true;
      case MetricExpr.VectorAggregation v -> takesLines(v.inner());
      case MetricExpr.LabelReplace l -> takesLines(l.inner());
      case MetricExpr.Binary b -> takesLines(b.left());
      case MetricExpr.Literal _, MetricExpr.Vector _ -> false;
    };
  }

  private static String goType(MetricExpr expr) {
    return switch (expr) {
      case MetricExpr.RangeAggregation _ -> "*syntax.RangeAggregationExpr";
      case MetricExpr.VectorAggregation _ -> "*syntax.VectorAggregationExpr";
      case MetricExpr.LabelReplace _ -> "*syntax.LabelReplaceExpr";
      case MetricExpr.Binary _ -> "*syntax.BinOpExpr";
      case MetricExpr.Literal _ -> "*syntax.LiteralExpr";
      case MetricExpr.Vector _ -> "*syntax.VectorExpr";
      case MetricExpr.Variants _ -> "*syntax.MultiVariantExpr";
    };
  }
}
