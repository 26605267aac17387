package io.sigyn.server.read;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Pipelines;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.stage.Use;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.tombstone.RowFilter;
import org.jspecify.annotations.Nullable;

/** Evaluates the log queries that delete requests are stored with. Safe for use by many threads. */
public final class DeleteFilters implements RowFilter.Compiler {
  /**
   * The query of a request.
   *
   * @throws LokiException BAD_REQUEST when it is no log query
   */
  public static LogExpr parse(String query) {
    return switch (Parser.parse(query)) {
      case LogExpr logs -> logs;
      case MetricExpr _ -> throw new LokiException(ErrorKind.BAD_REQUEST, "a metric query selects no entries");
    };
  }

  @Override
  public RowFilter compile(String query, Labels stream) {
    return new Filter(Pipelines.of(parse(query).stages(), Use.LOGS));
  }

  /** The rows of a block that pass the tests on stored lines are found at once, the rest is judged row by row. */
  private static final class Filter implements RowFilter {
    private final Pipeline pipeline;
    private final Rows passed = new Rows();
    private final Line line = new Line();
    private @Nullable EntryBlock last;

    Filter(Pipeline pipeline) {
      this.pipeline = pipeline;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a block is what it is
    public boolean test(EntryBlock rows, int r) {
      if (rows != last) {
        pipeline.select(rows, passed);
        last = rows;
      }
      return passed.has(r) && pipeline.run(rows, r, line);
    }
  }
}
