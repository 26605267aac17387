package io.sigyn.logql.syntax;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which tokens are aggregations, and what aggregations over series may be given. */
final class MetricOps {
  private MetricOps() {}

  static @Nullable RangeOp range(TokenKind kind) {
    return switch (kind) {
      case COUNT_OVER_TIME -> RangeOp.COUNT_OVER_TIME;
      case RATE -> RangeOp.RATE;
      case RATE_COUNTER -> RangeOp.RATE_COUNTER;
      case BYTES_OVER_TIME -> RangeOp.BYTES_OVER_TIME;
      case BYTES_RATE -> RangeOp.BYTES_RATE;
      case AVG_OVER_TIME -> RangeOp.AVG_OVER_TIME;
      case SUM_OVER_TIME -> RangeOp.SUM_OVER_TIME;
      case MIN_OVER_TIME -> RangeOp.MIN_OVER_TIME;
      case MAX_OVER_TIME -> RangeOp.MAX_OVER_TIME;
      case STDVAR_OVER_TIME -> RangeOp.STDVAR_OVER_TIME;
      case STDDEV_OVER_TIME -> RangeOp.STDDEV_OVER_TIME;
      case QUANTILE_OVER_TIME -> RangeOp.QUANTILE_OVER_TIME;
      case FIRST_OVER_TIME -> RangeOp.FIRST_OVER_TIME;
      case LAST_OVER_TIME -> RangeOp.LAST_OVER_TIME;
      case ABSENT_OVER_TIME -> RangeOp.ABSENT_OVER_TIME;
      default -> null;
    };
  }

  static @Nullable VectorOp vector(TokenKind kind) {
    return switch (kind) {
      case SUM -> VectorOp.SUM;
      case AVG -> VectorOp.AVG;
      case COUNT -> VectorOp.COUNT;
      case MAX -> VectorOp.MAX;
      case MIN -> VectorOp.MIN;
      case STDDEV -> VectorOp.STDDEV;
      case STDVAR -> VectorOp.STDVAR;
      case BOTTOMK -> VectorOp.BOTTOMK;
      case TOPK -> VectorOp.TOPK;
      case SORT -> VectorOp.SORT;
      case SORT_DESC -> VectorOp.SORT_DESC;
      case APPROX_TOPK -> VectorOp.APPROX_TOPK;
      default -> null;
    };
  }

  /** The aggregation, or what {@code refuse} makes of the reason why there is none. */
  static MetricExpr aggregation(
      VectorOp op,
      String parameter,
      MetricExpr inner,
      Grouping grouping,
      int at,
      Function<String, MetricExpr> refuse) {
    int k = 0;
    if (op.takesK()) {
      if (parameter.isEmpty()) {
        return refuse.apply("parameter required for operation " + op.text());
      }
      try {
        k = Integer.parseInt(parameter);
      } catch (NumberFormatException e) {
        return refuse.apply("invalid parameter " + op.text() + "(" + parameter + ",");
      }
      if (k <= 0) {
        return refuse.apply("invalid parameter (must be greater than 0) " + op.text() + "(" + parameter);
      }
      if (op == VectorOp.APPROX_TOPK && grouping.kind() != Grouping.Kind.NONE) {
        return refuse.apply("grouping not allowed for approx_topk aggregation");
      }
    } else if (!parameter.isEmpty()) {
      return refuse.apply("unsupported parameter for operation " + op.text() + "(" + parameter + ",");
    }
    if ((op == VectorOp.SORT || op == VectorOp.SORT_DESC) && !grouping.labels().isEmpty()) {
      return refuse.apply("sort and sort_desc doesn't allow grouping by ");
    }
    return new MetricExpr.VectorAggregation(op, k, inner, grouping, at);
  }
}
