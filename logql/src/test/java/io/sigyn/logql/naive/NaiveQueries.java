package io.sigyn.logql.naive;

import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Queries, answered the slow way. Every point of a metric query is a series of its own. */
final class NaiveQueries {
  private NaiveQueries() {}

  static QueryResult run(Expr expr, QueryParams params, NaiveData data) {
    return switch (expr) {
      case LogExpr logs -> lines(logs, params, data);
      case MetricExpr metric -> samples(metric, params, data);
    };
  }

  private static QueryResult lines(LogExpr logs, QueryParams params, NaiveData data) {
    NaivePipeline pipeline = NaivePipeline.ofLines(logs.stages());
    boolean backward = params.direction() == Direction.BACKWARD;
    List<Row> rows = data.rows(logs.matchers());
    if (backward) {
      java.util.Collections.reverse(rows);
    }
    rows.removeIf(row -> row.timestamp < params.start() || row.timestamp >= params.end() || !pipeline.run(row));
    Comparator<Row> byTime = Comparator.comparingLong(row -> backward ? -row.timestamp : row.timestamp);
    rows.sort(
        byTime.thenComparing(row -> NaiveData.labels(row.base).fingerprint(), Long::compareUnsigned));
    Map<Labels, List<QueryResult.LogEntry>> streams = new TreeMap<>();
    for (Row row : rows.subList(0, Math.min(rows.size(), params.limit()))) {
      streams
          .computeIfAbsent(NaiveData.labels(row.stream()), l -> new ArrayList<>())
          .add(
              new QueryResult.LogEntry(
                  row.timestamp,
                  row.line.getBytes(StandardCharsets.UTF_8),
                  NaiveData.labels(row.metadata),
                  NaiveData.labels(row.parsedAndErrors())));
    }
    List<QueryResult.LogStream> result = new ArrayList<>();
    streams.forEach((labels, entries) -> result.add(new QueryResult.LogStream(labels, entries)));
    return new QueryResult.Streams(result);
  }

  private static QueryResult samples(MetricExpr expr, QueryParams params, NaiveData data) {
    NaiveMetrics metrics = new NaiveMetrics(data);
    if (params.instant()) {
      List<QueryResult.Sample> samples = new ArrayList<>();
      for (NaiveMetrics.Element e : metrics.at(expr, params.start())) {
        samples.add(new QueryResult.Sample(e.labels(), params.start() / 1_000_000, e.value()));
      }
      return new QueryResult.Vector(samples);
    }
    long step = params.step();
    List<QueryResult.Series> result = new ArrayList<>();
    for (long t = Math.floorDiv(params.start(), step) * step; t <= Math.ceilDiv(params.end(), step) * step; t += step) {
      for (NaiveMetrics.Element e : metrics.at(expr, t)) {
        result.add(new QueryResult.Series(e.labels(), new long[] {t / 1_000_000}, new double[] {e.value()}));
      }
    }
    return new QueryResult.Matrix(result);
  }
}
