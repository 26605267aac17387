package io.sigyn.logql.stage;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.syntax.Printer;
import io.sigyn.logql.syntax.StageExpr;
import java.util.ArrayList;
import java.util.List;

/** Trees of stages to pipelines. */
public final class Pipelines {
  private Pipelines() {}

  /**
   * Compiles.
   *
   * @throws LokiException BAD_REQUEST when a stage cannot be set up
   */
  public static Pipeline of(List<StageExpr> exprs) {
    List<LineTest> tests = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (StageExpr expr : exprs) {
      if (expr instanceof StageExpr.LineFilter filter) {
        LineTest test = LineTests.of(filter);
        if (!(test instanceof LineTest.All)) {
          tests.add(test);
        }
      } else {
        throw unsupported(Printer.print(expr));
      }
    }
    return new Pipeline(tests, stages);
  }

  /** The answer to what is understood but not run. */
  public static LokiException unsupported(String what) {
    return new LokiException(ErrorKind.BAD_REQUEST, "this version does not run '" + what + "' yet");
  }
}
