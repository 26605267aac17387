package io.sigyn.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.Observer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Counts requests under Loki's names and logs them when they have ended: failures of ours as warnings, slow ones at info, all
 * others for debugging or, if wanted, at info.
 */
final class RequestLog implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  /** Loki's buckets, in milliseconds. */
  private static final long[] BUCKETS = {
    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000
  };

  private static final int SOCKET = 101;

  private final MeterRegistry registry;
  private final boolean authEnabled;
  private final Level usual;
  private final long slowNanos;
  private final AtomicInteger inflight = new AtomicInteger();
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String method, String route, int status) {}

  RequestLog(MeterRegistry registry, ServerConfig config) {
    this.registry = registry;
    this.authEnabled = config.authEnabled();
    this.usual = config.server().logRequestAtInfoLevelEnabled() ? Level.INFO : Level.DEBUG;
    this.slowNanos = config.sigyn().logRequestsLongerThan().toNanos();
    Gauge.builder("loki_inflight_requests", inflight, AtomicInteger::get)
        .description("Requests being worked on.")
        .register(registry);
  }

  @Override
  public void started() {
    inflight.incrementAndGet();
  }

  @Override
  public void finished(Served served) {
    inflight.decrementAndGet();
    timers
        .computeIfAbsent(new Key(known(served.method()), served.route(), served.status()), this::timer)
        .record(served.nanos(), TimeUnit.NANOSECONDS);
    log(served);
  }

  private void log(Served served) {
    // A probe that asks a starting server whether it is ready is no failure.
    boolean failed = served.status() >= 500 && !served.route().equals("ready");
    // A live tail is as long as its client likes.
    boolean slow = slowNanos > 0 && served.nanos() >= slowNanos && served.status() != SOCKET;
    Level level = failed ? Level.WARN : slow ? Level.INFO : usual;
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    LoggingEventBuilder line =
        LOG.atLevel(level)
            .addKeyValue("method", served.method())
            .addKeyValue("route", served.route())
            .addKeyValue("path", served.target())
            .addKeyValue("status", served.status())
            .addKeyValue("duration", GoDurations.formatGo(served.nanos()))
            .addKeyValue("request_bytes", served.requestBytes())
            .addKeyValue("bytes", served.answerBytes())
            .addKeyValue("remote", served.remote());
    String tenant = authEnabled ? served.headers().first("X-Scope-OrgID") : "fake";
    if (!tenant.isEmpty()) {
      line = line.addKeyValue("tenant", tenant);
    }
    Optional<String> trace = TraceParent.traceId(served.headers().first("traceparent"));
    if (trace.isPresent()) {
      line = line.addKeyValue("trace_id", trace.get());
    }
    line.log(failed ? "request failed" : slow ? "slow request" : "request");
  }

  /** Clients choose their method; metrics must not grow with their fancy. */
  private static String known(String method) {
    return switch (method) {
      case "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH" -> method;
      default -> "other";
    };
  }

  private Timer timer(Key key) {
    Duration[] buckets = new Duration[BUCKETS.length];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = Duration.ofMillis(BUCKETS[i]);
    }
    return Timer.builder("loki_request_duration_seconds")
        .description("Time from the head of a request to the end of its answer.")
        .tag("method", key.method())
        .tag("route", key.route())
        .tag("status_code", Integer.toString(key.status()))
        .tag("ws", Boolean.toString(key.status() == SOCKET))
        .serviceLevelObjectives(buckets)
        .register(registry);
  }
}
