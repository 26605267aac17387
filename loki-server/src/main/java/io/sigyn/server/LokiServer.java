package io.sigyn.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.server.api.Api;
import io.sigyn.server.api.Lifecycle;
import io.sigyn.server.api.Lifecycle.State;
import io.sigyn.server.api.Operations;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.AnswerBudget;
import io.sigyn.server.http.BodyBudget;
import io.sigyn.server.http.HttpServer;
import io.sigyn.server.http.Router;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.limits.TenantRetention;
import io.sigyn.server.write.ShutdownMarker;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. {@link #close} stops it in order: no new requests, running ones to their end,
 * what is in memory to disk. It does the same by itself when {@code /ingester/shutdown} asks for it. Leaves the
 * configuration of logging to its caller.
 *
 * <pre>{@code
 * try (LokiServer server = LokiServer.start(
 *     ServerConfig.defaults().withDataDir(dir).withAddress("127.0.0.1").withPort(0).withAuthEnabled(false))) {
 *   client.get(server.uri().resolve("/ready"));
 * }
 * }</pre>
 */
public final class LokiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LokiServer.class);

  private final ServerConfig config;
  private final Lifecycle lifecycle;
  private final Metrics metrics;
  private final ExecutorService waiting;
  private final HttpServer http;
  private final Store store;
  private final Wiring wiring;
  private final ShutdownMarker marker;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean flushAtEnd = true;

  private LokiServer(ServerConfig config, Clock clock) {
    this.config = config;
    this.lifecycle = new Lifecycle();
    this.metrics = new Metrics();
    PrometheusMeterRegistry registry = metrics.registry();
    this.waiting = Threads.virtual("waiting");
    Operations operations = new Operations(config, lifecycle, registry, waiting);
    BodyBudget budget = new BodyBudget(inflightBytes(config));
    Gauge.builder("sigyn_http_body_bytes", budget, BodyBudget::held)
        .description("Bytes of request bodies held.")
        .register(registry);
    AnswerBudget answers = new AnswerBudget(config.sigyn().answersMemory(heapBytes()));
    Gauge.builder("sigyn_http_answer_bytes", answers, AnswerBudget::held)
        .description("Bytes of answers that clients have not taken yet.")
        .register(registry);
    FunctionCounter.builder("sigyn_http_slow_readers_closed_total", answers, AnswerBudget::closed)
        .description("Connections closed because others needed the memory of their answers.")
        .register(registry);
    // The port comes first: another server on it is found out before anything on disk is touched.
    Router starting =
        new Router(config.server().httpPathPrefix(), operations.routes(), Api.starting());
    this.http =
        HttpServer.start(
            Wiring.http(config), starting, budget, answers, new RequestLog(registry, config), clock);
    Gauge.builder("loki_tcp_connections", http, HttpServer::connections)
        .description("Connections that are open.")
        .tag("protocol", "http")
        .register(registry);
    Gauge.builder("loki_tcp_connections_limit", () -> config.server().httpListenConnLimit())
        .description("Connections that may be open; 0 is no limit.")
        .tag("protocol", "http")
        .register(registry);
    this.marker = new ShutdownMarker(StoreFiles.LOCAL, config.shutdownMarkerDir(), clock);
    Gauge.builder("loki_ingester_shutdown_marker", marker, set -> set.isSet() ? 1 : 0)
        .description("Whether the shutdown is prepared.")
        .register(registry);
    Store opened = null;
    try {
      StoreOptions options = config.sigyn().store(heapBytes());
      TenantLimits limits = Wiring.limits(config);
      TenantRetention retention =
          new TenantRetention(limits, config.compactor().retentionEnabled());
      opened =
          Store.open(
              config.dataDir().resolve("store"), options, clock, registry, Wiring.upkeep(config, retention));
      LOG.info(
          "memory heap={} head={} head_flush={} block_cache={} wal_queue={} bodies={} answers={}",
          heapBytes(),
          options.headLimitBytes(),
          options.headMaxBytes(),
          options.blockCacheBytes(),
          options.walQueueBytes(),
          budget.limit(),
          answers.limit());
      this.wiring =
          new Wiring(
              config,
              limits,
              retention,
              opened,
              operations,
              lifecycle,
              marker,
              this::stop,
              answers,
              registry,
              waiting,
              clock);
    } catch (RuntimeException | Error e) {
      http.close();
      if (opened != null) {
        opened.close();
      }
      waiting.shutdownNow();
      metrics.close();
      throw e;
    }
    this.store = opened;
    Gauge.builder("loki_ingester_memory_chunks", store, Store::headStreams)
        .description("Streams with entries in memory, which have one open chunk each.")
        .register(registry);
    http.use(wiring.router());
    lifecycle.enter(State.RUNNING, store::refusal);
    if (marker.isSet()) {
      LOG.warn("shutdown is still prepared, the next stop removes the marker path={}", marker.path());
    }
    LOG.info("server is ready address={} data={}", uri(), config.dataDir());
  }

  /**
   * Starts a server and returns when it takes requests.
   *
   * @throws io.sigyn.error.LokiException with one line that says what to do when the port or the
   *     directory cannot be used
   * @throws io.sigyn.config.ConfigException when the file with limits per tenant cannot be used
   */
  public static LokiServer start(ServerConfig config) {
    return new LokiServer(config, Clock.SYSTEM);
  }

  /** The port listened on. */
  public int port() {
    return http.port();
  }

  /** Where to send requests, without a slash at its end. */
  public URI uri() {
    String address = config.server().httpListenAddress();
    String host =
        address.isEmpty() || address.equals("0.0.0.0") || address.equals("::")
            ? "127.0.0.1"
            : address;
    String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return URI.create("http://" + literal + ":" + port() + config.server().httpPathPrefix());
  }

  /** Waits until the server has stopped, whoever asked for it. */
  public void awaitEnd() throws InterruptedException {
    try {
      ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the server did not stop in order", e.getCause());
    }
  }

  private void stop(boolean flush) {
    flushAtEnd = flush;
    Threads.start("stop", this::close);
  }

  /** Stops the server; when somebody does so already, waits until that is done. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      ended.join();
      return;
    }
    try {
      end();
      ended.complete(null);
    } catch (RuntimeException | Error e) {
      ended.completeExceptionally(e);
      throw e;
    }
  }

  private void end() {
    lifecycle.enter(State.STOPPING);
    Duration delay = config.shutdownDelay();
    if (delay.isPositive()) {
      LOG.info("server goes on for a while before it stops delay={}", delay);
      Threads.pause(delay.toNanos());
    }
    LOG.info("server is stopping");
    try {
      http.drain(config.server().gracefulShutdownTimeout());
      wiring.close();
      clearMarker();
    } finally {
      try {
        store.close(flushAtEnd);
      } finally {
        http.close();
        waiting.shutdownNow();
        metrics.close();
      }
    }
    LOG.info("server has stopped");
  }

  /** The marker goes when nothing is left to be done for a server that goes for good. */
  private void clearMarker() {
    if (!marker.isSet()) {
      return;
    }
    try {
      if (flushAtEnd) {
        store.flush();
      }
      marker.clear();
    } catch (LokiException e) {
      LOG.warn("shutdown marker stays path={} cause=\"{}\"", marker.path(), e.text());
    } catch (IOException e) {
      LOG.warn("shutdown marker stays path={} cause=\"{}\"", marker.path(), e.toString());
    }
  }

  private static long inflightBytes(ServerConfig config) {
    long given = config.distributor().maxInflightBytes().bytes();
    return given > 0 ? given : heapBytes() / 10;
  }

  private static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }
}
