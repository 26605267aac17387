package io.sigyn.server.write;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads that decode, validate and append pushes: as many as there are processors, with a
 * bounded queue.
 */
public final class WriteWorkers implements AutoCloseable {
  private final ExecutorService threads;
  private final int queue;

  /** With {@code size} threads and room for {@code queue} waiting pushes. */
  public WriteWorkers(int size, int queue) {
    this.threads = Threads.pool("write", size, queue);
    this.queue = queue;
  }

  /**
   * Runs the work of a push up to the store; no thread waits for the disk.
   *
   * @return completes when what the work returned completes; exceptionally with UNAVAILABLE when
   *     the queue is full
   */
  public CompletableFuture<Void> run(Supplier<CompletableFuture<Void>> work) {
    try {
      return CompletableFuture.completedFuture(work).thenComposeAsync(Supplier::get, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new LokiException(
              ErrorKind.UNAVAILABLE,
              "too many pushes are waiting (" + queue + "), try again later"));
    }
  }

  /** Takes no more work and waits for what runs. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
