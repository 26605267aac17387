package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.server.http.Handler;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Catalog;
import io.sigyn.server.read.Catalog.Found;
import io.sigyn.server.read.Catalog.Question;
import io.sigyn.wire.query.QueryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code labels}, {@code label/NAME/values} and {@code series} below {@code /loki/api/v1}. */
public final class CatalogApi {
  private final Catalog catalog;
  private final Tenants tenants;
  private final Clock clock;

  /** Handlers for a catalogue. */
  CatalogApi(Catalog catalog, Tenants tenants, Clock clock) {
    this.catalog = catalog;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** The routes. */
  List<Route> routes() {
    Handler names =
        request ->
            catalog
                .labelNames(tenants.readers(request), () -> labels(request), request.abort()::onAbort)
                .thenApply(CatalogApi::strings);
    Handler values =
        request ->
            catalog
                .labelValues(
                    tenants.readers(request),
                    request.variable("name"),
                    () -> labels(request),
                    request.abort()::onAbort)
                .thenApply(CatalogApi::strings);
    return List.of(
        route("loki_api_v1_labels", "/loki/api/v1/labels", names),
        route("loki_api_v1_label", "/loki/api/v1/label", names),
        route("loki_api_v1_label_name_values", "/loki/api/v1/label/{name}/values", values),
        route("loki_api_v1_series", "/loki/api/v1/series", this::series));
  }

  /** Answers with label sets. */
  CompletableFuture<Response> series(Request request) {
    return catalog
        .series(tenants.readers(request), () -> matches(request), request.abort()::onAbort)
        .thenApply(
            found ->
                QueryApi.partly(
                    found.partial(),
                    Response.stream(
                        200,
                        Response.JSON,
                        Footprint.ofLabels(found.value()),
                        out -> QueryWriter.series(found.value(), found.warnings(), out))));
  }

  private static Route route(String name, String path, Handler handler) {
    return new Route(name, QueryApi.METHODS, path, QueryApi.FORM_LIMIT, Failures::ofQuery, handler);
  }

  private static Response strings(Found<List<String>> found) {
    return QueryApi.partly(
        found.partial(),
        Response.stream(
            200,
            Response.JSON,
            Footprint.ofTexts(found.value()),
            out -> QueryWriter.strings(found.value(), found.warnings(), out)));
  }

  /** What a request for names or values asks. */
  Question labels(Request request) {
    Form form = Form.of(request);
    String query = form.get("query");
    return question(form, query.isEmpty() ? List.of() : List.of(query));
  }

  private Question matches(Request request) {
    Form form = Form.of(request);
    List<String> selectors = new ArrayList<>(form.all("match"));
    selectors.addAll(form.all("match[]"));
    boolean all = selectors.size() == 1 && isEmpty(selectors.getFirst());
    if (!all && selectors.stream().anyMatch(CatalogApi::isEmpty)) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "0 matchers in group: {}");
    }
    return question(form, all ? List.of() : selectors);
  }

  private static boolean isEmpty(String selector) {
    String bare = selector.strip();
    return bare.startsWith("{")
        && bare.endsWith("}")
        && bare.substring(1, Math.max(1, bare.length() - 1)).isBlank();
  }

  private Question question(Form form, List<String> selectors) {
    QueryParameters.Bounds bounds = QueryParameters.bounds(form, clock.epochNanos());
    return new Question(selectors, bounds.start(), bounds.end());
  }
}
