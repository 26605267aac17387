package io.sigyn.server.tail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Conversation;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.read.Querier;
import io.sigyn.server.write.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The live tails of all tenants. Safe for use by many threads. */
public final class Tails implements Arrivals {
  private final Querier querier;
  private final TenantLimits limits;
  private final Clock clock;
  private final Duration longest;
  private final TailRoom room;
  private final Map<Tenant, CopyOnWriteArrayList<Inbox>> open = new ConcurrentHashMap<>();

  /**
   * No tails yet.
   *
   * @param querier reads what was there before a tail began
   * @param longest how long a tail may last; 0 is for ever
   * @param roomBytes memory for what waits for all tails together; what finds no room there is dropped
   */
  public Tails(
      Querier querier, TenantLimits limits, MeterRegistry registry, Clock clock, Duration longest, long roomBytes) {
    this.querier = querier;
    this.limits = limits;
    this.clock = clock;
    this.longest = longest;
    this.room = new TailRoom(roomBytes);
    Gauge.builder("loki_querier_tail_active", open, Tails::count)
        .description("Live tails.")
        .register(registry);
    Gauge.builder("sigyn_tail_bytes", room, TailRoom::held)
        .description("Bytes of entries that wait for live tails.")
        .register(registry);
  }

  private static double count(Map<Tenant, CopyOnWriteArrayList<Inbox>> open) {
    return open.values().stream().mapToInt(List::size).sum();
  }

  @Override
  public void arrived(Tenant tenant, EntryBatch batch) {
    List<Inbox> listeners = open.get(tenant);
    if (listeners == null) {
      return;
    }
    ArrivedPush push = new ArrivedPush(batch, clock.ticks(), room);
    for (Inbox inbox : listeners) {
      inbox.offer(push);
    }
    push.handedOut();
  }

  /** A tail, which begins when the conversation does. */
  public Conversation tail(Tenant tenant, TailRequest request) {
    return socket -> new Tail(this, tenant, request, socket).run();
  }

  /**
   * Lets a listener in.
   *
   * @throws LokiException TOO_MANY_REQUESTS with Loki's text when the tenant has too many
   */
  void add(Tenant tenant, Inbox inbox) {
    int most = limits.of(tenant).maxConcurrentTailRequests();
    open.compute(
        tenant,
        (t, known) -> {
          CopyOnWriteArrayList<Inbox> own = known == null ? new CopyOnWriteArrayList<>() : known;
          if (most > 0 && own.size() >= most) {
            throw new LokiException(
                ErrorKind.TOO_MANY_REQUESTS,
                "rpc error: code = Code(400) desc = max concurrent tail requests limit exceeded, count > limit ("
                    + (own.size() + 1)
                    + " > "
                    + most
                    + ")");
          }
          own.add(inbox);
          return own;
        });
  }

  void remove(Tenant tenant, Inbox inbox) {
    open.computeIfPresent(
        tenant,
        (t, own) -> {
          own.remove(inbox);
          return own.isEmpty() ? null : own;
        });
  }

  Querier querier() {
    return querier;
  }

  Clock clock() {
    return clock;
  }

  /** The most lines of history: as many as a query may answer. */
  int maxHistory(Tenant tenant) {
    int most = limits.of(tenant).maxEntriesLimitPerQuery();
    return most > 0 ? most : Integer.MAX_VALUE;
  }

  Duration longest() {
    return longest;
  }
}
