package io.sigyn.server.api;

import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Tenant;
import io.sigyn.server.api.QueryParameters.PatternsQuestion;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.patterns.PatternSeries;
import io.sigyn.server.patterns.Patterns;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** {@code /loki/api/v1/patterns}; 404 without a body when no patterns are looked for, as clients know it from Loki. */
final class PatternsApi {
  private final Optional<Patterns> patterns;
  private final Tenants tenants;
  private final Clock clock;
  private final Executor waiting;

  PatternsApi(Optional<Patterns> patterns, Tenants tenants, Clock clock, Executor waiting) {
    this.patterns = patterns;
    this.tenants = tenants;
    this.clock = clock;
    this.waiting = waiting;
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "loki_api_v1_patterns",
            QueryApi.METHODS,
            "/loki/api/v1/patterns",
            QueryApi.FORM_LIMIT,
            Failures::ofQuery,
            this::patterns));
  }

  private CompletableFuture<Response> patterns(Request request) {
    List<Tenant> readers = tenants.readers(request);
    return CompletableFuture.supplyAsync(
        () -> {
          PatternsQuestion question = QueryParameters.patterns(Form.of(request), clock.epochNanos());
          List<LabelMatcher> matchers = Parser.parseSelector(question.selector());
          if (patterns.isEmpty()) {
            return Response.empty(404);
          }
          return answer(
              patterns
                  .get()
                  .find(
                      readers,
                      matchers,
                      question.bounds().start(),
                      question.bounds().end(),
                      question.step(),
                      request.abort()::check));
        },
        waiting);
  }

  private static Response answer(List<PatternSeries> found) {
    JsonWriter out = JsonWriter.inMemory().beginObject().name("status").value("success").name("data").beginArray();
    for (PatternSeries series : found) {
      out.beginObject().name("pattern").value(series.pattern()).name("level").value(series.level());
      out.name("samples").beginArray();
      for (PatternSeries.Sample sample : series.samples()) {
        out.beginArray().value(sample.seconds()).value(sample.count()).endArray();
      }
      out.endArray().endObject();
    }
    return Response.of(200, Response.JSON, out.endArray().endObject().lineFeed().toByteArray());
  }
}
