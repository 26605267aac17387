package io.sigyn.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.StoreFiles;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Appends numbered batches from several threads, and reads from others, until it is killed; prints {@code ack <number>}
 * once a batch is durable. The head is so small that it is flushed all the time, and files of the log are, too.
 */
final class KilledProcess {
  static final Tenant TENANT = new Tenant("tenant-1");
  static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 192 << 10, Duration.ofMinutes(15), 8 << 20, 0);
  static final Tuning TUNING =
      new Tuning(256 << 10, 64L << 20, Duration.ofMillis(50), Duration.ofMillis(200));

  private static final int IN_FLIGHT = 8;

  private KilledProcess() {}

  /** Arguments: directory, first number, writers, readers, bytes to keep free. */
  public static void main(String[] args) {
    PrintStream out = System.out;
    out.println("started");
    StoreOptions options =
        new StoreOptions(
            OPTIONS.sync(),
            OPTIONS.headMaxBytes(),
            OPTIONS.headMaxAge(),
            OPTIONS.blockCacheBytes(),
            Long.parseLong(args[4]));
    Store store = Store.open(Path.of(args[0]), options, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, TUNING);
    out.println("open");
    long first = Long.parseLong(args[1]);
    int writers = Integer.parseInt(args[2]);
    for (int reader = Integer.parseInt(args[3]); reader > 0; reader--) {
      Threads.start("reader-" + reader, () -> read(store, first, out));
    }
    for (int writer = 1; writer < writers; writer++) {
      int number = writer;
      Threads.start("writer-" + writer, () -> append(store, first + number, writers, out));
    }
    append(store, first, writers, out);
  }

  private static void append(Store store, long first, int step, PrintStream out) {
    BlockingQueue<CompletableFuture<?>> inFlight = new ArrayBlockingQueue<>(IN_FLIGHT);
    String said = "";
    for (long number = first; ; number += step) {
      long acked = number;
      try {
        CompletableFuture<?> durable =
            store
                .append(TENANT, NumberedBatch.of(number))
                .handle(
                    (done, failure) -> {
                      out.println((failure == null ? "ack " : "failed ") + acked);
                      return failure == null;
                    });
        if (!inFlight.offer(durable)) {
          inFlight.remove().join();
          inFlight.add(durable);
        }
      } catch (LokiException e) {
        // The number stays unused.
        String kind = e.text().replaceAll("[0-9]+", "#");
        if (!said.equals(kind)) {
          out.println("refused " + e.kind() + " " + e.text());
          said = kind;
        }
        Threads.pause(5_000_000);
      }
    }
  }

  /** What is read of this life's batches is in order, and nothing twice. */
  private static void read(Store store, long first, PrintStream out) {
    long from = RandomBatches.NOON + first % 1_000_000 * 1_000_000L;
    while (true) {
      Set<String> lines = new HashSet<>();
      TimeRange range = new TimeRange(from, Long.MAX_VALUE);
      try (EntryCursor cursor =
          store.select(TENANT, new Selection(List.of(), range, Direction.BACKWARD), new ScanStats())) {
        long last = Long.MAX_VALUE;
        while (lines.size() < 20_000 && cursor.next()) {
          EntryBlock block = cursor.block();
          long newest = block.timestamp(block.size() - 1);
          if (newest > last) {
            out.println("reader: block of " + newest + " after " + last);
          }
          last = newest;
          for (int r = 0; r < block.size(); r++) {
            String line = new String(block.text(), block.lineStart(r), block.lineEnd(r) - block.lineStart(r),
                java.nio.charset.StandardCharsets.ISO_8859_1);
            if (!lines.add(line)) {
              out.println("reader: twice: " + line);
            }
          }
        }
      }
    }
  }
}
