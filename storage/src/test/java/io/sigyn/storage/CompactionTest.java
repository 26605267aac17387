package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.ByteSink;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(4 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1));

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Seeded(rounds = 15)
  void changesNoAnswer(RandomGenerator random) {
    RandomBatches batches = new RandomBatches(random);
    Oracle oracle = new Oracle();
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 2 + random.nextInt(8); flush > 0; flush--) {
        for (int n = 1 + random.nextInt(8); n > 0; n--) {
          EntryBatch batch = batches.next();
          store.append(TENANT, batch).join();
          oracle.append(batch);
        }
        store.flush();
        if (random.nextInt(4) == 0) {
          store.upkeep().runAll();
        }
      }
      store.upkeep().runAll();
      // Two days at most, and what is left in each is too unequal to be merged.
      assertThat(segmentFiles()).hasSizeLessThanOrEqualTo(8);
      assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
      for (int question = 0; question < 20; question++) {
        List<LabelMatcher> matchers = batches.matchers();
        TimeRange range = batches.range();
        Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        assertThat(Reading.select(store, TENANT, matchers, range, direction, new ScanStats()))
            .as("%s %s %s", matchers, range, direction)
            .isEqualTo(oracle.select(matchers, range));
      }
      assertThat(store.damages()).isEmpty();
    }
    try (Store store = open(Clock.SYSTEM)) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void copiesLargeBlocksAndMergesTheRest() throws IOException {
    Oracle oracle = new Oracle();
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        EntryBatch batch = large(flush);
        store.append(TENANT, batch).join();
        oracle.append(batch);
        store.flush();
      }
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1).allMatch(name -> name.startsWith("L1-"));
      assertThat(counter("copied.blocks")).isGreaterThanOrEqualTo(8);
      assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
      assertThat(store.damages()).isEmpty();
    }
  }

  /** What a block has of each of its thousands of streams is read once, not once for each. */
  @Test
  void readsWhatABlockHasOnceForAllOfItsStreams() throws IOException {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        store.append(TENANT, Allocated.streams("app-" + flush, 3_000, RandomBatches.NOON + flush)).join();
        store.flush();
      }
      assertThat(Allocated.by(store.upkeep()::runAll)).isLessThan(200L << 20);
      assertThat(segmentFiles()).hasSize(1);
      assertThat(Reading.all(store, TENANT)).hasSize(12_000);
    }
  }

  @Test
  void dropsDuplicatesThatCameInDifferentFlushes() {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        store.append(TENANT, StoreTest.batch(Labels.of("a", "b"), RandomBatches.NOON, "same", "own " + flush)).join();
        store.flush();
      }
      store.upkeep().runAll();
      assertThat(counter("compacted.duplicates")).isEqualTo(3);
      ScanStats stats = new ScanStats();
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats).values())
          .singleElement()
          .satisfies(
              entries ->
                  assertThat(entries)
                      .extracting(Oracle.Entry::line)
                      .containsExactly("same", "own 0", "own 1", "own 2", "own 3"));
      assertThat(stats.segmentLines).isEqualTo(5);
    }
  }

  /** An interrupt, as of a store that closes, is no damage: the next round begins anew and ends. */
  @Test
  void mergesAfterItWasInterruptedAnywhere() throws IOException {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        append(store, flush);
      }
      boolean interrupted = true;
      int cut = 0;
      for (; interrupted; cut++) {
        AtomicInteger left = new AtomicInteger(cut);
        files.rule =
            (call, path) -> {
              if ((call == Call.READ || call == Call.WRITE)
                  && path.toString().contains(".lseg")
                  && left.getAndDecrement() == 0) {
                Thread.currentThread().interrupt();
              }
            };
        store.upkeep().runAll();
        interrupted = Thread.interrupted();
        assertThat(store.damages()).as("call " + cut).isEmpty();
      }
      assertThat(cut).isGreaterThan(5);
      assertThat(segmentFiles()).hasSize(1).allMatch(name -> name.startsWith("L1-"));
    }
  }

  @Test
  void waitsForFourSegmentsWhileTheDayGoesOn() throws IOException {
    FakeClock clock = new FakeClock(RandomBatches.NOON);
    try (Store store = open(clock)) {
      for (int flush = 0; flush < 3; flush++) {
        append(store, flush);
      }
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(3);
      append(store, 3);
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
      append(store, 4);
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(2);
      clock.advance(Duration.ofHours(14));
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(5));
    }
  }

  private static void append(Store store, int number) {
    store.append(TENANT, StoreTest.batch(Labels.of("a", "b"), RandomBatches.NOON, "line " + number)).join();
    store.flush();
  }

  @Test
  void leavesFilesToQueriesThatBeganBefore() throws IOException {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        store.append(TENANT, large(flush)).join();
        store.flush();
      }
      Selection all = new Selection(List.of(), TimeRange.ALL, Direction.FORWARD);
      long rows = 0;
      try (EntryCursor cursor = store.select(TENANT, all, new ScanStats())) {
        assertThat(cursor.next()).isTrue();
        rows += cursor.block().size();
        store.upkeep().runAll();
        assertThat(segmentFiles()).hasSize(5);
        while (cursor.next()) {
          rows += cursor.block().size();
        }
      }
      assertThat(rows).isEqualTo(4 * 3000);
      assertThat(store.damages()).isEmpty();
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
    }
  }

  @Test
  void leavesDamagedSegmentsAsTheyAre() throws IOException {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        append(store, flush);
      }
    }
    Path first = segmentPaths().getFirst();
    byte[] bytes = Spoiled.withoutParity(Files.readAllBytes(first));
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("BLK1") + 16] ^= 1;
    Files.write(first, bytes);
    try (Store store = open(Clock.SYSTEM)) {
      store.upkeep().runAll();
      assertThat(Files.readAllBytes(first)).isEqualTo(bytes);
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(3));
      assertThat(store.damages()).anyMatch(text -> text.startsWith("block "));
    }
  }

  @Test
  void losesNothingWhenTheManifestCannotBeWritten() {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        append(store, flush);
      }
      files.rule =
          (call, path) -> {
            if (call == Call.SYNC && path.getFileName().toString().startsWith("MANIFEST-")) {
              throw new IOException("no");
            }
          };
      store.upkeep().runAll();
      files.rule = (call, path) -> {};
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(4));
      append(store, 4);
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(5));
    }
    try (Store store = open(Clock.SYSTEM)) {
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(5));
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void refusesAppendsWhileMoreThanSixtyFourSegmentsWait() {
    FakeClock clock = new FakeClock(RandomBatches.NOON);
    files.rule =
        (call, path) -> {
          if (call == Call.CREATE && path.getFileName().toString().startsWith("L1-")) {
            throw new IOException("no merges");
          }
        };
    try (Store store =
        Store.open(
            temp.resolve("store"),
            OPTIONS,
            clock,
            metrics,
            files,
            TUNING,
            UpkeepOptions.DEFAULT.withPace(0, 0, Duration.ofDays(1)))) {
      for (int flush = 0; flush < 65; flush++) {
        append(store, flush);
      }
      store.upkeep().runAll();
      assertThatThrownBy(() -> append(store, 65)).hasMessageContaining("more than 64 segments of one day wait to be merged");
      assertThat(Reading.all(store, TENANT).values()).singleElement().satisfies(all -> assertThat(all).hasSize(65));
      store.upkeep().pause();
      append(store, 66);
      store.upkeep().resume();
      files.rule = (call, path) -> {};
      clock.advance(Duration.ofMinutes(10));
      store.upkeep().runAll();
      append(store, 67);
    }
  }

  @Test
  void doesNothingWhilePaused() throws IOException {
    try (Store store = open(Clock.SYSTEM)) {
      for (int flush = 0; flush < 4; flush++) {
        append(store, flush);
      }
      store.upkeep().pause();
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(4);
      store.upkeep().resume();
      store.upkeep().runAll();
      assertThat(segmentFiles()).hasSize(1);
    }
  }

  /** 3,000 lines of 1,000 bytes of one stream, and a few of others that overlap between the flushes. */
  private static EntryBatch large(int flush) {
    ByteSink arena = new ByteSink(4 << 20);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    batch.stream(Labels.of("app", "hot"));
    for (int i = 0; i < 2990; i++) {
      add(batch, arena, RandomBatches.NOON + (flush * 3000L + i) * 1_000_000, flush + "/" + i + " " + "x".repeat(990));
    }
    batch.stream(Labels.of("app", "quiet"));
    for (int i = 0; i < 10; i++) {
      add(batch, arena, RandomBatches.NOON + i * 1_000_000L, flush + "/" + i);
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private static void add(EntryBatch.Builder batch, ByteSink arena, long ts, String line) {
    int from = arena.size();
    arena.utf8(line);
    Labels metadata = ts % 3_000_000 == 0 ? Labels.of("detected_level", "info", "n" + ts % 7, "v") : Labels.EMPTY;
    batch.entry(ts, from, arena.size(), metadata);
  }

  private List<Path> segmentPaths() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return new ArrayList<>(all.filter(path -> path.toString().endsWith(".lseg")).sorted().toList());
    }
  }

  private List<String> segmentFiles() {
    try {
      return segmentPaths().stream().map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double counter(String name) {
    return metrics.get("sigyn.storage." + name).counter().count();
  }

  private Store open(Clock clock) {
    return Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING);
  }
}
