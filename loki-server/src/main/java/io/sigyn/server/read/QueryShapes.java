package io.sigyn.server.read;

import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.server.read.cache.Reach;

/** What limits want to know about a query's form. */
final class QueryShapes {
  private QueryShapes() {}

  /**
   * {@code metric} for metric queries, {@code limited} for a bare selector, {@code filter} for one
   * with stages.
   */
  static String type(Expr expr) {
    return switch (expr) {
      case MetricExpr _ -> "metric";
      case LogExpr logs -> logs.stages().isEmpty() ? "limited" : "filter";
    };
  }

  /**
   * The longest window in brackets, in nanoseconds; 0 when there is none. Of variants it is the longest of theirs: no
   * line before it is read.
   */
  static long longestWindow(Expr expr) {
    return switch (expr) {
      case LogExpr _, MetricExpr.Literal _, MetricExpr.Vector _ -> 0;
      case MetricExpr.RangeAggregation range -> range.range().range();
      case MetricExpr.VectorAggregation vector -> longestWindow(vector.inner());
      case MetricExpr.LabelReplace replace -> longestWindow(replace.inner());
      case MetricExpr.Binary binary ->
          Math.max(longestWindow(binary.left()), longestWindow(binary.right()));
      case MetricExpr.Variants variants ->
          variants.variants().stream().mapToLong(QueryShapes::longestWindow).max().orElse(0);
    };
  }

  /** Which entries decide a point. */
  static Reach reach(Expr expr) {
    return switch (expr) {
      case LogExpr _, MetricExpr.Literal _, MetricExpr.Vector _ -> Reach.NONE;
      case MetricExpr.RangeAggregation range -> reach(range.range());
      case MetricExpr.VectorAggregation vector -> reach(vector.inner());
      case MetricExpr.LabelReplace replace -> reach(replace.inner());
      case MetricExpr.Binary binary -> reach(binary.left()).with(reach(binary.right()));
      case MetricExpr.Variants variants ->
          variants.variants().stream().map(QueryShapes::reach).reduce(reach(variants.of()), Reach::with);
    };
  }

  private static Reach reach(MetricExpr.LogRange range) {
    long back = range.range() + range.offset();
    boolean overflow = range.offset() > 0 && back < range.range();
    return new Reach(overflow ? Long.MAX_VALUE : Math.max(0, back), Math.max(0, -range.offset()));
  }

  /**
   * Whether two series of an answer may have the same labels, so that what they have at different points cannot be told
   * apart: {@code label_replace} does not care, and only aggregations that make groups put such series together again.
   */
  static boolean mayHaveTwins(Expr expr) {
    return switch (expr) {
      case LogExpr _, MetricExpr.Literal _, MetricExpr.Vector _, MetricExpr.RangeAggregation _, MetricExpr.Variants _ -> false;
      case MetricExpr.LabelReplace _ -> true;
      case MetricExpr.Binary binary -> mayHaveTwins(binary.left()) || mayHaveTwins(binary.right());
      case MetricExpr.VectorAggregation vector ->
          switch (vector.op()) {
            case SUM, AVG, COUNT, MAX, MIN, STDDEV, STDVAR -> false;
            case SORT, SORT_DESC, TOPK, BOTTOMK, APPROX_TOPK -> mayHaveTwins(vector.inner());
          };
    };
  }

  /** Whether a query has to read lines; counts mostly need not, and are over before another thread has looked. */
  static boolean readsLines(MetricPlan plan) {
    return switch (plan) {
      case MetricPlan.Range range -> !range.summarises();
      case MetricPlan.Variants variants -> variants.ranges().stream().anyMatch(range -> !range.summarises());
      case MetricPlan.Absent absent -> readsLines(absent.lines());
      case MetricPlan.Aggregate aggregate -> readsLines(aggregate.inner());
      case MetricPlan.Binary binary -> readsLines(binary.left()) || readsLines(binary.right());
      case MetricPlan.Average average -> readsLines(average.sum()) || readsLines(average.lines());
      case MetricPlan.BinaryScalar binary -> readsLines(binary.series());
      case MetricPlan.Replace replace -> readsLines(replace.inner());
      case MetricPlan.Scalar _, MetricPlan.Vector _ -> false;
    };
  }
}
