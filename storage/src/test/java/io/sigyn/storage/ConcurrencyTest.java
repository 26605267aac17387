package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.Direction;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.testkit.InMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers, readers and flushes at once: every append is seen by the query after it, nothing is seen twice. */
class ConcurrencyTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int WRITERS = 3;
  private static final int BATCHES = 250;

  @TempDir(factory = InMemory.class) Path temp;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void showsEveryEntryOnceWhileGenerationsBecomeSegmentsAndSegmentsAreMerged() throws Exception {
    StoreOptions options =
        new StoreOptions(StoreOptions.SyncMode.GROUP, 300_000, Duration.ofHours(1), 4 << 20, 0);
    showsEveryEntryOnce(options, true);
  }

  @Test
  void showsEveryEntryOnceWhilePagesBecomeBlocks() throws Exception {
    StoreOptions options =
        new StoreOptions(StoreOptions.SyncMode.GROUP, 200_000, Duration.ofHours(1), 4 << 20, 0);
    showsEveryEntryOnce(options, false);
    assertThat(metrics.get("sigyn.storage.head.blocks").counter().count()).isPositive();
  }

  private void showsEveryEntryOnce(StoreOptions options, boolean flushAllTheTime) throws Exception {
    Tuning tuning =
        new Tuning(64 << 10, 64L << 20, Duration.ofMillis(5), Duration.ofMillis(5)).withBlockBytes(2000);
    ExecutorService pool = Threads.pool("test", WRITERS + 3, WRITERS + 3);
    AtomicBoolean done = new AtomicBoolean();
    try (Store store =
        Store.open(
            temp.resolve("store"), options, Clock.SYSTEM, metrics, new FaultyFiles(), tuning)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        writers.add(pool.submit(() -> write(store, writer)));
      }
      Future<?> flusher =
          pool.submit(
              () -> {
                while (flushAllTheTime && !done.get()) {
                  store.flush();
                }
              });
      Future<?> merger =
          pool.submit(
              () -> {
                while (!done.get()) {
                  store.upkeep().runAll();
                }
              });
      Future<?> reader =
          pool.submit(
              () -> {
                for (int i = 0; !done.get(); i++) {
                  everyLineOnce(store, i % 2 == 0 ? Direction.FORWARD : Direction.BACKWARD);
                }
              });
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      flusher.get();
      merger.get();
      reader.get();
      assertThat(everyLineOnce(store, Direction.FORWARD)).isEqualTo(WRITERS * BATCHES * 10);
      assertThat(store.damages()).isEmpty();
    } finally {
      done.set(true);
      pool.shutdownNow();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void write(Store store, int writer) {
    Labels own = Labels.of("writer", Integer.toString(writer));
    List<LabelMatcher> mine = List.of(new LabelMatcher.Equal("writer", Integer.toString(writer)));
    for (int n = 0; n < BATCHES; n++) {
      String[] lines = new String[10];
      for (int i = 0; i < lines.length; i++) {
        lines[i] = writer + "/" + n + "/" + i + " and some text to make the head fill up";
      }
      // Every third batch of the second writer is a little late, of the third very much, so that runs overlap.
      int late = writer == 0 ? 0 : writer == 1 ? Math.min(n, 2) : n - n / 2;
      long ts = RandomBatches.NOON + (n % 3 == 0 ? n - late : n) * 1_000_000L;
      store.append(TENANT, StoreTest.batch(own, ts, lines)).join();
      Map<Labels, List<Oracle.Entry>> seen =
          Reading.select(store, TENANT, mine, new TimeRange(ts, ts + 1), Direction.FORWARD, new ScanStats());
      assertThat(seen.getOrDefault(own, List.of())).extracting(Oracle.Entry::line).contains(lines);
    }
  }

  private static int everyLineOnce(Store store, Direction direction) {
    Set<String> lines = new HashSet<>();
    int count = 0;
    for (List<Oracle.Entry> entries :
        Reading.select(store, TENANT, List.of(), TimeRange.ALL, direction, new ScanStats()).values()) {
      for (Oracle.Entry entry : entries) {
        lines.add(entry.line());
        count++;
      }
    }
    assertThat(lines).hasSize(count);
    return count;
  }
}
