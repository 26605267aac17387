package io.sigyn.logql.syntax;

import io.sigyn.error.LokiException;
import java.util.ArrayDeque;
import java.util.Deque;

/** How deep a tree may be: everybody behind the parser follows it by recursion. Chains of operators are deep, too. */
final class Nesting {
  private static final int MAX_DEPTH = 1_000;

  /** A node of the tree: an {@link Expr} or a {@link LabelFilterExpr}. */
  private record Level(Object node, int depth) {}

  private final Deque<Level> open = new ArrayDeque<>();

  private Nesting() {}

  /**
   * Looks at the whole tree.
   *
   * @throws LokiException BAD_REQUEST when it is too deep
   */
  static void check(Expr expr) {
    Nesting nesting = new Nesting();
    nesting.push(expr, 1);
    while (!nesting.open.isEmpty()) {
      Level level = nesting.open.pop();
      if (level.depth > MAX_DEPTH) {
        throw tooDeep();
      }
      switch (level.node) {
        case Expr inner -> nesting.expr(inner, level.depth + 1);
        case LabelFilterExpr filter -> nesting.filter(filter, level.depth + 1);
        default -> throw new IllegalStateException(level.node.toString());
      }
    }
  }

  static LokiException tooDeep() {
    return ParseErrors.general("expression is nested too deeply");
  }

  private void push(Object node, int depth) {
    open.push(new Level(node, depth));
  }

  private void expr(Expr expr, int depth) {
    switch (expr) {
      case LogExpr logs -> stages(logs, depth);
      case MetricExpr.RangeAggregation r -> range(r.range(), depth);
      case MetricExpr.VectorAggregation v -> push(v.inner(), depth);
      case MetricExpr.LabelReplace l -> push(l.inner(), depth);
      case MetricExpr.Binary b -> {
        push(b.left(), depth);
        push(b.right(), depth);
      }
      case MetricExpr.Variants v -> {
        v.variants().forEach(variant -> push(variant, depth));
        range(v.of(), depth);
      }
      case MetricExpr.Literal _, MetricExpr.Vector _ -> {}
    }
  }

  private void range(MetricExpr.LogRange range, int depth) {
    stages(range.logs(), depth);
    range.unwrap().filters().forEach(filter -> push(filter, depth));
  }

  private void stages(LogExpr logs, int depth) {
    for (StageExpr stage : logs.stages()) {
      if (stage instanceof StageExpr.LabelFilter labels) {
        push(labels.filter(), depth);
      }
    }
  }

  private void filter(LabelFilterExpr filter, int depth) {
    switch (filter) {
      case LabelFilterExpr.And a -> {
        push(a.left(), depth);
        push(a.right(), depth);
      }
      case LabelFilterExpr.Or o -> {
        push(o.left(), depth);
        push(o.right(), depth);
      }
      case LabelFilterExpr.Text _,
          LabelFilterExpr.Ip _,
          LabelFilterExpr.Numeric _,
          LabelFilterExpr.Duration _,
          LabelFilterExpr.Bytes _ -> {}
    }
  }
}
