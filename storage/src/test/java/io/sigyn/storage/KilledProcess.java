package io.sigyn.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.StoreFiles;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Appends numbered batches from two threads until it is killed and prints {@code ack <number>} once a batch is durable.
 * The head is so small that it is flushed all the time, and files of the log are, too.
 */
final class KilledProcess {
  static final Tenant TENANT = new Tenant("tenant-1");
  static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 192 << 10, Duration.ofMinutes(15), 8 << 20, 0);
  static final Tuning TUNING =
      new Tuning(256 << 10, 64L << 20, Duration.ofMillis(50), Duration.ofMillis(200));

  private static final int IN_FLIGHT = 8;

  private KilledProcess() {}

  /** Arguments: directory, first number. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    out.println("started");
    Store store =
        Store.open(Path.of(args[0]), OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, TUNING);
    out.println("open");
    long first = Long.parseLong(args[1]);
    Thread odd = Threads.start("odd", () -> append(store, first + 1, out));
    append(store, first, out);
    if (odd.isAlive()) {
      throw new AssertionError("one writer ended before the other");
    }
  }

  private static void append(Store store, long first, PrintStream out) {
    BlockingQueue<CompletableFuture<?>> inFlight = new ArrayBlockingQueue<>(IN_FLIGHT);
    for (long number = first; ; number += 2) {
      long acked = number;
      try {
        CompletableFuture<?> durable =
            store.append(TENANT, NumberedBatch.of(number)).thenRun(() -> out.println("ack " + acked));
        if (!inFlight.offer(durable)) {
          inFlight.remove().join();
          inFlight.add(durable);
        }
      } catch (io.sigyn.error.LokiException e) {
        // Too much in memory; the number stays unused.
        Threads.pause(5_000_000);
      }
    }
  }
}
