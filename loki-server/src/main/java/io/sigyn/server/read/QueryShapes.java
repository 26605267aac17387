package io.sigyn.server.read;

import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;

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

  /** The longest window in brackets, in nanoseconds; 0 when there is none. */
  static long longestWindow(Expr expr) {
    return switch (expr) {
      case LogExpr _, MetricExpr.Literal _, MetricExpr.Vector _ -> 0;
      case MetricExpr.RangeAggregation range -> range.range().range();
      case MetricExpr.VectorAggregation vector -> longestWindow(vector.inner());
      case MetricExpr.LabelReplace replace -> longestWindow(replace.inner());
      case MetricExpr.Binary binary ->
          Math.max(longestWindow(binary.left()), longestWindow(binary.right()));
      case MetricExpr.Variants variants -> variants.of().range();
    };
  }
}
