package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.explain.Explanation;
import io.sigyn.logql.explain.ExplanationJson;
import io.sigyn.logql.explain.ExplanationText;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.read.Querier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * {@code /sigyn/explain}: how a query is run. Takes the parameters of query_range, or with {@code time} those of query, and
 * {@code run=true} to run it as well, {@code off} with the names of rules to do without, separated by commas, and {@code
 * format=text} for people.
 */
final class ExplainApi {
  private final Querier querier;
  private final Tenants tenants;
  private final Clock clock;

  /** Handlers for a querier. */
  ExplainApi(Querier querier, Tenants tenants, Clock clock) {
    this.querier = querier;
    this.tenants = tenants;
    this.clock = clock;
  }

  /** The route. */
  Route route() {
    return new Route(
        "sigyn_explain",
        QueryApi.METHODS,
        "/sigyn/explain",
        QueryApi.FORM_LIMIT,
        Failures::ofQuery,
        this::explain);
  }

  private CompletableFuture<Response> explain(Request request) {
    Form form = Form.of(request);
    boolean instant = !form.get("time").isEmpty();
    boolean text = isText(form.get("format"));
    return querier
        .explain(
            tenants.readers(request),
            off(form.get("off")),
            isRun(form.get("run")),
            () ->
                instant
                    ? QueryParameters.instant(form, clock.epochNanos())
                    : QueryParameters.range(form, clock.epochNanos()),
            request.abort()::onAbort)
        .thenApply(explanation -> response(explanation, text));
  }

  private static Response response(Explanation explanation, boolean text) {
    return text
        ? Response.of(200, Response.TEXT, ExplanationText.print(explanation))
        : Response.of(200, Response.JSON, ExplanationJson.write(explanation));
  }

  private static boolean isText(String format) {
    return switch (format) {
      case "", "json" -> false;
      case "text" -> true;
      default -> throw bad("format=" + format + " is not known; write json or text");
    };
  }

  private static boolean isRun(String run) {
    return switch (run) {
      case "", "false" -> false;
      case "true" -> true;
      default -> throw bad("run=" + run + " is not known; write true or false");
    };
  }

  private static Set<Rule> off(String names) {
    Set<Rule> off = EnumSet.noneOf(Rule.class);
    for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
      off.add(Rule.named(name.strip()).orElseThrow(() -> bad("off=" + name + " names no rule; rules: " + known())));
    }
    return off;
  }

  private static String known() {
    return Arrays.stream(Rule.values()).map(Rule::text).collect(Collectors.joining(", "));
  }

  private static LokiException bad(String text) {
    return new LokiException(ErrorKind.BAD_REQUEST, text);
  }
}
