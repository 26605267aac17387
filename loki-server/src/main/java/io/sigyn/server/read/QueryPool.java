package io.sigyn.server.read;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Threads;
import io.sigyn.logql.engine.QueryContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads queries run on, as many as there are processors, and the queue before them.
 * Everything has a bound: a query that finds the queue full is refused, one whose time is up while
 * it waits is not started, one whose client is gone neither.
 */
public final class QueryPool implements AutoCloseable {
  private final ExecutorService threads;
  private final AtomicInteger waiting = new AtomicInteger();

  /** With {@code size} threads and room for {@code queue} waiting queries. */
  public QueryPool(int size, int queue, MeterRegistry metrics) {
    this.threads = Threads.pool("query", size, queue);
    Gauge.builder("sigyn_query_queue_length", waiting, AtomicInteger::get)
        .description("Queries that wait for a thread.")
        .register(metrics);
  }

  /**
   * Runs work for a query.
   *
   * @param context of the query; its deadline counts from now, waiting included
   * @return completes exceptionally with TOO_MANY_REQUESTS when the queue is full
   */
  public <T> CompletableFuture<T> run(QueryContext context, Supplier<T> work) {
    waiting.incrementAndGet();
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            waiting.decrementAndGet();
            context.check();
            return work.get();
          },
          threads);
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(
          new LokiException(ErrorKind.TOO_MANY_REQUESTS, "too many outstanding requests"));
    }
  }

  /** Takes no more queries and waits for those that run. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
