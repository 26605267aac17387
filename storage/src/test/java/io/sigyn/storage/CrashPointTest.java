package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fixed piece of work is cut off at every single call it makes to the file system, the last write half done; then the
 * store is opened as after a crash.
 */
class CrashPointTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofHours(1), 8 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(8 << 10, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));
  private static final int BATCHES = 13;

  /** What is there after so many batches. */
  private static final List<Map<Labels, List<Oracle.Entry>>> EXPECTED = expected();

  @TempDir(factory = InMemory.class) Path temp;

  @Test
  void losesNothingAcknowledgedWhicheverCallIsTheLast() {
    FaultyFiles files = new FaultyFiles();
    AtomicInteger calls = new AtomicInteger();
    files.rule = (call, path) -> calls.incrementAndGet();
    int acked = work(temp.resolve("whole"), files);
    assertThat(acked).isEqualTo(BATCHES);
    int all = calls.get();
    assertThat(all).isGreaterThan(100);
    for (int last = 0; last < all; last++) {
      Path root = temp.resolve("cut-" + last);
      acked = work(root, dyingAfter(last));
      Store store = open(root, new FaultyFiles());
      try {
        check(store, acked, last);
        store.close();
        store = open(root, new FaultyFiles());
        check(store, acked, last);
      } finally {
        store.close();
      }
    }
  }

  private static FaultyFiles dyingAfter(int last) {
    FaultyFiles files = new FaultyFiles();
    AtomicInteger calls = new AtomicInteger();
    files.rule =
        (call, path) -> {
          if (calls.incrementAndGet() > last) {
            throw new IOException("power off");
          }
        };
    return files;
  }

  /** Appends, flushes and restarts; returns how many batches were acknowledged before the power went. */
  private static int work(Path root, FaultyFiles files) {
    int acked = 0;
    try {
      Store store = open(root, files);
      try {
        while (acked < BATCHES) {
          store.append(TENANT, NumberedBatch.of(acked)).join();
          acked++;
          if (acked % 3 == 0) {
            store.flush();
          }
          if (acked % 6 == 0) {
            store.upkeep().runAll();
          }
          if (acked == 8) {
            store.close();
            store = open(root, files);
          }
        }
      } finally {
        store.close();
      }
    } catch (LokiException | CompletionException e) {
      // The power is off.
    }
    return acked;
  }

  private static void check(Store store, int acked, int last) {
    Map<Labels, List<Oracle.Entry>> found = Reading.all(store, TENANT);
    Map<Labels, List<Oracle.Entry>> least = EXPECTED.get(acked);
    Map<Labels, List<Oracle.Entry>> most = EXPECTED.get(Math.min(acked + 1, BATCHES));
    assertThat(found).as("cut after call " + last + ", acknowledged " + acked).isIn(least, most);
    assertThat(store.damages()).as("cut after call " + last).isEmpty();
  }

  private static List<Map<Labels, List<Oracle.Entry>>> expected() {
    List<Map<Labels, List<Oracle.Entry>>> expected = new ArrayList<>();
    Oracle oracle = new Oracle();
    for (int number = 0; number <= BATCHES; number++) {
      expected.add(new TreeMap<>(oracle.select(List.of(), TimeRange.ALL)));
      oracle.append(NumberedBatch.of(number));
    }
    return expected;
  }

  private static Store open(Path root, FaultyFiles files) {
    return Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), files, TUNING);
  }
}
