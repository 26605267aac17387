package io.sigyn.storage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.StoreFiles;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Fills a store with lines of one time, some of each flush again in the next, reads them in both directions, merges the
 * segments and reads again; prints what it found, and how long it took to standard error. Lines are numbered in order of
 * arrival.
 */
final class TieProcess {
  static final int BYTES = 100;
  private static final int AGAIN = 1_000;
  private static final int DIGITS = 8;
  private static final int BATCH = 4_000;

  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofHours(1), 1 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(4 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  private final int flushes;
  private final int lines;
  private final PrintStream out = System.out;
  private long since = System.nanoTime();

  private TieProcess(int flushes, int lines) {
    this.flushes = flushes;
    this.lines = lines;
  }

  /** Arguments: directory, number of flushes, lines of each, a multiple of 4,000. */
  public static void main(String[] args) {
    new TieProcess(Integer.parseInt(args[1]), Integer.parseInt(args[2])).run(Path.of(args[0]));
  }

  /** Lines that differ. */
  static int distinct(int flushes, int lines) {
    return flushes * (lines - AGAIN) + AGAIN;
  }

  /** Lines that a flush has again. */
  static int duplicates(int flushes) {
    return (flushes - 1) * AGAIN;
  }

  private void run(Path directory) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (Store store = Store.open(directory, OPTIONS, Clock.SYSTEM, metrics, StoreFiles.LOCAL, TUNING)) {
      for (int flush = 0; flush < flushes; flush++) {
        int first = flush * (lines - AGAIN);
        for (int at = first; at < first + lines; at += BATCH) {
          store.append(TENANT, batch(at)).join();
        }
        store.flush();
      }
      done("flushed");
      read(store);
      store.upkeep().runAll();
      done("merged, duplicates " + metrics.get("sigyn.storage.compacted.duplicates").counter().count());
      read(store);
      done("damages " + store.damages());
    }
  }

  private void done(String what) {
    out.println(what);
    long now = System.nanoTime();
    System.err.println((now - since) / 1_000_000 + " ms");
    since = System.nanoTime();
  }

  private static EntryBatch batch(int first) {
    byte[] arena = new byte[BATCH * BYTES];
    Arrays.fill(arena, (byte) 'x');
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(Labels.of("app", "a"));
    for (int i = 0; i < BATCH; i++) {
      int number = first + i;
      for (int digit = DIGITS - 1; digit >= 0; digit--) {
        arena[i * BYTES + digit] = (byte) ('0' + number % 10);
        number /= 10;
      }
      batch.entry(RandomBatches.NOON, i * BYTES, (i + 1) * BYTES, Labels.EMPTY);
    }
    return batch.build();
  }

  private void read(Store store) {
    for (Direction direction : Direction.values()) {
      ScanStats stats = new ScanStats();
      boolean forward = direction == Direction.FORWARD;
      int read = 0;
      int misplaced = 0;
      try (EntryCursor cursor =
          store.select(TENANT, new Selection(List.of(), TimeRange.ALL, direction), stats)) {
        while (cursor.next()) {
          if (read == 0) {
            done(direction + " has the first");
          }
          EntryBlock block = cursor.block();
          for (int i = 0; i < block.size(); i++) {
            int number = number(block, forward ? i : block.size() - 1 - i);
            misplaced += number == (forward ? read : distinct(flushes, lines) - 1 - read) ? 0 : 1;
            read++;
          }
        }
      }
      done(
          "%s %d, misplaced %d, duplicates %d, bytes %d"
              .formatted(direction, read, misplaced, stats.duplicates, stats.segmentBytes));
    }
  }

  private static int number(EntryBlock block, int r) {
    int number = 0;
    for (int at = block.lineStart(r); at < block.lineStart(r) + DIGITS; at++) {
      number = 10 * number + block.text()[at] - '0';
    }
    return number;
  }
}
