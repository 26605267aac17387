package io.sigyn.server.read;

import io.sigyn.logql.syntax.Expr;

/** The kinds of queries that the list of blocked queries knows. */
final class QueryKinds {
  private QueryKinds() {}

  /** {@code metric} for metric queries, {@code limited} for a bare selector, {@code filter} for one with stages. */
  static String of(Expr expr, QueryRequest request) {
    if (!expr.isLogQuery()) {
      return "metric";
    }
    return request.query().strip().endsWith("}") && !request.query().contains("|") ? "limited" : "filter";
  }
}
