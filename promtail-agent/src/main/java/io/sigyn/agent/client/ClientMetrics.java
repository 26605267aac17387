package io.sigyn.agent.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** promtail's metrics of one client. Safe for use by several threads. */
final class ClientMetrics {
  private static final List<String> REASONS = List.of("ingester_error", "rate_limited", "stream_limited", "line_too_long");
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
    Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2500),
    Duration.ofSeconds(5), Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final String host;
  private final Counter encodedBytes;
  private final Counter sentBytes;
  private final Counter sentEntries;
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder sent = new LongAdder();

  ClientMetrics(MeterRegistry registry, String host, String tenant) {
    this.registry = registry;
    this.host = host;
    this.encodedBytes = counter("promtail_encoded_bytes", "Bytes encoded and ready to send.");
    this.sentBytes = counter("promtail_sent_bytes", "Bytes the server acknowledged.");
    this.sentEntries = counter("promtail_sent_entries", "Entries the server acknowledged.");
    for (String reason : REASONS) {
      droppedEntries(tenant, reason).increment(0);
      droppedBytes(tenant, reason).increment(0);
    }
    retries(tenant).increment(0);
  }

  private Counter counter(String name, String help) {
    return Counter.builder(name).description(help).tag("host", host).register(registry);
  }

  private Counter droppedEntries(String tenant, String reason) {
    return Counter.builder("promtail_dropped_entries")
        .description("Entries given up.")
        .tags("host", host, "tenant", tenant, "reason", reason)
        .register(registry);
  }

  private Counter droppedBytes(String tenant, String reason) {
    return Counter.builder("promtail_dropped_bytes")
        .description("Bytes of lines given up.")
        .tags("host", host, "tenant", tenant, "reason", reason)
        .register(registry);
  }

  private Counter retries(String tenant) {
    return Counter.builder("promtail_batch_retries")
        .description("Requests that were repeated.")
        .tags("host", host, "tenant", tenant)
        .register(registry);
  }

  void encoded(int bytes) {
    encodedBytes.increment(bytes);
  }

  void requested(int status, long nanos, int entries) {
    Timer.builder("promtail_request_duration")
        .description("Time of push requests.")
        .serviceLevelObjectives(BUCKETS)
        .tags("status_code", Integer.toString(status), "host", host)
        .register(registry)
        .record(Duration.ofNanos(nanos));
    sent.add(entries);
  }

  void retried(String tenant) {
    retries(tenant).increment();
  }

  void delivered(int entries, int bytes) {
    sentBytes.increment(bytes);
    sentEntries.increment(entries);
    acknowledged.add(entries);
  }

  void dropped(String tenant, String reason, int entries, long bytes) {
    droppedEntries(tenant, reason).increment(entries);
    droppedBytes(tenant, reason).increment(bytes);
  }

  void cut(String tenant, String reason, long bytes) {
    Counter.builder("promtail_mutated_entries")
        .description("Entries that were cut.")
        .tags("host", host, "tenant", tenant, "reason", reason)
        .register(registry)
        .increment();
    Counter.builder("promtail_mutated_bytes")
        .description("Bytes that were cut off.")
        .tags("host", host, "tenant", tenant, "reason", reason)
        .register(registry)
        .increment(bytes);
  }

  void refused(String cause) {
    Counter.builder("promtail_agent_refused_entries")
        .description("Entries the server refused, by cause.")
        .tag("cause", cause)
        .register(registry)
        .increment();
  }

  /** Entries in requests, repeated ones counted again. */
  long sentCount() {
    return sent.sum();
  }

  /** Entries the server acknowledged. */
  long acknowledgedCount() {
    return acknowledged.sum();
  }
}
