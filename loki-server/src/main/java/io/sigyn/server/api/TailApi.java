package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.tail.TailRequest;
import io.sigyn.server.tail.Tails;
import io.sigyn.wire.query.TailWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * {@code /loki/api/v1/tail} and {@code /api/prom/tail}: WebSockets with what is there and what arrives. What is wrong
 * with the request is answered before the upgrade.
 */
final class TailApi {
  private static final long LONGEST_DELAY = 5;
  private static final long SECOND = 1_000_000_000L;

  private final Tails tails;
  private final Tenants tenants;
  private final Clock clock;
  private final Executor waiting;

  TailApi(Tails tails, Tenants tenants, Clock clock, Executor waiting) {
    this.tails = tails;
    this.tenants = tenants;
    this.clock = clock;
    this.waiting = waiting;
  }

  List<Route> routes() {
    return List.of(
        route("loki_api_v1_tail", "/loki/api/v1/tail", false), route("api_prom_tail", "/api/prom/tail", true));
  }

  private Route route(String name, String path, boolean legacy) {
    return new Route(
        name,
        QueryApi.METHODS,
        path,
        QueryApi.FORM_LIMIT,
        Failures::ofQuery,
        request -> tail(request, legacy));
  }

  private CompletableFuture<Response> tail(Request request, boolean legacy) {
    Tenant tenant = tenants.writer(request);
    return CompletableFuture.supplyAsync(
        () -> Response.socket(tails.tail(tenant, asked(request, legacy))), waiting);
  }

  private TailRequest asked(Request request, boolean legacy) {
    Form form = Form.of(request);
    QueryParameters.TailStart parameters = QueryParameters.tail(form, clock.epochNanos());
    if (parameters.delaySeconds() < 0 || parameters.delaySeconds() > LONGEST_DELAY) {
      throw new LokiException(ErrorKind.BAD_REQUEST, "delay_for can't be greater than " + LONGEST_DELAY);
    }
    String query = legacy ? LegacyApi.query(form) : form.get("query");
    Parser.parse(query);
    return new TailRequest(
        query,
        parameters.start(),
        parameters.limit(),
        parameters.delaySeconds() * SECOND,
        legacy ? TailWriter.legacy() : TailWriter.of(QueryApi.encodingFlags(request)));
  }
}
