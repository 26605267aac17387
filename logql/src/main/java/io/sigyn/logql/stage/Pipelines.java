package io.sigyn.logql.stage;

import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.ParseErrors;
import io.sigyn.logql.syntax.PatternPart;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.StageExpr;
import io.sigyn.logql.syntax.StageExpr.Extraction;
import java.util.ArrayList;
import java.util.List;

/** Trees of stages to pipelines. */
public final class Pipelines {
  private Pipelines() {}

  /**
   * Compiles with all rewrites.
   *
   * @throws LokiException BAD_REQUEST when a stage cannot be set up
   */
  public static Pipeline of(List<StageExpr> exprs, Use use) {
    return of(exprs, use, Rewrites.all());
  }

  /**
   * Compiles.
   *
   * @throws LokiException BAD_REQUEST when a stage cannot be set up
   */
  public static Pipeline of(List<StageExpr> exprs, Use use, Rewrites rewrites) {
    List<StageExpr> ordered = filtersFirst(withoutIdleFormats(exprs, use, rewrites), rewrites);
    ParserHints hints = HintsFinder.find(ordered, use, rewrites);
    List<LineTest> tests = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    List<Pipeline.Step> steps = new ArrayList<>();
    boolean wholeBlocks = rewrites.has(Rule.WHOLE_BLOCKS);
    for (StageExpr expr : ordered) {
      if (expr instanceof StageExpr.LineFilter filter) {
        LineTest test = LineTests.of(filter, rewrites);
        if (test instanceof LineTest.All) {
          steps.add(new Pipeline.Step(Printer.print(expr), "always true, left out"));
          continue;
        }
        if (stages.isEmpty() && wholeBlocks) {
          tests.add(test);
          steps.add(new Pipeline.Step(Printer.print(expr), "over whole blocks"));
        } else {
          stages.add(line -> test.test(line.text(), line.from(), line.to()));
          steps.add(new Pipeline.Step(Printer.print(expr), "line by line"));
        }
      } else {
        stages.add(stage(expr, hints));
        steps.add(new Pipeline.Step(Printer.print(expr), ""));
      }
    }
    List<LineTest> pruning = rewrites.has(Rule.TEXT_PRUNING) ? tests : List.of();
    if (!tests.isEmpty()) {
      rewrites.note(Rule.WHOLE_BLOCKS, "line filters: " + tests.size());
    }
    if (pruning.stream().anyMatch(LineTest::prunes)) {
      rewrites.note(Rule.TEXT_PRUNING, "blocks without a needed text are skipped");
    }
    List<StreamTest> streamTests =
        rewrites.has(Rule.STREAM_FILTERS)
            ? StreamTests.of(ordered, text -> rewrites.note(Rule.STREAM_FILTERS, text + " where a stream has the label"))
            : List.of();
    return new Pipeline(tests, pruning, streamTests, stages, HintsFinder.asksForErrors(ordered, use), steps);
  }

  /**
   * Line filters move up to the last stage that changes lines or drops some. Observable only behind {@code decolorize},
   * where the filter sees the colours; that is so without the rule, too.
   */
  private static List<StageExpr> filtersFirst(List<StageExpr> exprs, Rewrites rewrites) {
    boolean all = rewrites.has(Rule.LINE_FILTERS_FIRST);
    List<StageExpr> ordered = new ArrayList<>();
    int barrier = 0;
    for (StageExpr expr : exprs) {
      switch (expr) {
        case StageExpr.LineFilter _ when all -> {
          if (barrier < ordered.size()) {
            rewrites.note(
                Rule.LINE_FILTERS_FIRST, Printer.print(expr) + " before " + Printer.print(ordered.get(barrier)));
          }
          ordered.add(barrier++, expr);
        }
        case StageExpr.LineFilter _ -> ordered.add(beforeColours(ordered, barrier), expr);
        case StageExpr.LabelFilter _, StageExpr.LineFormat _, StageExpr.Unpack _ -> {
          ordered.add(expr);
          barrier = ordered.size();
        }
        case StageExpr.Json _,
            StageExpr.Logfmt _,
            StageExpr.Regexp _,
            StageExpr.Pattern _,
            StageExpr.LabelFormat _,
            StageExpr.Decolorize _,
            StageExpr.Drop _,
            StageExpr.Keep _ ->
            ordered.add(expr);
      }
    }
    return ordered;
  }

