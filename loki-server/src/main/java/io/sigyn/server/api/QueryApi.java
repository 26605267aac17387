package io.sigyn.server.api;

import io.sigyn.life.Clock;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Answer;
import io.sigyn.server.read.Querier;
import io.sigyn.server.read.QueryRequest;
import io.sigyn.wire.query.QueryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/** {@code /loki/api/v1/query_range} and {@code /loki/api/v1/query}. */
public final class QueryApi {
  /** Bytes of a form with parameters. */
  static final int FORM_LIMIT = 10 << 20;

  static final Set<String> METHODS = Set.of("GET", "POST");

  /**
   * What Logs Drilldown writes into X-Query-Tags; it would rather have a part of the series than an
   * error.
   */
  private static final String DRILLDOWN = "source=grafana-lokiexplore-app";

  private final Querier querier;
  private final Tenants tenants;
  private final Clock clock;

  /** Handlers for a querier. */
  QueryApi(Querier querier, Tenants tenants, Clock clock) {
    this.querier = querier;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** The routes. */
  List<Route> routes() {
    return List.of(
        new Route(
            "loki_api_v1_query_range",
            METHODS,
            "/loki/api/v1/query_range",
            FORM_LIMIT,
            Failures::ofQuery,
            request -> query(request, QueryParameters::range)),
        new Route(
            "loki_api_v1_query",
            METHODS,
            "/loki/api/v1/query",
            FORM_LIMIT,
            Failures::ofQuery,
            request -> query(request, QueryParameters::instant)));
  }

  private CompletableFuture<Response> query(
      Request request, BiFunction<Form, Long, QueryRequest> grammar) {
    boolean drilldown = false;
    for (String tag : request.header("X-Query-Tags").split(",", -1)) {
      drilldown |= tag.strip().toLowerCase(Locale.ROOT).equals(DRILLDOWN);
    }
    return querier
        .query(
            tenants.readers(request),
            drilldown,
            mayCache(request),
            () -> grammar.apply(Form.of(request), clock.epochNanos()),
            request.abort()::onAbort)
        .thenApply(answer -> response(answer, encodingFlags(request)));
  }

  private static Response response(Answer answer, List<String> flags) {
    Response response =
        Response.stream(
            200,
            Response.JSON,
            Footprint.of(answer.result()),
            out ->
                QueryWriter.result(
                    answer.result(), answer.stats(), answer.warnings(), flags, out));
    return partly(answer.partial(), response);
  }

  /** A response, marked when something is missing from it because it is lost or damaged. */
  static Response partly(boolean partial, Response response) {
    return partial ? response.with("X-Log-Partial", "corrupt") : response;
  }

  /** Whether the request may be answered from a cache; Grafana and logcli can ask for the opposite. */
  static boolean mayCache(Request request) {
    return !request.header("Cache-Control").toLowerCase(Locale.ROOT).contains("no-cache");
  }

  /** The values of the request's header X-Loki-Response-Encoding-Flags. */
  static List<String> encodingFlags(Request request) {
    List<String> flags = new ArrayList<>();
    for (String flag : request.header("X-Loki-Response-Encoding-Flags").split(",", -1)) {
      boolean categorize = flag.strip().equals(QueryWriter.CATEGORIZE_LABELS);
      if (!flag.isBlank()) {
        // Flags nobody knows are echoed as they came, blanks included.
        flags.add(categorize ? QueryWriter.CATEGORIZE_LABELS : flag);
      }
    }
    return flags;
  }
}
