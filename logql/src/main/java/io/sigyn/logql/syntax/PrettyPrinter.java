package io.sigyn.logql.syntax;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import java.util.List;
import java.util.StringJoiner;

/** Tree to text for people: canonical where that is short, one construct a line where it is long. */
public final class PrettyPrinter {
  /** A construct of more characters is laid out over several lines. */
  private static final int MAX_LINE = 100;

  private static final String INDENT = "  ";

  private PrettyPrinter() {}

  /** The text. */
  public static String print(Expr expr) {
    return print(expr, 0);
  }

  private static String print(Expr expr, int level) {
    String canonical = expr.toString();
    boolean isShort = canonical.length() <= MAX_LINE && !(expr instanceof MetricExpr.Variants);
    if (isShort) {
      return indent(level) + canonical;
    }
    return switch (expr) {
      case LogExpr logs -> logs(logs, level);
      case MetricExpr.RangeAggregation r ->
          call(
              r.op().text(),
              r.op() == RangeOp.QUANTILE_OVER_TIME
                  ? List.of(indent(level + 1) + GoFormat.general(r.quantile()), range(r.range(), level + 1))
                  : List.of(range(r.range(), level + 1)),
              level)
              + (r.grouping().kind() == Grouping.Kind.NONE ? "" : grouping(r.grouping()));
      case MetricExpr.VectorAggregation v ->
          call(
              v.op().text() + (v.grouping().isSignificant() ? grouping(v.grouping()) : ""),
              v.op().takesK()
                  ? List.of(indent(level + 1) + v.k(), print(v.inner(), level + 1))
                  : List.of(print(v.inner(), level + 1)),
              level);
      case MetricExpr.Binary b ->
          print(b.left(), level + 1)
              + "\n"
              + indent(level)
              + b.op().text()
              + Printer.matching(b.matching())
              + "\n"
              + print(b.right(), level + 1);
      case MetricExpr.LabelReplace l ->
          call(
              "label_replace",
              List.of(
                  print(l.inner(), level + 1),
                  indent(level + 1) + RawText.quote(l.destination()),
                  indent(level + 1) + RawText.quote(l.replacement()),
                  indent(level + 1) + RawText.quote(l.source()),
                  indent(level + 1) + RawText.quote(l.regexp())),
              level);
      case MetricExpr.Variants v ->
          call("variants", v.variants().stream().map(one -> print(one, level + 1)).toList(), level)
              + " of (\n"
              + range(v.of(), level + 1)
              + "\n"
              + indent(level)
              + ")";
      case MetricExpr.Literal _, MetricExpr.Vector _ -> indent(level) + canonical;
    };
  }

  /** Neighbouring line filters share a line. */
  private static String logs(LogExpr logs, int level) {
    StringBuilder out = new StringBuilder(indent(level)).append(Printer.selector(logs.matchers()));
    boolean afterFilter = false;
    for (StageExpr stage : logs.stages()) {
      boolean filter = stage instanceof StageExpr.LineFilter;
      out.append(filter && afterFilter ? " " : "\n" + indent(level + 1)).append(Printer.print(stage));
      afterFilter = filter;
    }
    return out.toString();
  }

  private static String range(LogRange range, int level) {
    StringBuilder unwrap = new StringBuilder();
    Printer.unwrapParts(range.unwrap()).forEach(part -> unwrap.append('\n').append(indent(level + 1)).append(part));
    return print(range.logs(), level)
        + unwrap
        + " ["
        + GoDurations.formatPrometheus(range.range())
        + "]"
        + (range.offset() == 0 ? "" : " offset " + GoDurations.formatPrometheus(range.offset()));
  }

  private static String call(String function, List<String> arguments, int level) {
    StringJoiner out = new StringJoiner(",\n", indent(level) + function + "(\n", "\n" + indent(level) + ")");
    arguments.forEach(out::add);
    return out.toString();
  }

  private static String grouping(Grouping grouping) {
    return (grouping.kind() == Grouping.Kind.WITHOUT ? " without (" : " by (")
        + String.join(", ", grouping.labels())
        + ")";
  }

  private static String indent(int level) {
    return INDENT.repeat(level);
  }
}
