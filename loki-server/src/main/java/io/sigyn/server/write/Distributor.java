package io.sigyn.server.write;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.storage.Store;
import io.sigyn.wire.push.RefusedStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes pushes. Good entries of a push are stored even when others are refused; the answer then
 * says why, and a client that sends everything again does no harm, because the store keeps equal
 * entries once.
 */
public final class Distributor {
  private final Store store;
  private final TenantLimits limits;
  private final WriteMetrics metrics;
  private final Clock clock;
  private final Duration idle;
  private final long windowNanos;
  private final List<Arrivals> arrivals;
  private final Map<Tenant, TenantStreams> tenants = new ConcurrentHashMap<>();
  private final KnownStreams known = new KnownStreams();
  private volatile boolean stopped;

  /**
   * A distributor before a store.
   *
   * @param idle how long a stream counts as active after its last entry
   * @param window how far an entry may lie behind the newest of its stream
   * @param arrivals hear of what is stored
   */
  public Distributor(
      Store store,
      TenantLimits limits,
      MeterRegistry registry,
      Clock clock,
      Duration idle,
      Duration window,
      List<Arrivals> arrivals) {
    this.store = store;
    this.limits = limits;
    this.metrics = new WriteMetrics(registry);
    this.clock = clock;
    this.idle = idle;
    this.windowNanos = window.toNanos();
    this.arrivals = List.copyOf(arrivals);
    Gauge.builder("loki_ingester_memory_streams", tenants, Distributor::activeStreams)
        .description("Streams that got entries lately.")
        .register(registry);
  }

  /**
   * Checks and stores a push.
   *
   * @param refused streams of the push that are not in the batch, because they cannot be stored
   * @return completes when everything that is to be stored is durable; exceptionally with {@link
   *     PushRefusedException} when something was refused, then also only after the rest is durable
   * @throws PushRefusedException when nothing of it can be stored
   * @throws LokiException when the push is empty or the store takes nothing now
   */
  public CompletableFuture<Void> push(
      Tenant tenant, EntryBatch pushed, List<RefusedStream> refused) {
    if (stopped) {
      throw new LokiException(
          ErrorKind.UNAVAILABLE, "the ingester was shut down, nothing is stored until this server is started again");
    }
    if (pushed.streams() == 0 && refused.isEmpty()) {
      throw new LokiException(
          ErrorKind.UNPROCESSABLE, "error at least one valid stream is required for ingestion");
    }
    Limits own = limits.of(tenant);
    long now = clock.epochNanos();
    metrics.received(tenant, pushed.entries(), pushed.lineBytes(), metadataBytes(pushed));
    if (own.blockedUntilNanos() > now) {
      return blocked(tenant, own, pushed);
    }
    Validated valid = new Validator(own, tenant, pushed, now, metrics, known).validate(refused);
    if (valid.batch().entries() == 0) {
      return valid.errors().isEmpty()
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(new PushRefusedException(400, valid.errors().text()));
    }
    TenantStreams streams = tenants.computeIfAbsent(tenant, this::newStreams);
    checkRate(tenant, own, streams, valid);
    Admission admission = new Admission(tenant, own, streams, windowNanos, metrics, valid.batch());
    EntryBatch admitted = admission.admit(clock.ticks());
    Optional<PushRefusedException> refusal =
        admission
            .refusal()
            .or(() ->
                valid.errors().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new PushRefusedException(400, valid.errors().text())));
    CompletableFuture<Void> stored =
        admitted.entries() == 0
            ? CompletableFuture.completedFuture(null)
            : append(tenant, admitted);
    return refusal.isEmpty()
        ? stored
        : stored.thenCompose(done -> CompletableFuture.failedFuture(refusal.get()));
  }

  private CompletableFuture<Void> append(Tenant tenant, EntryBatch admitted) {
    CompletableFuture<Void> stored = store.append(tenant, admitted);
    for (Arrivals listener : arrivals) {
      listener.arrived(tenant, admitted);
    }
    return stored;
  }

  /** Refuses pushes from now on. */
  public void stop() {
    stopped = true;
  }

  /** Forgets streams that are not active any more; to be called now and then. */
  public void forgetIdleStreams() {
    long before = clock.ticks() - idle.toNanos();
    tenants.values().forEach(streams -> streams.forgetBefore(before));
  }

  private TenantStreams newStreams(Tenant tenant) {
    TenantStreams streams = new TenantStreams();
    metrics.streams(tenant, streams);
    return streams;
  }

  /** The active streams of all tenants. */
  private static double activeStreams(Map<Tenant, TenantStreams> tenants) {
    return tenants.values().stream().mapToInt(TenantStreams::size).sum();
  }

  private CompletableFuture<Void> blocked(Tenant tenant, Limits own, EntryBatch pushed) {
    metrics.discarded(tenant, "blocked_ingestion", pushed.entries(), pushed.lineBytes() + metadataBytes(pushed));
    if (own.blockIngestionStatusCode() == 200) {
      return CompletableFuture.completedFuture(null);
    }
    throw new PushRefusedException(
        own.blockIngestionStatusCode(),
        "ingestion blocked for user '"
            + tenant
            + "' until '"
            + Instant.parse(own.blockIngestionUntil())
            + "' with status code '"
            + own.blockIngestionStatusCode()
            + "'");
  }

  private void checkRate(Tenant tenant, Limits own, TenantStreams streams, Validated valid) {
    double perSecond = own.ingestionRateBytes();
    if (perSecond > 0
        && !streams.rate.take(valid.bytes(), perSecond, own.ingestionBurstBytes(), clock.ticks())) {
      metrics.discarded(tenant, "rate_limited", valid.batch().entries(), valid.bytes());
      throw new PushRefusedException(
          429,
          "ingestion rate limit exceeded for user "
              + tenant
              + " (limit: "
              + (long) perSecond
              + " bytes/sec) while attempting to ingest '"
              + valid.batch().entries()
              + "' lines totaling '"
              + valid.bytes()
              + "' bytes, reduce log volume or contact your Loki administrator to see if the limit"
              + " can be increased");
    }
  }

  private static long metadataBytes(EntryBatch batch) {
    long bytes = 0;
    for (int e = 0; e < batch.entries(); e++) {
      bytes += batch.metadata(e).isEmpty() ? 0 : Sizes.of(batch.metadata(e));
    }
    return bytes;
  }
}
