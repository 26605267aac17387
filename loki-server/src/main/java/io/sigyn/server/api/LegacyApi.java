package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoQuote;
import io.sigyn.life.Clock;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Streams;
import io.sigyn.server.http.Handler;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Answer;
import io.sigyn.server.read.Catalog;
import io.sigyn.server.read.Catalog.Found;
import io.sigyn.server.read.Querier;
import io.sigyn.server.read.QueryRequest;
import io.sigyn.wire.query.LegacyWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The reads below {@code /api/prom}, which are older than {@code /loki/api/v1} and know log queries only. */
final class LegacyApi {
  private final CatalogApi catalogApi;
  private final Catalog catalog;
  private final Querier querier;
  private final Tenants tenants;
  private final Clock clock;

  LegacyApi(CatalogApi catalogApi, Catalog catalog, Querier querier, Tenants tenants, Clock clock) {
    this.catalogApi = catalogApi;
    this.catalog = catalog;
    this.querier = querier;
    this.tenants = tenants;
    this.clock = clock;
  }

  List<Route> routes() {
    Handler names =
        request ->
            catalog
                .labelNames(
                    tenants.readers(request), () -> catalogApi.labels(request), request.abort()::onAbort)
                .thenApply(LegacyApi::values);
    Handler values =
        request ->
            catalog
                .labelValues(
                    tenants.readers(request),
                    request.variable("name"),
                    () -> catalogApi.labels(request),
                    request.abort()::onAbort)
                .thenApply(LegacyApi::values);
    return List.of(
        route("api_prom_query", "/api/prom/query", this::query),
        route("api_prom_label", "/api/prom/label", names),
        route("api_prom_label_name_values", "/api/prom/label/{name}/values", values),
        route("api_prom_series", "/api/prom/series", catalogApi::series));
  }

  private static Route route(String name, String path, Handler handler) {
    return new Route(name, QueryApi.METHODS, path, QueryApi.FORM_LIMIT, Failures::ofQuery, handler);
  }

  private static Response values(Found<List<String>> found) {
    return QueryApi.partly(
        found.partial(),
        Response.stream(
            200,
            Response.JSON,
            Footprint.ofTexts(found.value()),
            out -> LegacyWriter.values(found.value(), out)));
  }

  private CompletableFuture<Response> query(Request request) {
    return querier
        .query(
            tenants.readers(request),
            false,
            QueryApi.mayCache(request),
            () -> {
              Form form = Form.of(request);
              QueryRequest range = QueryParameters.range(form, clock.epochNanos());
              String query = query(form);
              if (!Parser.parse(query).isLogQuery()) {
                throw new LokiException(
                    ErrorKind.BAD_REQUEST,
                    "rpc error: code = Code(400) desc = legacy endpoints only support streams result type");
              }
              return range.withQuery(query);
            },
            request.abort()::onAbort)
        .thenApply(LegacyApi::streams);
  }

  /** The query with what the parameter {@code regexp} adds. */
  static String query(Form form) {
    String query = form.get("query");
    if (form.get("regexp").isEmpty()) {
      return query;
    }
    // What is wrong with the query itself is said about the query itself.
    Parser.parse(query);
    return query + " |~ " + GoQuote.quote(form.get("regexp"));
  }

  private static Response streams(Answer answer) {
    List<LogStream> streams =
        answer.result() instanceof Streams found ? found.streams() : List.of();
    return QueryApi.partly(
        answer.partial(),
        Response.stream(
            200,
            Response.JSON,
            Footprint.ofStreams(streams),
            out -> LegacyWriter.streams(streams, answer.stats(), out)));
  }
}
