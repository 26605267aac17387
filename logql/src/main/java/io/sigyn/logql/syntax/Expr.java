package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/**
 * A parsed query. Immutable. {@code toString} is the canonical text: parsing it again gives the same tree, apart from
 * offsets, which count code points from the start of the text.
 */
public sealed interface Expr permits LogExpr, MetricExpr {
  /** Whether the answer is log lines; otherwise it is samples or a number. */
  boolean isLogQuery();

  /** The matchers of every stream selector in the query, in order of appearance. */
  List<List<LabelMatcher>> selectors();

  /** Where the expression starts. */
  int at();
}
