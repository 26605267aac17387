package io.sigyn.server.read;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Threads;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads queries run on, and the queues before them, one per tenant and served in turn. Everything has a bound: a query
 * that finds its tenant's queue full is refused, one whose time is up while it waits is not started, one whose client leaves
 * gives its place in the queue back at once.
 */
public final class QueryPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryPool.class);
  private static final long STOPPING_SECONDS = 5;

  private final FairQueue queue;
  private final Consumer<Runnable> room;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopped;
  private final MeterRegistry metrics;
  private final Timer waited;
  private final AtomicInteger running = new AtomicInteger();

  /**
   * With {@code size} threads and room for {@code queued} waiting queries of each tenant.
   *
   * @param room waits until there is room for one more answer; is given what throws when the query must stop
   */
  public QueryPool(int size, int queued, Consumer<Runnable> room, MeterRegistry metrics) {
    this.queue = new FairQueue(queued);
    this.room = room;
    this.stopped = new CountDownLatch(size);
    this.metrics = metrics;
    this.waited =
        Timer.builder("loki_query_scheduler_queue_duration_seconds")
            .description("Time that queries waited for a thread.")
            .register(metrics);
    Gauge.builder("sigyn_query_queue_length", queue, FairQueue::waiting)
        .description("Queries that wait for a thread.")
        .register(metrics);
    Gauge.builder("sigyn_queries_running", running, AtomicInteger::get)
        .description("Queries that have a thread.")
        .register(metrics);
    for (int i = 1; i <= size; i++) {
      threads.add(Threads.start("query-" + i, this::work));
    }
  }

  /**
   * Runs work for a query.
   *
   * @param tenants whose turn it must be; several together are an owner of their own
   * @param context of the query; its deadline counts from now, waiting included
   * @param cancellation is given the switch that stops the query, waiting or running
   * @return completes exceptionally with TOO_MANY_REQUESTS when the queue is full
   */
  public <T> CompletableFuture<T> run(
      List<Tenant> tenants, QueryContext context, Supplier<T> work, Consumer<Runnable> cancellation) {
    String owner = tenants.stream().map(Tenant::id).collect(Collectors.joining("|"));
    Task<T> task = new Task<>(context, work);
    if (queue.offer(owner, task)) {
      AtomicReference<@Nullable Task<T>> place = task.place;
      cancellation.accept(
          () -> {
            context.cancel();
            Task<T> waiting = place.getAndSet(null);
            if (waiting != null && queue.withdraw(owner, waiting)) {
              waiting.withdrawn();
            }
          });
    } else {
      count(Outcome.REFUSED);
      Counter.builder("loki_query_scheduler_discarded_requests_total")
          .description("Queries that found their tenant's queue full.")
          .tag("user", owner)
          .register(metrics)
          .increment();
      task.answer.completeExceptionally(
          new LokiException(ErrorKind.TOO_MANY_REQUESTS, "too many outstanding requests"));
    }
    return task.answer;
  }

  /** One query's work, once. */
  private final class Task<T> implements Runnable {
    final CompletableFuture<T> answer = new CompletableFuture<>();

    /** This while it waits: whoever may have to stop a query for long after it has ended must not hold its answer. */
    final AtomicReference<@Nullable Task<T>> place = new AtomicReference<>(this);

    private final QueryContext context;
    private final Supplier<T> work;
    private final Timer.Sample queued = Timer.start(metrics);

    Task(QueryContext context, Supplier<T> work) {
      this.context = context;
      this.work = work;
    }

    @Override
    public void run() {
      place.set(null);
      queued.stop(waited);
      running.incrementAndGet();
      Outcome outcome = Outcome.OK;
      try {
        context.check();
        room.accept(context::check);
        T result = work.get();
        running.decrementAndGet();
        answer.complete(result);
      } catch (RuntimeException | Error e) {
        outcome = Outcome.of(e);
        running.decrementAndGet();
        answer.completeExceptionally(e);
      }
      count(outcome);
    }

    /** It will not be run. */
    void withdrawn() {
      queued.stop(waited);
      count(Outcome.CANCELLED);
      answer.completeExceptionally(new LokiException(ErrorKind.CANCELLED, "context canceled"));
    }
  }

  /** The threads that have nothing to do now. */
  int idle() {
    return queue.idle();
  }

  /** Has work done by a thread without a query, if there is one; it must not throw. */
  boolean lend(Runnable work) {
    return queue.offerIdle(work);
  }

  private void work() {
    try {
      Optional<Runnable> task = queue.take();
      while (task.isPresent()) {
        run(task.get());
        task = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("what depends on a query failed", e);
    }
  }

  private enum Outcome {
    OK,
    REFUSED,
    CANCELLED,
    TIMEOUT,
    FAILED;

    static Outcome of(Throwable failure) {
      if (failure instanceof LokiException known) {
        return switch (known.kind()) {
          case CANCELLED -> CANCELLED;
          case TIMEOUT -> TIMEOUT;
          case TOO_MANY_REQUESTS -> REFUSED;
          case BAD_REQUEST, UNAUTHENTICATED, NOT_FOUND, TOO_LARGE, UNPROCESSABLE, INTERNAL, UNAVAILABLE -> FAILED;
        };
      }
      return FAILED;
    }
  }

  private void count(Outcome outcome) {
    Counter.builder("sigyn_queries_total")
        .description("Queries that came to their end.")
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(metrics)
        .increment();
  }

  /** Takes no more queries and waits for those that run. */
  @Override
  public void close() {
    queue.close();
    try {
      boolean _ = stopped.await(STOPPING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.forEach(Thread::interrupt);
  }
}
