package io.sigyn.server.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.model.Tenant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counters of pushes, under Loki's names. Safe for use by many threads. */
public final class WriteMetrics {
  /** Tenants that are counted one by one; those after them are counted together. */
  private static final int MAX_TENANTS = 1_000;

  private final MeterRegistry registry;
  private final Map<Tenant, Received> received = new ConcurrentHashMap<>();
  private final Map<Refusal, Discarded> discarded = new ConcurrentHashMap<>();

  private record Received(Counter lines, Counter bytes, Counter metadata) {}

  private record Discarded(Counter samples, Counter bytes) {}

  private record Refusal(String tenant, String reason) {}

  /** Counters in a registry. */
  public WriteMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void received(Tenant tenant, long lines, long lineBytes, long metadataBytes) {
    Received counters = received.get(tenant);
    if (counters == null) {
      Tenant counted = received.size() < MAX_TENANTS ? tenant : new Tenant("other");
      counters = received.computeIfAbsent(counted, this::newReceived);
    }
    counters.lines.increment(lines);
    counters.bytes.increment(lineBytes + metadataBytes);
    counters.metadata.increment(metadataBytes);
  }

  private Received newReceived(Tenant tenant) {
    return new Received(
        Counter.builder("loki_distributor_lines_received_total")
            .description("Lines received, before validation.")
            .tag("tenant", tenant.id())
            .register(registry),
        Counter.builder("loki_distributor_bytes_received_total")
            .description(
                "Uncompressed bytes of lines and structured metadata received, before validation.")
            .tag("tenant", tenant.id())
            .register(registry),
        Counter.builder("loki_distributor_structured_metadata_bytes_received_total")
            .description("Bytes of structured metadata received, before validation.")
            .tag("tenant", tenant.id())
            .register(registry));
  }

  /** Counts the streams of a tenant from now on, unless there are too many tenants. */
  void streams(Tenant tenant, TenantStreams streams) {
    if (!received.containsKey(tenant)) {
      return;
    }
    FunctionCounter.builder("loki_ingester_streams_created_total", streams, TenantStreams::created)
        .description("Streams that became active.")
        .tag("tenant", tenant.id())
        .register(registry);
    FunctionCounter.builder("loki_ingester_streams_removed_total", streams, TenantStreams::removed)
        .description("Streams that got no entries for a while.")
        .tag("tenant", tenant.id())
        .register(registry);
  }

  void discarded(Tenant tenant, String reason, long samples, long bytes) {
    String counted = received.containsKey(tenant) ? tenant.id() : "other";
    Discarded counters =
        discarded.computeIfAbsent(new Refusal(counted, reason), this::newDiscarded);
    counters.samples.increment(samples);
    counters.bytes.increment(bytes);
  }

  private Discarded newDiscarded(Refusal refusal) {
    return new Discarded(
        Counter.builder("loki_discarded_samples_total")
            .description("Entries that were refused.")
            .tag("tenant", refusal.tenant())
            .tag("reason", refusal.reason())
            .register(registry),
        Counter.builder("loki_discarded_bytes_total")
            .description("Bytes of entries that were refused.")
            .tag("tenant", refusal.tenant())
            .tag("reason", refusal.reason())
            .register(registry));
  }
}
