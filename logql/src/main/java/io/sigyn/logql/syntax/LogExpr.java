package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/**
 * A stream selector and the stages its lines go through.
 *
 * @param at offset of the opening brace
 */
public record LogExpr(List<LabelMatcher> matchers, List<StageExpr> stages, int at) implements Expr {
  /** Copies the lists. */
  public LogExpr {
    matchers = List.copyOf(matchers);
    stages = List.copyOf(stages);
  }

  @Override
  public boolean isLogQuery() {
    return true;
  }

  @Override
  public List<List<LabelMatcher>> selectors() {
    return List.of(matchers);
  }

  @Override
  public String toString() {
    return Printer.print(this);
  }
}
