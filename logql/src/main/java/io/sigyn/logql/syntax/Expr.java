package io.sigyn.logql.syntax;

import io.sigyn.model.LabelMatcher;
import java.util.List;

/** A parsed query. Immutable. {@code toString} is the canonical text. */
public interface Expr {
  /** Whether the answer is log lines; otherwise it is samples or a number. */
  boolean isLogQuery();

  /** The matchers of every stream selector in the query, in order of appearance. */
  List<List<LabelMatcher>> selectors();
}
