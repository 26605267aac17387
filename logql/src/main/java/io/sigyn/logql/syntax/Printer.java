package io.sigyn.logql.syntax;

import io.sigyn.gocompat.GoDurations;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.logql.syntax.MetricExpr.Conversion;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.LogRange;
import io.sigyn.logql.syntax.MetricExpr.Matching;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.StageExpr.Extraction;
import io.sigyn.logql.syntax.StageExpr.LabelPick;
import io.sigyn.logql.syntax.StageExpr.Needle;
import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tree to canonical text, on one line. */
public final class Printer {
  private Printer() {}

  /** The canonical text. */
  public static String print(Expr expr) {
    return switch (expr) {
      case LogExpr logs -> print(logs);
      case MetricExpr metric -> print(metric);
    };
  }

  private static String print(LogExpr logs) {
    StringBuilder out = new StringBuilder(selector(logs.matchers()));
    for (StageExpr stage : logs.stages()) {
      out.append(' ').append(print(stage));
    }
    return out.toString();
  }

  /** The canonical text of a selector. */
  public static String selector(List<LabelMatcher> matchers) {
    return join(matchers, ", ", m -> name(m.name()) + m.operator() + RawText.quote(m.value()), "{", "}");
  }

  private static String name(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i > 0 && c >= '0' && c <= '9'))) {
        return RawText.quote(name);
      }
    }
    return name;
  }

  private static String matcher(LabelMatcher m) {
    return m.name() + m.operator() + RawText.quote(m.value());
  }

  /** The canonical text of a stage, its bar included. */
  public static String print(StageExpr stage) {
    return switch (stage) {
      case StageExpr.LineFilter f -> f.op().text + " " + join(f.alternatives(), " or ", Printer::needle, "", "");
      case StageExpr.Json j -> "| json" + extractions(j.extractions());
      case StageExpr.Logfmt l ->
          "| logfmt"
              + (l.strict() ? " --strict" : "")
              + (l.keepEmpty() ? " --keep-empty" : "")
              + extractions(l.extractions());
      case StageExpr.Regexp r -> "| regexp " + RawText.quote(r.regexp());
      case StageExpr.Pattern p -> "| pattern " + RawText.quote(p.pattern());
      case StageExpr.Unpack _ -> "| unpack";
      case StageExpr.LabelFilter f -> "| " + print(f.filter());
      case StageExpr.LineFormat f -> "| line_format " + RawText.quote(f.template());
      case StageExpr.LabelFormat f ->
          join(
              f.formats(),
              ",",
              x -> x.label() + "=" + (x.isTemplate() ? RawText.quote(x.value()) : x.value()),
              "| label_format ",
              "");
      case StageExpr.Decolorize _ -> "| decolorize";
      case StageExpr.Drop d -> join(d.picks(), ",", Printer::pick, "| drop ", "");
      case StageExpr.Keep k -> join(k.picks(), ",", Printer::pick, "| keep ", "");
    };
  }

  private static String needle(Needle needle) {
    return needle.ip() ? "ip(" + RawText.quote(needle.text()) + ")" : RawText.quote(needle.text());
  }

  private static String extractions(List<Extraction> extractions) {
    return extractions.isEmpty()
        ? ""
        : join(extractions, ",", e -> e.label() + "=" + RawText.quote(e.source()), " ", "");
  }

  private static String pick(LabelPick pick) {
    return switch (pick) {
      case LabelPick.Named n -> n.name();
      case LabelPick.Matching m -> matcher(m.matcher());
    };
  }

  /** The canonical text of a condition on labels. */
  public static String print(LabelFilterExpr filter) {
    return switch (filter) {
      case LabelFilterExpr.Text t -> matcher(t.matcher());
      case LabelFilterExpr.Ip i -> i.name() + (i.negated() ? "!=" : "=") + "ip(" + RawText.quote(i.pattern()) + ")";
      case LabelFilterExpr.Numeric n -> n.name() + n.comparison().text + GoFormat.general(n.limit());
      case LabelFilterExpr.Duration d -> d.name() + d.comparison().text + GoDurations.formatGo(d.limit());
      case LabelFilterExpr.Bytes b -> b.name() + b.comparison().text + HumanBytes.format(b.limit());
      case LabelFilterExpr.And a -> "( " + print(a.left()) + " , " + print(a.right()) + " )";
      case LabelFilterExpr.Or o -> "( " + print(o.left()) + " or " + print(o.right()) + " )";
    };
  }

  private static String print(MetricExpr metric) {
    return switch (metric) {
      case MetricExpr.RangeAggregation r ->
          r.op().text()
              + "("
              + (r.op() == RangeOp.QUANTILE_OVER_TIME ? GoFormat.general(r.quantile()) + "," : "")
              + print(r.range())
              + ")"
              + (r.grouping().kind() == Grouping.Kind.NONE ? "" : grouping(r.grouping()));
      case MetricExpr.VectorAggregation v ->
          v.op().text()
              + (v.grouping().isSignificant() ? grouping(v.grouping()) : "")
              + "("
              + (v.op().takesK() ? v.k() + "," : "")
              + print(v.inner())
              + ")";
      case MetricExpr.Binary b ->
          "(" + print(b.left()) + " " + b.op().text() + matching(b.matching()) + " " + print(b.right()) + ")";
      case MetricExpr.Literal l -> GoFormat.general(l.value());
      case MetricExpr.Vector v -> "vector(" + GoFormat.fixed6(v.value()) + ")";
      case MetricExpr.LabelReplace l ->
          "label_replace("
              + print(l.inner())
              + join(
                  List.of(l.destination(), l.replacement(), l.source(), l.regexp()),
                  "",
                  s -> "," + RawText.quote(s),
                  "",
                  ")");
      case MetricExpr.Variants v ->
          join(v.variants(), ", ", Printer::print, "variants(", ") of (") + print(v.of()) + ")";
    };
  }

  /** The canonical text of a clause that is one. */
  public static String grouping(Grouping grouping) {
    return (grouping.kind() == Grouping.Kind.WITHOUT ? " without (" : " by (")
        + String.join(",", grouping.labels())
        + ")";
  }

  /** The canonical text of what stands between an operator and its right side. */
  public static String matching(Matching matching) {
    StringBuilder out = new StringBuilder(matching.returnBool() ? " bool" : "");
    if (matching.scope() != Matching.Scope.ALL) {
      out.append(matching.scope() == Matching.Scope.ON ? " on (" : " ignoring (");
      out.append(String.join(",", matching.labels())).append(')');
      switch (matching.cardinality()) {
        case ONE_TO_ONE -> out.append(' ');
        case GROUP_LEFT -> out.append(" group_left (").append(String.join(",", matching.include())).append(')');
        case GROUP_RIGHT -> out.append(" group_right (").append(String.join(",", matching.include())).append(')');
      }
    }
    return out.toString();
  }

  private static String print(LogRange range) {
    return print(range.logs())
        + unwrap(range.unwrap())
        + "["
        + GoDurations.formatPrometheus(range.range())
        + "]"
        + (range.offset() == 0 ? "" : " offset " + GoDurations.formatGo(range.offset()));
  }

  static String unwrap(Unwrap unwrap) {
    return join(unwrapParts(unwrap), "", part -> " " + part, "", "");
  }

  /** The measurement and each condition after it; none without a measurement. */
  static List<String> unwrapParts(Unwrap unwrap) {
    List<String> parts = new ArrayList<>();
    if (unwrap.isPresent()) {
      parts.add(
          "| unwrap "
              + (unwrap.conversion() == Conversion.NUMBER
                  ? unwrap.label()
                  : unwrap.conversion().text + "(" + unwrap.label() + ")"));
      unwrap.filters().forEach(filter -> parts.add("| " + print(filter)));
    }
    return parts;
  }

  private static <T> String join(
      List<T> items, String separator, Function<T, String> print, String before, String after) {
    return items.stream().map(print).collect(Collectors.joining(separator, before, after));
  }
}
