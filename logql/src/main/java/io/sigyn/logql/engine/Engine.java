package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.plan.Planner;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.result.QueryResult;

/** Evaluates queries. Stateless. */
public final class Engine {
  private Engine() {}

  /**
   * Runs a query to its end. Start and end of a metric query with a step are moved outwards to multiples of the step
   * here; callers pass them as they came.
   *
   * @throws LokiException with Loki's text for whatever is wrong with the query, CANCELLED or TIMEOUT
   */
  public static QueryResult run(Expr expr, QueryParams params, EntrySource source, QueryContext context) {
    return run(plan(expr, params, Rewrites.all()), source, context);
  }

  /**
   * Plans a query.
   *
   * @param rewrites which rules may be applied; is told what they did
   * @throws LokiException with Loki's text for whatever is wrong with the query
   */
  public static Plan plan(Expr expr, QueryParams params, Rewrites rewrites) {
    try {
      return Planner.plan(
          expr,
          params.start(),
          params.end(),
          params.step(),
          params.interval(),
          params.limit(),
          params.direction(),
          params.allowed(),
          rewrites);
    } catch (ArithmeticException e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "time out of range: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a plan to its end.
   *
   * @throws LokiException with Loki's text for whatever is wrong with the data, CANCELLED or TIMEOUT
   */
  public static QueryResult run(Plan plan, EntrySource source, QueryContext context) {
    try {
      return switch (plan) {
        case Plan.LogQuery query -> new LogQueryRun(query, source, context).run();
        case Plan.MetricQuery query -> new MetricQueryRun(query, source, context).run();
      };
    } catch (ArithmeticException e) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "time out of range: " + e.getMessage(), e);
    }
  }
}
