package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.retention.Retention;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");
  private static final long T0 = RandomBatches.NOON;
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long DAY = RandomBatches.DAY;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofDays(1000), 16 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final FakeClock clock = new FakeClock(T0);

  @Seeded(rounds = 15)
  void keepsAnEntryIfAndOnlyIfItIsNotOlderThanItsPeriod(RandomGenerator random) {
    long period = 6 * HOUR + random.nextLong(DAY);
    Retention retention =
        new Retention(
            period,
            List.of(
                new Retention.Rule(List.of(new LabelMatcher.Equal("app", "db")), 1, 2 * HOUR),
                new Retention.Rule(List.of(new LabelMatcher.Equal("level", "info")), 0, 3 * HOUR)));
    RandomBatches batches = new RandomBatches(random);
    Oracle oracle = new Oracle();
    try (Store store = open(retention)) {
      for (int step = 0; step < 30; step++) {
        EntryBatch batch = batches.next();
        store.append(TENANT, batch).join();
        oracle.append(batch);
        if (random.nextInt(3) == 0) {
          store.flush();
        }
        if (random.nextInt(5) == 0) {
          clock.advance(Duration.ofMinutes(random.nextInt(120)));
        }
        if (random.nextInt(5) == 0) {
          store.upkeep().runAll();
          store.upkeep().confirmRetention();
        }
        assertThat(Reading.all(store, TENANT)).isEqualTo(alive(oracle, retention));
      }
      assertThat(store.damages()).isEmpty();
      assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).containsAll(alive(oracle, retention).keySet());
    }
  }

  private Map<Labels, List<Oracle.Entry>> alive(Oracle oracle, Retention retention) {
    Map<Labels, List<Oracle.Entry>> all = oracle.select(List.of(), TimeRange.ALL);
    all.replaceAll(
        (labels, entries) ->
            entries.stream()
                .filter(entry -> entry.ts() >= clock.epochNanos() - retention.periodOf(labels))
                .collect(Collectors.toCollection(ArrayList::new)));
    all.values().removeIf(List::isEmpty);
    return all;
  }

  @Test
  void removesADayWhenItsLastEntryIsTooOldAndNotAMillisecondBefore() throws IOException {
    try (Store store = open(new Retention(DAY, List.of()))) {
      store.append(TENANT, StoreTest.batch(STREAM, T0, "old")).join();
      store.flush();
      store.append(TENANT, StoreTest.batch(STREAM, T0 + 2 * DAY, "new")).join();
      store.flush();
      clock.advance(Duration.ofDays(1));
      store.upkeep().runAll();
      assertThat(lines(store)).containsExactly("old", "new");
      assertThat(segmentFiles()).hasSize(2);
      clock.advance(Duration.ofMillis(1));
      assertThat(lines(store)).containsExactly("new");
      assertThat(store.stats(TENANT, List.of(), TimeRange.ALL).entries()).isEqualTo(1);
      assertThat(segmentFiles()).hasSize(2);
      clock.advance(Duration.ofMinutes(1));
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
      assertThat(metrics.get("sigyn.storage.removed.segments").tag("reason", "age").counter().count()).isEqualTo(1);
    }
    try (Store store = open(Retention.FOREVER)) {
      assertThat(lines(store)).containsExactly("new");
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void neverBringsBackWhatItRemovedFromTheLog() throws IOException {
    Path image = temp.resolve("image");
    try (Store store = open(new Retention(DAY, List.of()))) {
      store.append(TENANT, StoreTest.batch(STREAM, T0, "old")).join();
      store.flush();
      clock.advance(Duration.ofDays(2));
      store.append(TENANT, StoreTest.batch(STREAM, T0 + 2 * DAY, "new")).join();
      store.upkeep().confirmRetention();
      store.upkeep().runAll();
      copy(temp.resolve("store"), image);
    }
    try (Store store = Store.open(image, OPTIONS, clock, metrics, files, TUNING)) {
      assertThat(lines(store)).containsExactly("new");
    }
  }

  @Test
  void rewritesASegmentOfWhichMoreThanThreeTenthsIsExpired() throws IOException {
    Retention retention =
        new Retention(
            30 * DAY, List.of(new Retention.Rule(List.of(new LabelMatcher.Equal("app", "debug")), 1, HOUR)));
    try (Store store = open(retention)) {
      store.append(TENANT, StoreTest.batch(STREAM, T0, "a", "b", "c", "d")).join();
      store.append(TENANT, StoreTest.batch(Labels.of("app", "debug"), T0, "x", "y")).join();
      store.flush();
      clock.advance(Duration.ofHours(2));
      store.upkeep().runAll();
      assertThat(Reading.all(store, TENANT).keySet()).containsExactly(STREAM);
      assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).containsExactly(STREAM);
      assertThat(metrics.get("sigyn.storage.expired.entries").counter().count()).isEqualTo(2);
    }
    try (Store store = open(Retention.FOREVER)) {
      assertThat(lines(store)).containsExactly("a", "b", "c", "d");
    }
  }

  /** Half of each of thousands of streams that share a block: what the block has of each is read once, not once for each. */
  @Test
  void readsWhatABlockHasOnceForAllOfItsStreams() {
    try (Store store = open(new Retention(DAY, List.of()))) {
      store.append(TENANT, Allocated.streams("many", 4_000, T0, T0 + 2 * HOUR)).join();
      store.flush();
      clock.advance(Duration.ofHours(25));
      assertThat(Allocated.by(store.upkeep()::runAll)).isLessThan(100L << 20);
      assertThat(store.stats(TENANT, List.of(), TimeRange.ALL).streams()).isEqualTo(4_000);
      assertThat(metrics.get("sigyn.storage.expired.entries").counter().count()).isZero();
    }
  }

  @Test
  void waitsWhenTheClockJumps() throws IOException {
    try (Store store = open(new Retention(DAY, List.of()))) {
      store.append(TENANT, StoreTest.batch(STREAM, T0, "one")).join();
      store.flush();
      for (long jump : new long[] {3 * HOUR, 3650 * DAY, -3650 * DAY, -2 * HOUR}) {
        clock.jumpTo(clock.epochNanos() + jump);
        store.upkeep().runAll();
        assertThat(lines(store)).as("after a jump by " + jump).containsExactly("one");
        assertThat(segmentFiles()).hasSize(1);
      }
      assertThat(store.upkeep().retentionPaused()).isTrue();
      assertThat(metrics.get("sigyn.storage.retention.paused").gauge().value()).isEqualTo(1);
      clock.advance(Duration.ofHours(1));
      store.upkeep().runAll();
      assertThat(store.upkeep().retentionPaused()).isFalse();
      assertThat(lines(store)).containsExactly("one");
    }
  }

  @Test
  void refusesToRemoveEverythingAtOnceUntilSomebodyConfirms() throws IOException {
    try (Store store = open(Retention.FOREVER)) {
      store.append(TENANT, StoreTest.batch(STREAM, T0, "one")).join();
    }
    // The clock was set while nobody could see it jump.
    clock.jumpTo(T0 + 3650 * DAY);
    try (Store store = open(new Retention(30 * DAY, List.of()))) {
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
      assertThat(store.upkeep().retentionPaused()).isTrue();
      store.upkeep().confirmRetention();
      store.upkeep().runAll();
      assertThat(segmentFiles()).isEmpty();
    }
  }

  @Test
  void keepsTheDirectoryBelowItsBoundAndRemovesTheOldestFirst() throws IOException {
    Tenant other = new Tenant("other");
    try (Store store =
        Store.open(
            temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING, UpkeepOptions.ON_DEMAND.withMaxBytes(1 << 20))) {
      store.append(TENANT, StoreTest.batch(STREAM, T0 - 3 * DAY, "3")).join();
      store.append(other, StoreTest.batch(STREAM, T0 - 4 * DAY, "4")).join();
      store.append(TENANT, StoreTest.batch(STREAM, T0 - 2 * DAY, "2")).join();
      store.append(TENANT, StoreTest.batch(STREAM, T0, "0")).join();
      store.flush();
      store.upkeep().runAll();
      // The log takes a mebibyte by itself.
      assertThat(lines(store)).containsExactly("0");
      assertThat(Reading.all(store, other)).isEmpty();
      assertThat(metrics.get("sigyn.storage.removed.segments").tag("reason", "size").counter().count()).isEqualTo(3);
    }
  }

  @Test
  void removesNoMoreThanTheBoundAsks() throws IOException {
    long each;
    try (Store store = open(Retention.FOREVER)) {
      for (int day = 4; day >= 0; day--) {
        store.append(TENANT, StoreTest.batch(STREAM, T0 - day * DAY, "day " + day)).join();
        store.flush();
      }
      each = Files.size(segmentFiles().getFirst());
    }
    try (Store store =
        Store.open(
            temp.resolve("store"),
            OPTIONS,
            clock,
            metrics,
            files,
            TUNING,
            UpkeepOptions.ON_DEMAND.withMaxBytes((1 << 20) + 3 * each))) {
      store.upkeep().runAll();
      assertThat(lines(store)).endsWith("day 2", "day 1", "day 0").hasSizeBetween(3, 5);
    }
  }

  private static List<String> lines(Store store) {
    return Reading.all(store, TENANT).values().stream().flatMap(List::stream).map(Oracle.Entry::line).toList();
  }

  private List<Path> segmentFiles() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(path -> path.toString().endsWith(".lseg")).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private Store open(Retention retention) {
    return Store.open(
        temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING,
        UpkeepOptions.ON_DEMAND.withRetention(tenant -> retention));
  }
}
