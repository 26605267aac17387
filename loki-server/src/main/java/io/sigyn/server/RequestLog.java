package io.sigyn.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sigyn.server.http.Observer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests under Loki's names and logs them: failures of ours as warnings, all others for
 * debugging.
 */
final class RequestLog implements Observer {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  /** Loki's buckets, in milliseconds. */
  private static final long[] BUCKETS = {
    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000
  };

  private final MeterRegistry registry;
  private final AtomicInteger inflight = new AtomicInteger();
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String method, String route, int status) {}

  RequestLog(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("loki_inflight_requests", inflight, AtomicInteger::get)
        .description("Requests being worked on.")
        .register(registry);
  }

  @Override
  public void started() {
    inflight.incrementAndGet();
  }

  @Override
  public void finished(
      String method,
      String route,
      String target,
      String remote,
      int status,
      long nanos,
      long requestBytes) {
    inflight.decrementAndGet();
    timers
        .computeIfAbsent(new Key(known(method), route, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
    // A probe that asks a starting server whether it is ready is no failure.
    if (status >= 500 && !route.equals("ready")) {
      LOG.warn(
          "request failed method={} path=\"{}\" status={} duration={} bytes={} remote={}",
          method,
          target,
          status,
          Duration.ofNanos(nanos),
          requestBytes,
          remote);
    } else if (LOG.isDebugEnabled()) {
      LOG.debug(
          "request method={} path=\"{}\" status={} duration={} bytes={} remote={}",
          method,
          target,
          status,
          Duration.ofNanos(nanos),
          requestBytes,
          remote);
    }
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
        .tag("ws", "false")
        .serviceLevelObjectives(buckets)
        .register(registry);
  }
}
