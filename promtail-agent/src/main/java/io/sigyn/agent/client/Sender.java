package io.sigyn.agent.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.agent.client.Answer.Verdict;
import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.config.ClientConfig;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.PushEncoder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one client's batches, one request after the other, so that the entries of a stream never overtake each other.
 * A batch leaves when the server took it or refused it for good; everything else is asked again without end, since files
 * can wait: reading stops while there is no room.
 */
public final class Sender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sender.class);

  /** Requests that looking for refused entries may cost. */
  private static final int MAX_BISECT = 64;

  private final ClientConfig config;
  private final AgentBlock agent;
  private final Outbox outbox;
  private final Clock clock;
  private final Runnable beforeSend;
  private final RejectFile rejects;
  private final PushClient client;
  private final PushEncoder encoder = new PushEncoder();
  private final ClientMetrics metrics;
  private final FailureLog failures;
  private final ExecutorService thread = Threads.virtual("send");

  /**
   * Starts sending at once.
   *
   * @param beforeSend makes durable what the entries' times depend on
   * @param rejects keeps what is refused for good
   */
  public Sender(
      ClientConfig config,
      AgentBlock agent,
      Outbox outbox,
      MeterRegistry registry,
      String version,
      Clock clock,
      Runnable beforeSend,
      RejectFile rejects) {
    this.config = config;
    this.agent = agent;
    this.outbox = outbox;
    this.clock = clock;
    this.beforeSend = beforeSend;
    this.rejects = rejects;
    this.client = new PushClient(config, version, clock);
    this.metrics = new ClientMetrics(registry, client.host(), config.tenantId());
    this.failures = new FailureLog(client.address(), clock);
    thread.execute(this::run);
  }

  /** Entries in requests, repeated ones counted again. */
  public long entriesSent() {
    return metrics.sentCount();
  }

  /** Entries the server acknowledged. */
  public long entriesAcknowledged() {
    return metrics.acknowledgedCount();
  }

  /** Counts an entry that a limit kept from being sent. */
  public void dropped(String tenant, String reason, int bytes) {
    metrics.dropped(tenant.isEmpty() ? config.tenantId() : tenant, reason, 1, bytes);
  }

  /** Counts bytes that a limit cut off an entry. */
  public void cut(String tenant, String reason, int bytes) {
    metrics.cut(tenant.isEmpty() ? config.tenantId() : tenant, reason, bytes);
  }

  /** What is wrong with the server, empty when nothing is. */
  public String problem() {
    String problem = failures.problem();
    return problem.isEmpty() ? client.skew().orElse("") : problem;
  }

  private void run() {
    try {
      while (true) {
        Optional<PendingBatch> batch = outbox.take();
        if (batch.isEmpty() || !deliver(batch.get())) {
          return;
        }
        outbox.done(batch.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("sending ended unexpectedly url={}", client.address(), e);
      throw e;
    }
  }

  /** Sends until every entry is taken or refused for good; false when it was told to stop. */
  private boolean deliver(PendingBatch pending) throws InterruptedException {
    beforeSend.run();
    Deque<EntryBatch> parts = new ArrayDeque<>();
    parts.add(pending.build());
    int searches = 0;
    while (!parts.isEmpty()) {
      EntryBatch part = parts.poll();
      Optional<Answer> decided = ask(part, pending.tenant());
      if (decided.isEmpty()) {
        return false;
      }
      Answer answer = decided.get();
      Verdict verdict = answer.verdict();
      boolean searching = verdict == Verdict.BISECT && agent.send().splitOn400();
      boolean splitting = verdict == Verdict.SPLIT && agent.send().splitOn413();
      boolean undelivered = verdict != Verdict.DELIVERED;
      if (undelivered && (splitting || (searching && searches < MAX_BISECT)) && part.entries() > 1) {
        searches++;
        int middle = part.entries() / 2;
        parts.addFirst(Batches.part(part, middle, part.entries()));
        parts.addFirst(Batches.part(part, 0, middle));
      } else if (undelivered) {
        refuse(part, pending.tenant(), answer);
      }
    }
    return true;
  }

  private void refuse(EntryBatch part, String tenant, Answer answer) {
    String reason = answer.status() == 429 ? "rate_limited" : "ingester_error";
    metrics.dropped(tenant, reason, part.entries(), part.lineBytes());
    String cause = answer.cause();
    for (int i = 0; i < part.entries(); i++) {
      metrics.refused(cause);
    }
    rejects.add(part, tenant.isEmpty() ? config.tenantId() : tenant, client.address(), answer);
    failures.refused(part, cause, answer);
  }

  /** Sends one part until there is an answer that decides; empty when it was told to stop. */
  private Optional<Answer> ask(EntryBatch part, String tenant) throws InterruptedException {
    byte[] body = encoder.snappyProtobuf(part);
    metrics.encoded(body.length);
    long delay = config.backoffConfig().minPeriod().toNanos();
    for (int attempt = 1; ; attempt++) {
      long before = clock.ticks();
      Answer answer = client.send(body, tenant);
      metrics.requested(answer.status(), clock.ticks() - before, part.entries());
      failures.clocks(client.skew());
      Verdict verdict = answer.verdict();
      if (verdict == Verdict.DELIVERED) {
        metrics.delivered(part.entries(), body.length);
        failures.delivered();
        return Optional.of(answer);
      }
      if (decides(verdict, attempt)) {
        return Optional.of(answer);
      }
      failures.retrying(answer, attempt);
      long jittered = delay + ThreadLocalRandom.current().nextLong(delay);
      long wait = Math.min(jittered, config.backoffConfig().maxPeriod().toNanos());
      if (agent.send().honourRetryAfter() && answer.retryAfter().isPresent()) {
        wait = Math.max(wait, answer.retryAfter().get().toNanos());
      }
      if (!outbox.pause(wait)) {
        return Optional.empty();
      }
      metrics.retried(tenant);
      delay = Math.min(delay * 2, config.backoffConfig().maxPeriod().toNanos());
    }
  }

  private boolean decides(Verdict verdict, int attempt) {
    int most = config.backoffConfig().maxRetries();
    boolean tired = agent.compat().dropAfterMaxRetries() && most > 0 && attempt >= most;
    return switch (verdict) {
      case DELIVERED, SPLIT, BISECT, GIVE_UP -> true;
      case HOLD -> agent.compat().dropOn4xx();
      case SLOW_DOWN -> config.dropRateLimitedBatches() || tired;
      case RETRY -> tired;
    };
  }

  /** Sends what is there for at most the time, then stops. */
  public void close(Duration patience) {
    outbox.drain();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn(
            "entries were not delivered before the end, they are read again after the next start url={} bytes={}",
            client.address(), outbox.heldBytes());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** Stops at once. */
  @Override
  public void close() {
    outbox.stop();
    thread.shutdownNow();
    client.close();
    try {
      rejects.close();
    } catch (IOException e) {
      log.warn("file of refused entries cannot be closed err=\"{}\"", e.toString());
    }
  }
}
