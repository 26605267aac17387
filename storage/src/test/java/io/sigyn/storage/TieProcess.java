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
 * segments and reads again; prints what it found. Lines are numbered in order of arrival.
 */
final class TieProcess {
  static final int FLUSHES = 6;
  private static final int LINES = 80_000;
  private static final int AGAIN = 1_000;
  static final int DISTINCT = FLUSHES * (LINES - AGAIN) + AGAIN;
  static final int DUPLICATES = (FLUSHES - 1) * AGAIN;
  static final int BYTES = 100;
  private static final int DIGITS = 8;
  private static final int BATCH = 4_000;

  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofHours(1), 1 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(4 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  private TieProcess() {}

  /** Argument: directory. */
  public static void main(String[] args) {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    PrintStream out = System.out;
    try (Store store = Store.open(Path.of(args[0]), OPTIONS, Clock.SYSTEM, metrics, StoreFiles.LOCAL, TUNING)) {
      for (int flush = 0; flush < FLUSHES; flush++) {
        int first = flush * (LINES - AGAIN);
        for (int at = first; at < first + LINES; at += BATCH) {
          store.append(TENANT, batch(at)).join();
        }
        store.flush();
      }
      out.println("flushed");
      read(store, out);
      store.upkeep().runAll();
      out.println("merged, duplicates " + metrics.get("sigyn.storage.compacted.duplicates").counter().count());
      read(store, out);
      out.println("damages " + store.damages());
    }
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

  private static void read(Store store, PrintStream out) {
    for (Direction direction : Direction.values()) {
      ScanStats stats = new ScanStats();
      int read = 0;
      int misplaced = 0;
      try (EntryCursor cursor =
          store.select(TENANT, new Selection(List.of(), TimeRange.ALL, direction), stats)) {
        while (cursor.next()) {
          EntryBlock block = cursor.block();
          for (int i = 0; i < block.size(); i++) {
            boolean forward = direction == Direction.FORWARD;
            int number = number(block, forward ? i : block.size() - 1 - i);
            misplaced += number == (forward ? read : DISTINCT - 1 - read) ? 0 : 1;
            read++;
          }
        }
      }
      out.println(
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