  /** The first {@code decolorize} behind the barrier, or the end. */
  private static int beforeColours(List<StageExpr> ordered, int barrier) {
    for (int i = barrier; i < ordered.size(); i++) {
      if (ordered.get(i) instanceof StageExpr.Decolorize) {
        return i;
      }
    }
    return ordered.size();
  }

  /** A metric query that does not look at a formatted line does not format it, so that no error comes from it either. */
  private static List<StageExpr> withoutIdleFormats(List<StageExpr> exprs, Use use, Rewrites rewrites) {
    if (use.kind() == Use.Kind.LOGS || use.bytes() || !rewrites.has(Rule.IDLE_FORMATS)) {
      return exprs;
    }
    List<StageExpr> kept = new ArrayList<>();
    for (int i = 0; i < exprs.size(); i++) {
      StageExpr expr = exprs.get(i);
      if (expr instanceof StageExpr.LineFormat
          && exprs.subList(i + 1, exprs.size()).stream().noneMatch(Pipelines::readsLine)) {
        rewrites.note(Rule.IDLE_FORMATS, "left out: " + Printer.print(expr));
        continue;
      }
      kept.add(expr);
    }
    return kept;
  }

  private static boolean readsLine(StageExpr expr) {
    return switch (expr) {
      case StageExpr.LineFilter _,
          StageExpr.Json _,
          StageExpr.Logfmt _,
          StageExpr.Regexp _,
          StageExpr.Pattern _,
          StageExpr.Unpack _ ->
          true;
      case StageExpr.LabelFilter _,
          StageExpr.LineFormat _,
          StageExpr.LabelFormat _,
          StageExpr.Decolorize _,
          StageExpr.Drop _,
          StageExpr.Keep _ ->
          false;
    };
  }

  private static Stage stage(StageExpr expr, ParserHints hints) {
    try {
      return switch (expr) {
        case StageExpr.LineFilter _ -> throw new IllegalStateException("a line filter is a test");
        case StageExpr.Json j when j.extractions().isEmpty() -> new JsonStage(hints);
        case StageExpr.Json j ->
            new JsonPathStage(
                j.extractions().stream().map(Extraction::label).toList(),
                j.extractions().stream().map(e -> JsonPath.parse(e.source())).toList(),
                hints);
        case StageExpr.Logfmt l when l.extractions().isEmpty() -> new LogfmtStage(l.strict(), l.keepEmpty(), hints);
        case StageExpr.Logfmt l ->
            new LogfmtPickStage(
                l.strict(),
                l.extractions().stream()
                    .map(e -> new Extraction(e.label(), LogfmtPickStage.key(e.source())))
                    .toList(),
                hints);
        case StageExpr.Regexp r -> new RegexpStage(GoRegexp.compile(r.regexp()), hints);
        case StageExpr.Pattern p -> new PatternStage(PatternPart.parse(p.pattern()), hints);
        case StageExpr.Unpack _ -> new UnpackStage(hints);
        case StageExpr.LabelFilter f -> {
          LabelTest test = LabelTests.of(f.filter());
          yield line -> test.test(line.labels());
        }
        case StageExpr.LineFormat f -> new LineFormatStage(f.template());
        case StageExpr.LabelFormat f -> new LabelFormatStage(f.formats());
        case StageExpr.Decolorize _ -> new DecolorizeStage();
        case StageExpr.Drop d -> new DropStage(d.picks());
        case StageExpr.Keep k -> new KeepStage(k.picks());
      };
    } catch (IllegalArgumentException e) {
      throw ParseErrors.stage(Printer.print(expr), String.valueOf(e.getMessage()));
    }
  }
}
