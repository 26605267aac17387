package io.sigyn.logql.stage;

import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.LabelFilterExpr;
import io.sigyn.logql.syntax.StageExpr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads off a pipeline which labels it asks for. */
final class HintsFinder {
  private static final String EXTRACTED = "_extracted";

  private final Set<String> required = new HashSet<>();
  private final Map<String, LabelTest> early = new HashMap<>();

  private HintsFinder() {}

  /**
   * Whether the query asks for lines with errors: it filters or groups by them. Compatible: conditions after {@code
   * unwrap} do not count, and neither does a query that keeps all labels.
   */
  static boolean asksForErrors(List<StageExpr> stages, Use use) {
    if (!use.isByLabels() && use.kind() != Use.Kind.NO_LABELS) {
      return false;
    }
    HintsFinder finder = new HintsFinder();
    stages.forEach(finder::add);
    use.grouping().labels().forEach(finder::require);
    return finder.required.contains(LabelScratch.ERROR);
  }

  static ParserHints find(List<StageExpr> stages, Use use, Rewrites rewrites) {
    HintsFinder finder = new HintsFinder();
    stages.forEach(finder::add);
    for (LabelFilterExpr filter : use.unwrap().filters()) {
      finder.addFilter(filter);
    }
    if (use.unwrap().isPresent()) {
      finder.require(use.unwrap().label());
    }
    use.grouping().labels().forEach(finder::require);
    boolean narrow = use.isByLabels() || use.kind() == Use.Kind.NO_LABELS;
    boolean hinted = narrow && rewrites.has(Rule.PARSER_HINTS);
    boolean early = !use.isByLabels() && rewrites.has(Rule.EARLY_TESTS);
    if (stages.stream().anyMatch(HintsFinder::makesLabels)) {
      if (hinted) {
        rewrites.note(
            Rule.PARSER_HINTS,
            finder.required.isEmpty()
                ? "no label is asked for, parsers do not run"
                : "parsers make only " + String.join(", ", new TreeSet<>(finder.required)));
      }
      if (early && !finder.early.isEmpty()) {
        rewrites.note(
            Rule.EARLY_TESTS,
            "tested by the parsers that make them: " + String.join(", ", new TreeSet<>(finder.early.keySet())));
      }
    }
    return new ParserHints(
        hinted ? finder.required : null,
        hinted && use.kind() == Use.Kind.NO_LABELS,
        early ? finder.early : Map.of());
  }

  private static boolean makesLabels(StageExpr stage) {
    return switch (stage) {
      case StageExpr.Json _,
          StageExpr.Logfmt _,
          StageExpr.Regexp _,
          StageExpr.Pattern _,
          StageExpr.Unpack _ ->
          true;
      case StageExpr.LineFilter _,
          StageExpr.LabelFilter _,
          StageExpr.LineFormat _,
          StageExpr.LabelFormat _,
          StageExpr.Decolorize _,
          StageExpr.Drop _,
          StageExpr.Keep _ ->
          false;
    };
  }

  private void add(StageExpr stage) {
    switch (stage) {
      case StageExpr.LabelFilter f -> addFilter(f.filter());
      case StageExpr.LabelFormat f -> {
        for (StageExpr.Format format : f.formats()) {
          if (format.isTemplate()) {
            Templates.fields(format.value()).forEach(this::require);
          } else {
            require(format.value());
          }
        }
      }
      case StageExpr.LineFormat f -> Templates.fields(f.template()).forEach(this::require);
      case StageExpr.LineFilter _,
          StageExpr.Json _,
          StageExpr.Logfmt _,
          StageExpr.Regexp _,
          StageExpr.Pattern _,
          StageExpr.Unpack _,
          StageExpr.Decolorize _,
          StageExpr.Drop _,
          StageExpr.Keep _ -> {}
    }
  }

  private void addFilter(LabelFilterExpr filter) {
    String name = nameOf(filter);
    if (!name.isEmpty()) {
      require(name);
      early.computeIfAbsent(name, n -> LabelTests.of(filter));
      return;
    }
    switch (filter) {
      case LabelFilterExpr.And a -> {
        requireAll(a.left());
        requireAll(a.right());
      }
      case LabelFilterExpr.Or o -> {
        requireAll(o.left());
        requireAll(o.right());
      }
      case LabelFilterExpr.Text _,
          LabelFilterExpr.Ip _,
          LabelFilterExpr.Numeric _,
          LabelFilterExpr.Duration _,
          LabelFilterExpr.Bytes _ -> {}
    }
  }

  private void requireAll(LabelFilterExpr filter) {
    switch (filter) {
      case LabelFilterExpr.And a -> {
        requireAll(a.left());
        requireAll(a.right());
      }
      case LabelFilterExpr.Or o -> {
        requireAll(o.left());
        requireAll(o.right());
      }
      case LabelFilterExpr.Text _,
          LabelFilterExpr.Ip _,
          LabelFilterExpr.Numeric _,
          LabelFilterExpr.Duration _,
          LabelFilterExpr.Bytes _ ->
          require(nameOf(filter));
    }
  }

  /** The label of a plain condition; empty for a combination. */
  private static String nameOf(LabelFilterExpr filter) {
    return switch (filter) {
      case LabelFilterExpr.Text t -> t.matcher().name();
      case LabelFilterExpr.Ip i -> i.name();
      case LabelFilterExpr.Numeric n -> n.name();
      case LabelFilterExpr.Duration d -> d.name();
      case LabelFilterExpr.Bytes b -> b.name();
      case LabelFilterExpr.And _, LabelFilterExpr.Or _ -> "";
    };
  }

  private void require(String name) {
    required.add(name);
    if (name.endsWith(EXTRACTED)) {
      required.add(name.substring(0, name.length() - EXTRACTED.length()));
    }
  }
}
