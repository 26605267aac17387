package io.sigyn.server;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.server.api.Api;
import io.sigyn.server.api.Lifecycle;
import io.sigyn.server.api.Operations;
import io.sigyn.server.api.Stopper;
import io.sigyn.server.config.PatternIngesterConfig;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.AnswerBudget;
import io.sigyn.server.http.HttpSettings;
import io.sigyn.server.http.Route;
import io.sigyn.server.http.Router;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.limits.TenantRetention;
import io.sigyn.server.patterns.Patterns;
import io.sigyn.server.read.Catalog;
import io.sigyn.server.read.DeleteFilters;
import io.sigyn.server.read.Querier;
import io.sigyn.server.read.QueryPool;
import io.sigyn.server.read.Usage;
import io.sigyn.server.read.cache.ResultsCache;
import io.sigyn.server.tail.Tails;
import io.sigyn.server.write.Arrivals;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.ShutdownMarker;
import io.sigyn.server.write.WriteWorkers;
import io.sigyn.storage.Store;
import io.sigyn.storage.UpkeepOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The parts of a running server, put together, and in which order they are taken apart. */
final class Wiring implements AutoCloseable {
  /** A query of 128 KiB, which is the longest that is parsed, with escapes. */
  private static final int MAX_REQUEST_LINE = 256 << 10;

  private static final int MAX_HEADERS = 16 << 10;
  /** Patterns may take one part in so many of the heap. */
  private static final int PATTERNS_SHARE = 32;

  /** What waits for live tails, too. */
  private static final int TAILS_SHARE = 32;

  private static final int WAITING_PUSHES = 1_024;
  private static final long IDLE_STREAMS_SECONDS = 60;

  private final WriteWorkers workers;
  private final QueryPool queries;
  private final ScheduledExecutorService clockwork;
  private final Optional<Patterns> patterns;
  private final Router router;

  Wiring(
      ServerConfig config,
      TenantLimits limits,
      TenantRetention retention,
      Store store,
      Operations operations,
      Lifecycle lifecycle,
      ShutdownMarker marker,
      Stopper stopper,
      AnswerBudget answers,
      PrometheusMeterRegistry metrics,
      ExecutorService waiting,
      Clock clock) {
    int processors = Runtime.getRuntime().availableProcessors();
    workers = new WriteWorkers(processors, WAITING_PUSHES);
    int running = config.querier().threads(processors);
    queries = new QueryPool(running, config.waitingQueries(), answers::awaitRoom, metrics);
    Duration window = config.ingester().maxChunkAge().dividedBy(2);
    long queryMemory = config.sigyn().queryMemory(Runtime.getRuntime().maxMemory(), running);
    Optional<ResultsCache> cache = cache(config, store, limits, metrics, clock);
    Querier querier =
        new Querier(store, limits, queries, cache, queryMemory, config.sigyn().onPartial(), clock);
    Tails tails =
        new Tails(
            querier,
            limits,
            metrics,
            clock,
            config.querier().tailMaxDuration(),
            Runtime.getRuntime().maxMemory() / TAILS_SHARE);
    patterns = patterns(config, limits, metrics, clock);
    List<Arrivals> arrivals = new ArrayList<>(List.of(tails));
    cache.ifPresent(arrivals::add);
    patterns.ifPresent(arrivals::add);
    Distributor distributor =
        new Distributor(
            store, limits, metrics, clock, config.ingester().chunkIdlePeriod(), window, arrivals);
    Catalog catalog = new Catalog(store, limits, queries, clock);
    Usage usage = new Usage(store, limits, queries, clock);

    List<Route> routes = new ArrayList<>(operations.routes());
    routes.addAll(
        Api.routes(
            new Api.Parts(
                config,
                clock,
                store,
                limits,
                retention,
                distributor,
                workers,
                querier,
                catalog,
                usage,
                tails,
                patterns,
                lifecycle,
                marker,
                stopper,
                waiting)));
    router = new Router(config.server().httpPathPrefix(), routes);

    clockwork = Threads.scheduler("clockwork");
    every(Duration.ofSeconds(IDLE_STREAMS_SECONDS), distributor::forgetIdleStreams);
    if (!overrides(config).isEmpty()) {
      every(config.runtimeConfig().period(), limits::reload);
    }
  }

  Router router() {
    return router;
  }

  /** Ends the work on pushes and queries; requests must have come to their end before. */
  @Override
  public void close() {
    clockwork.shutdownNow();
    workers.close();
    queries.close();
    patterns.ifPresent(Patterns::close);
  }

  private static Optional<ResultsCache> cache(
      ServerConfig config, Store store, TenantLimits limits, PrometheusMeterRegistry metrics, Clock clock) {
    long bytes = config.queryRange().cacheBytes(Runtime.getRuntime().maxMemory());
    Duration idle = config.queryRange().resultsCache().cache().embeddedCache().ttl();
    return bytes == 0
        ? Optional.empty()
        : Optional.of(new ResultsCache(store, limits, bytes, idle, metrics, clock));
  }

  private static Optional<Patterns> patterns(
      ServerConfig config, TenantLimits limits, PrometheusMeterRegistry metrics, Clock clock) {
    PatternIngesterConfig wanted = config.patternIngester();
    if (!wanted.enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new Patterns(
            wanted.maxClusters(),
            wanted.retainFor(),
            Runtime.getRuntime().maxMemory() / PATTERNS_SHARE,
            config.dataDir().resolve("patterns").resolve("patterns.bin"),
            limits,
            metrics,
            clock));
  }

  private void every(Duration period, Runnable work) {
    var _ =
        clockwork.scheduleWithFixedDelay(
            work, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The limits of each tenant, from the configuration and the files it names. */
  static TenantLimits limits(ServerConfig config) {
    return TenantLimits.load(config.limitsConfig(), overrides(config));
  }

  /** What the store shall do in the background. */
  static UpkeepOptions upkeep(ServerConfig config, TenantRetention retention) {
    return config
        .sigyn()
        .upkeep()
        .withRetention(retention::retention)
        .withDeletes(
            retention::deletionMode,
            new DeleteFilters(),
            config.compactor().deleteRequestCancelPeriod())
        .withGrace(config.compactor().retentionDeleteDelay());
  }

  private static List<Path> overrides(ServerConfig config) {
    List<Path> files = new ArrayList<>();
    if (!config.limitsConfig().perTenantOverrideConfig().isEmpty()) {
      files.add(Path.of(config.limitsConfig().perTenantOverrideConfig()));
    }
    config.runtimeConfig().file().forEach(file -> files.add(Path.of(file)));
    return files;
  }

  /** Bounds of connections: those of the configuration, and fixed ones where Loki has no key. */
  static HttpSettings http(ServerConfig config) {
    var server = config.server();
    Duration head = server.httpServerReadHeaderTimeout();
    return new HttpSettings(
        server.httpListenAddress(),
        server.httpListenPort(),
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        server.httpListenConnLimit(),
        MAX_REQUEST_LINE,
        MAX_HEADERS,
        head.isPositive() ? head : Duration.ofSeconds(10),
        orForEver(server.httpServerReadTimeout()),
        orForEver(server.httpServerWriteTimeout()),
        orForEver(server.httpServerIdleTimeout()));
  }

  private static Duration orForEver(Duration timeout) {
    return timeout.isPositive() ? timeout : Duration.ofDays(10_000);
  }
}
