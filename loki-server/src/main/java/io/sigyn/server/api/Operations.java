package io.sigyn.server.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sigyn.json.JsonWriter;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.Handler;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.logging.Logging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/**
 * What operators and their tools ask: health, metrics, version, configuration, log level. None
 * needs a tenant.
 */
public final class Operations {
  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> GET_POST = Set.of("GET", "POST");
  private static final int SMALL = 64 << 10;
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Prometheus' library keeps the ending {@code _created} for itself and takes it off Loki's name. */
  private static final String STREAMS_CREATED = "loki_ingester_streams_created_total";

  private static final String SHORTENED = "loki_ingester_streams_total";

  private final ServerConfig config;
  private final Lifecycle lifecycle;
  private final PrometheusMeterRegistry metrics;
  private final Executor waiting;

  /**
   * Handlers.
   *
   * @param waiting runs what may take a while
   */
  public Operations(
      ServerConfig config, Lifecycle lifecycle, PrometheusMeterRegistry metrics, Executor waiting) {
    this.config = config;
    this.lifecycle = lifecycle;
    this.metrics = metrics;
    this.waiting = waiting;
    FunctionCounter.builder("loki_panic_total", Failures.class, failures -> Failures.unexpected())
        .description("Requests that ended with an unexpected error.")
        .register(metrics);
  }

  /** The routes, all of which work before the store is open. */
  public List<Route> routes() {
    return List.of(
        route("ready", GET, "/ready", now(this::ready)),
        route("metrics", GET, "/metrics", later(this::scrape)),
        route("services", GET, "/services", now(request -> services())),
        route("config", GET, "/config", later(this::config)),
        route("log_level", GET_POST, "/log_level", now(Operations::logLevel)),
        route(
            "loki_api_v1_status_buildinfo",
            GET,
            "/loki/api/v1/status/buildinfo",
            now(request -> buildInfo())));
  }

  static Route route(String name, Set<String> methods, String path, Handler handler) {
    return new Route(name, methods, path, SMALL, Failures::plain, handler);
  }

  private static Handler now(Function<Request, Response> work) {
    return request -> CompletableFuture.completedFuture(work.apply(request));
  }

  private Handler later(Function<Request, Response> work) {
    return request -> CompletableFuture.supplyAsync(() -> work.apply(request), waiting);
  }

  /** Whether requests are taken; with {@code for=write}, whether pushes are. */
  private Response ready(Request request) {
    return switch (lifecycle.state()) {
      case STARTING ->
          Response.error(
              503,
              "Some services are not Running:\nStarting: 1\nstore: opening, replaying the log\n");
      case RUNNING -> {
        Optional<String> refusal =
            Form.of(request).get("for").equals("write")
                ? lifecycle.writeRefusal()
                : Optional.empty();
        yield refusal
            .map(reason -> Response.error(503, reason + "\n"))
            .orElseGet(() -> Response.of(200, Response.TEXT, "ready\n"));
      }
      case READ_ONLY -> Response.error(503, "Some services are not Running:\nRunning: 4\nTerminated: 1\n");
      case STOPPING -> Response.error(503, "Application is stopping\n");
    };
  }

  private Response services() {
    String state = lifecycle.state().toString();
    return Response.of(
        200,
        Response.TEXT,
        "server => Running\nstore => "
            + state
            + "\ndistributor => "
            + state
            + "\ningester => "
            + (lifecycle.state() == Lifecycle.State.READ_ONLY ? "Terminated" : state)
            + "\nquerier => "
            + state
            + "\n");
  }

  private Response scrape(Request request) {
    byte[] text = metrics.scrape().replace(SHORTENED, STREAMS_CREATED).getBytes(StandardCharsets.UTF_8);
    if (!request.header("Accept-Encoding").toLowerCase(Locale.ROOT).contains("gzip")) {
      return Response.of(200, METRICS_TYPE, text);
    }
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(text.length / 8);
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Response.of(200, METRICS_TYPE, zipped.toByteArray()).with("Content-Encoding", "gzip");
  }

  private Response config(Request request) {
    boolean defaults = Form.of(request).get("mode").equals("defaults");
    return Response.of(200, Response.TEXT, (defaults ? ServerConfig.defaults() : config).print());
  }

  private static Response logLevel(Request request) {
    if (request.method().equals("GET")) {
      return json(
          200,
          JsonWriter.inMemory()
              .beginObject()
              .name("message")
              .value("Current log level is " + Logging.level())
              .endObject());
    }
    String level = Form.of(request).get("log_level");
    boolean known = Logging.setLevel(level);
    return json(
        known ? 200 : 400,
        JsonWriter.inMemory()
            .beginObject()
            .name("status")
            .value(known ? "success" : "failed")
            .name("message")
            .value(known ? "Log level set to " + level : "unrecognized log level \"" + level + "\"")
            .endObject());
  }

  private static Response buildInfo() {
    JsonWriter out = JsonWriter.inMemory().beginObject();
    out.name("version").value(Build.LOKI_VERSION);
    out.name("revision").value(Build.VERSION);
    out.name("branch").value("sigyn");
    out.name("buildUser").value("");
    out.name("buildDate").value("");
    out.name("goVersion").value("");
    return json(200, out.endObject());
  }

  static Response json(int status, JsonWriter body) {
    return Response.of(status, "application/json", body.toByteArray());
  }
}
