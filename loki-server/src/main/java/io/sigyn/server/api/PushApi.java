package io.sigyn.server.api;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.WriteWorkers;
import io.sigyn.wire.push.PushReader;
import io.sigyn.wire.push.PushScratch;
import io.sigyn.wire.push.RefusedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /loki/api/v1/push}, and {@code /api/prom/push} with its older JSON: 204 once
 * everything that can be stored is stored durably.
 */
public final class PushApi {
  private static final Set<String> METHODS = Set.of("POST");

  private final Distributor distributor;
  private final WriteWorkers workers;
  private final Tenants tenants;
  private final int maxBody;
  private final int maxInflated;

  /** Makes a batch of a body. */
  private interface Reader {
    EntryBatch read(
        byte[] body,
        int length,
        String contentType,
        String contentEncoding,
        int maxInflated,
        List<RefusedStream> refused,
        PushScratch scratch);
  }

  /** Of each write worker, which is done with a batch when the store has taken it. */
  private static final ThreadLocal<PushScratch> SCRATCH = ThreadLocal.withInitial(PushScratch::new);

  /**
   * Handlers for a distributor.
   *
   * @param maxBody bytes as sent
   * @param maxInflated bytes after decompression
   */
  PushApi(
      Distributor distributor,
      WriteWorkers workers,
      Tenants tenants,
      int maxBody,
      int maxInflated) {
    this.distributor = distributor;
    this.workers = workers;
    this.tenants = tenants;
    this.maxBody = maxBody;
    this.maxInflated = maxInflated;
  }

  /** The routes. */
  List<Route> routes() {
    return List.of(
        route("loki_api_v1_push", "/loki/api/v1/push", PushReader::read),
        route("api_prom_push", "/api/prom/push", PushReader::readLegacy));
  }

  private Route route(String name, String path, Reader reader) {
    return new Route(
        name, METHODS, path, maxBody, Failures::plain, request -> push(request, reader));
  }

  private CompletableFuture<Response> push(Request request, Reader reader) {
    Tenant tenant = tenants.writer(request);
    return workers
        .run(() -> {
          List<RefusedStream> refused = new ArrayList<>();
          EntryBatch batch =
              reader.read(
                  request.body(),
                  request.length(),
                  request.header("Content-Type"),
                  request.header("Content-Encoding"),
                  maxInflated,
                  refused,
                  SCRATCH.get());
          return distributor.push(tenant, batch, refused);
        })
        .thenApply(stored -> Response.empty(204));
  }
}
