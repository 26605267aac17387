package io.sigyn.server.api;

import io.sigyn.life.Clock;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.limits.TenantRetention;
import io.sigyn.server.patterns.Patterns;
import io.sigyn.server.read.Catalog;
import io.sigyn.server.read.Querier;
import io.sigyn.server.read.Usage;
import io.sigyn.server.tail.Tails;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.ShutdownMarker;
import io.sigyn.server.write.WriteWorkers;
import io.sigyn.storage.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** All routes of a running server. */
public final class Api {
  private Api() {}

  /**
   * What handlers need.
   *
   * @param waiting runs what may take a while
   */
  public record Parts(
      ServerConfig config,
      Clock clock,
      Store store,
      TenantLimits limits,
      TenantRetention retention,
      Distributor distributor,
      WriteWorkers workers,
      Querier querier,
      Catalog catalog,
      Usage usage,
      Tails tails,
      Optional<Patterns> patterns,
      Lifecycle lifecycle,
      ShutdownMarker marker,
      Stopper stopper,
      Executor waiting) {}

  /** The routes beside those of {@link Operations}. */
  public static List<Route> routes(Parts parts) {
    ServerConfig config = parts.config();
    Tenants tenants =
        new Tenants(config.authEnabled(), config.querier().multiTenantQueriesEnabled());
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        new PushApi(
                parts.distributor(),
                parts.workers(),
                tenants,
                (int) config.distributor().maxRecvMsgSize().bytes(),
                (int) config.distributor().maxDecompressedSize().bytes())
            .routes());
    routes.addAll(new OtlpApi(parts, tenants).routes());
    routes.addAll(new QueryApi(parts.querier(), tenants, parts.clock()).routes());
    CatalogApi catalog = new CatalogApi(parts.catalog(), tenants, parts.clock());
    routes.addAll(catalog.routes());
    routes.addAll(
        new LegacyApi(catalog, parts.catalog(), parts.querier(), tenants, parts.clock()).routes());
    routes.addAll(new TailApi(parts.tails(), tenants, parts.clock(), parts.waiting()).routes());
    routes.addAll(
        new PatternsApi(parts.patterns(), tenants, parts.clock(), parts.waiting()).routes());
    routes.addAll(new RulesApi(tenants).routes());
    routes.addAll(new StatusApi(config, parts.limits(), tenants, parts.clock()).routes());
    routes.add(new ExplainApi(parts.querier(), tenants, parts.clock()).route());
    routes.addAll(new IndexApi(parts.usage(), tenants, parts.clock()).routes());
    routes.addAll(
        new DetectedApi(parts.catalog(), parts.querier(), tenants, parts.clock()).routes());
    routes.addAll(new FormatApi(parts.waiting()).routes());
    routes.addAll(
        new DeleteApi(
                parts.store(),
                parts.retention(),
                config.compactor(),
                tenants,
                parts.clock(),
                parts.waiting())
            .routes());
    routes.addAll(new UpkeepApi(parts.store().upkeep()).routes());
    routes.addAll(new IngesterApi(parts).routes());
    return routes;
  }

  /** The answer to everything while the store is being opened. */
  public static Response starting() {
    return Response.error(503, "starting: the write-ahead log is being replayed, try again later\n")
        .with("Retry-After", "1");
  }
}
