package io.sigyn.logql.engine;

import io.sigyn.logql.syntax.Expr;
import io.sigyn.result.QueryResult;

/** Evaluates queries. Stateless. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class Engine {
  private Engine() {}

  /**
   * Runs a query to its end.
   *
   * @throws io.sigyn.error.LokiException with Loki's text for whatever is wrong with the query, CANCELLED or TIMEOUT
   */
  public static QueryResult run(Expr expr, QueryParams params, EntrySource source, QueryContext context) {
    throw new UnsupportedOperationException();
  }
}
