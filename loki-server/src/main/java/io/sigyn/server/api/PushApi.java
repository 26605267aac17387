package io.sigyn.server.api;

import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.WriteWorkers;
import io.sigyn.wire.push.PushReader;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code POST /loki/api/v1/push}: 204 once everything that can be stored is stored durably. */
public final class PushApi {
  private static final Set<String> METHODS = Set.of("POST");

  private final Distributor distributor;
  private final WriteWorkers workers;
  private final Tenants tenants;
  private final Clock clock;
  private final int maxBody;
  private final int maxInflated;

  /**
   * Handlers for a distributor.
   *
   * @param maxBody bytes as sent
   * @param maxInflated bytes after decompression
   */
  PushApi(
      Distributor distributor, WriteWorkers workers, Tenants tenants, Clock clock, int maxBody, int maxInflated) {
    this.distributor = distributor;
    this.workers = workers;
    this.tenants = tenants;
    this.clock = clock;
    this.maxBody = maxBody;
    this.maxInflated = maxInflated;
  }

  /** The routes. */
  List<Route> routes() {
    return List.of(
        new Route("loki_api_v1_push", METHODS, "/loki/api/v1/push", maxBody, Failures::plain, this::push));
  }

  private CompletableFuture<Response> push(Request request) {
    Tenant tenant = tenants.writer(request);
    return workers
        .run(
            () -> {
              EntryBatch batch =
                  PushReader.read(
                      request.body(),
                      request.length(),
                      request.header("Content-Type"),
                      request.header("Content-Encoding"),
                      maxInflated,
                      clock.epochNanos());
              return distributor.push(tenant, batch);
            })
        .thenApply(stored -> Response.empty(204));
  }
}
