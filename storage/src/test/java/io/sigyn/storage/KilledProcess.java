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
import io.sigyn.storage.tombstone.RowFilter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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

  /** Only when asked; delete requests are carried out at once. */
  static final UpkeepOptions UPKEEP =
      UpkeepOptions.ON_DEMAND.withDeletes(
          tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE, RowFilter.Compiler.NONE, Duration.ZERO);

  private static final int IN_FLIGHT = 8;
  private static final int DOOMED = 3;

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
    Store store =
        Store.open(
            Path.of(args[0]), options, Clock.SYSTEM, new SimpleMeterRegistry(), StoreFiles.LOCAL, TUNING, UPKEEP);
    out.println("open");
    long first = Long.parseLong(args[1]);
    int writers = Integer.parseInt(args[2]);
    Threads.start("upkeep", () -> upkeep(store, out));
    Threads.start("deleter", () -> delete(store, first, out));
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

  /** Compacts, deletes and scrubs all the time. */
  private static void upkeep(Store store, PrintStream out) {
    while (true) {
      Threads.pause(200_000_000);
      store.upkeep().runAll();
      for (String damage : store.damages()) {
        out.println("reader: " + damage);
      }
    }
  }

  /** Writes streams and deletes them, at once or after a while; deleted ones are not seen again. */
  private static void delete(Store store, long first, PrintStream out) {
    for (long number = first; number < first + DOOMED; number++) {
      Threads.pause(50_000_000);
      try {
        store.append(TENANT, Doomed.batch(number, timeOf(first))).join();
        out.println("written " + number);
        Threads.pause(number % 3 * 120_000_000);
        out.println("deleting " + number);
        store.delete(TENANT, Doomed.request(number));
        out.println("deleted " + number);
        if (Doomed.found(store, TENANT).containsKey(number)) {
          out.println("reader: still there: stream " + number + ", deleted");
        }
      } catch (LokiException | CompletionException e) {
        out.println("refused " + e);
      }
    }
  }

  private static long timeOf(long first) {
    return RandomBatches.NOON + first % 1_000_000 * 1_000_000L;
  }

  /** What is read of this life's batches is in order, and nothing twice. */
  private static void read(Store store, long first, PrintStream out) {
    long from = timeOf(first);
    while (true) {
      Set<String> lines = new HashSet<>();
      TimeRange range = new TimeRange(from, Long.MAX_VALUE);
      try (EntryCursor cursor =
          store.select(TENANT, new Selection(List.of(), range, Direction.BACKWARD), new ScanStats())) {
        long last = Long.MAX_VALUE;
        while (lines.size() < 20_000 && cursor.next()) {
          EntryBlock block = cursor.block();
          if (Doomed.is(block.stream())) {
            continue;
          }
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
