package io.sigyn.logql.explain;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.model.Direction;
import io.sigyn.model.Selection;
import io.sigyn.model.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plans to trees of words. */
public final class Explainer {
  private final Estimator estimator;

  private Explainer(Estimator estimator) {
    this.estimator = estimator;
  }

  /**
   * Explains a plan that was not run yet.
   *
   * @param rewrites the plan was made with
   */
  public static Explanation explain(Expr expr, Plan plan, Rewrites rewrites, Estimator estimator) {
    List<Rule> off = Arrays.stream(Rule.values()).filter(rule -> !rewrites.has(rule)).toList();
    Node root = new Explainer(estimator).node(plan);
    return new Explanation(expr.toString(), root, rewrites.applied(), off, Optional.empty());
  }

  private Node node(Plan plan) {
    return switch (plan) {
      case Plan.LogQuery q -> {
        Node scan = scan(q.logs(), q.range(), q.direction(), Selection.Order.TIME);
        String order = q.direction() == Direction.BACKWARD ? "newest" : "oldest";
        String interval = q.interval() == 0 ? "" : ", no two closer than " + length(q.interval());
        yield Node.of("the " + order + " " + q.limit() + " lines" + interval, scan);
      }
      case Plan.MetricQuery q -> {
        Node root = node(q.root(), q.steps());
        yield switch (q.order()) {
          case LABELS -> root;
          case ASCENDING -> Node.of("sorted by value", root);
          case DESCENDING -> Node.of("sorted by value, largest first", root);
        };
      }
    };
  }

  private Node node(MetricPlan plan, Steps steps) {
    return switch (plan) {
      case MetricPlan.Range r -> range(r, steps);
      case MetricPlan.Variants v -> variants(v, steps);
      case MetricPlan.Absent a -> absent(a, range(a.lines(), steps));
      case MetricPlan.Aggregate a -> aggregate(a, node(a.inner(), steps));
      case MetricPlan.Binary b ->
          Node.of(
              b.op().text() + Printer.matching(b.matching()), node(b.left(), steps), node(b.right(), steps));
      case MetricPlan.Average a ->
          Node.of("what was measured by all lines", node(a.sum(), steps), node(a.lines(), steps));
      case MetricPlan.BinaryScalar b -> {
        String number = GoFormat.general(b.scalar());
        String bool = b.returnBool() ? " bool" : "";
        yield Node.of(
            b.scalarLeft() ? number + " " + b.op().text() + bool + " each" : "each " + b.op().text() + bool + " " + number,
            node(b.series(), steps));
      }
      case MetricPlan.Scalar s -> Node.of("the number " + GoFormat.general(s.value()));
      case MetricPlan.Vector v -> Node.of("one series of " + GoFormat.general(v.value()));
      case MetricPlan.Replace r ->
          Node.of("label_replace " + r.destination() + " from " + r.source(), node(r.inner(), steps));
    };
  }

  /** Each variant with what it does itself, then the lines of all of them. */
  private Node variants(MetricPlan.Variants v, Steps steps) {
    List<Node> inputs = new ArrayList<>();
    for (MetricPlan.Variant variant : v.variants()) {
      Node range = Node.of(operation(variant.range(), steps));
      inputs.add(over(variant.plan(), range.with(steps(variant.range().logs().pipeline().steps()))));
    }
    if (!v.ranges().isEmpty()) {
      TimeRange times = MetricPlan.Range.times(v.ranges(), steps);
      inputs.add(scan(v.logs(), times, Direction.FORWARD, Selection.Order.STREAM));
    }
    return Node.of("variants, read once", inputs.toArray(new Node[0]));
  }

  /** A variant over its range. */
  private Node over(MetricPlan plan, Node range) {
    return switch (plan) {
      case MetricPlan.Absent a -> absent(a, range);
      case MetricPlan.Aggregate a -> aggregate(a, over(a.inner(), range));
      case MetricPlan.Range _,
          MetricPlan.Variants _,
          MetricPlan.Binary _,
          MetricPlan.Average _,
          MetricPlan.BinaryScalar _,
          MetricPlan.Scalar _,
          MetricPlan.Vector _,
          MetricPlan.Replace _ ->
          range;
    };
  }

  private static Node absent(MetricPlan.Absent a, Node lines) {
    return Node.of("1 as " + a.labels() + " where there is nothing", lines);
  }

  private static Node aggregate(MetricPlan.Aggregate a, Node inner) {
    return Node.of(a.op().text() + (a.op().takesK() ? " " + a.k() : "") + clause(a.grouping()), inner);
  }

  private Node range(MetricPlan.Range r, Steps steps) {
    String operation = operation(r, steps);
    if (r.window() == 0) {
      return Node.of(operation);
    }
    return Node.of(operation, scan(r.logs(), r.times(steps), Direction.FORWARD, Selection.Order.STREAM));
  }

  private static String operation(MetricPlan.Range r, Steps steps) {
    String when =
        steps.count() == 1 ? "at one step" : "at " + steps.count() + " steps of " + length(steps.step());
    String key =
        switch (r.key()) {
          case MetricPlan.KeepAll _ -> "all labels";
          case MetricPlan.KeepGroup g when g.grouping().kind() == Grouping.Kind.NONE -> "no labels";
          case MetricPlan.KeepGroup g -> "labels" + clause(g.grouping());
        };
    String measured = r.sampler().map(sampler -> " of " + sampler.label()).orElse("");
    String known = r.summarises() ? ", counted from block statistics where blocks lie in one window" : "";
    String operation =
        "%s%s over %s %s, series by %s%s"
            .formatted(r.op().text(), measured, GoDurations.formatPrometheus(r.window()), when, key, known);
    return r.window() == 0 ? operation + ", so nothing is read" : operation;
  }

  private Node scan(Plan.Logs logs, TimeRange range, Direction direction, Selection.Order order) {
    Selection selection = logs.selection(range, direction, order);
    String operation =
        "scan %s from %s to %s, %s"
            .formatted(
                Printer.selector(selection.matchers()),
                time(range.start()),
                time(range.end()),
                order == Selection.Order.STREAM ? "stream by stream" : "by time");
    Estimate estimate = estimator.estimate(selection.matchers(), range);
    return new Node(operation, steps(logs.pipeline().steps()), Optional.of(estimate), List.of());
  }

  private static List<String> steps(List<Pipeline.Step> steps) {
    return steps.stream()
        .map(step -> step.how().isEmpty() ? step.text() : step.text() + "  (" + step.how() + ")")
        .toList();
  }

  private static String clause(Grouping grouping) {
    return grouping.isSignificant() ? Printer.grouping(grouping) : "";
  }

  private static String length(long nanos) {
    return GoDurations.formatGo(nanos).toLowerCase(Locale.ROOT);
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)).toString();
  }
}
