package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More entries of one stream and one time than are compared in one step. */
class TieTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 256 << 20, Duration.ofDays(1000), 1 << 20, 0);

  /** With blocks so small that some thousand entries are in hundreds. */
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1)).withBlockBytes(1 << 10);

  private static final UpkeepOptions UPKEEP =
      UpkeepOptions.ON_DEMAND.withDeletes(
          tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE,
          (query, stream) -> (rows, r) -> rows.line(r).contains(query),
          Duration.ZERO);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  /** What is hidden is in every segment, in runs that are read several times. */
  @Seeded(rounds = 4)
  void hidesAndMergesWhatIsDeleted(RandomGenerator random, @TempDir(factory = InMemory.class) Path temp)
      throws IOException {
    Oracle oracle = new Oracle();
    try (Store store =
        Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, StoreFiles.LOCAL, TUNING, UPKEEP)) {
      for (int flush = 0; flush < 5; flush++) {
        EntryBatch batch = batch(random);
        store.append(TENANT, batch).join();
        store.flush();
        oracle.append(batch);
      }
      check(store, oracle.select(List.of(), TimeRange.ALL));
      store.append(TENANT, StoreTest.batch(STREAM, RandomBatches.NOON, "secret in memory", "in memory")).join();
      oracle.append(StoreTest.batch(STREAM, RandomBatches.NOON, "secret in memory", "in memory"));
      List<LabelMatcher> matchers = List.of(new LabelMatcher.Equal("app", "web"));
      store.delete(TENANT, new DeleteRequest("secret", matchers, true, RandomBatches.NOON, RandomBatches.NOON));
      Map<Labels, List<Oracle.Entry>> left = new TreeMap<>();
      oracle
          .select(List.of(), TimeRange.ALL)
          .forEach(
              (labels, entries) ->
                  left.put(
                      labels,
                      entries.stream()
                          .filter(entry -> entry.ts() != RandomBatches.NOON || !entry.line().contains("secret"))
                          .toList()));
      check(store, left);
      store.flush();
      store.upkeep().runAll();
      assertThat(counter("compacted.segments")).isPositive();
      assertThat(counter("erased.entries")).isPositive();
      assertThat(segments(temp)).as("large and small").isEqualTo(2);
      check(store, left);
      assertThat(store.damages()).isEmpty();
    }
  }

  private double counter(String name) {
    return metrics.get("sigyn.storage." + name).counter().count();
  }

  private static long segments(Path temp) throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all.filter(path -> path.toString().endsWith(".lseg")).count();
    }
  }

  private static void check(Store store, Map<Labels, List<Oracle.Entry>> expected) {
    for (Direction direction : Direction.values()) {
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, direction, new ScanStats()))
          .as(direction.toString())
          .isEqualTo(expected);
      // By who looks at no line: they are read all the same where entries are compared.
      Selection textless =
          new Selection(List.of(), TimeRange.ALL, direction, Selection.Order.STREAM, Selection.TextTest.NONE)
              .withoutText();
      assertThat(count(store, textless)).isEqualTo(expected.values().stream().mapToLong(List::size).sum());
    }
  }

  private static long count(Store store, Selection selection) {
    long rows = 0;
    try (EntryCursor cursor = store.select(TENANT, selection, new ScanStats())) {
      while (cursor.next()) {
        rows += cursor.block().size();
      }
    }
    return rows;
  }

  /** Lines that other batches have too, most of them of one time. */
  private static EntryBatch batch(RandomGenerator random) {
    ByteSink arena = new ByteSink(1 << 14);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(STREAM);
    for (int i = 0; i < 1500; i++) {
      int from = arena.size();
      arena.utf8((random.nextInt(3) == 0 ? "secret " : "line ") + random.nextInt(5000) + " of some that are not so short");
      long ts = RandomBatches.NOON + (i < 100 ? -1 : i < 1400 ? 0 : 1);
      batch.entry(ts, from, arena.size(), random.nextInt(4) == 0 ? Labels.of("k", "v" + random.nextInt(2)) : Labels.EMPTY);
    }
    return batch.arena(arena.toByteArray()).build();
  }

  /** 48 MB of lines; the store keeps up to 32 MiB of blocks at hand for whoever reads. */
  @Test
  void takesLittleMemoryHoweverManyThereAre(@TempDir Path temp) throws Exception {
    Path errors = temp.resolve("errors");
    int flushes = 6;
    int lines = 80_000;
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TieProcess.class.getName(),
                temp.resolve("store").toString(),
                Integer.toString(flushes),
                Integer.toString(lines))
            .redirectError(errors.toFile())
            .start();
    List<String> said = child.inputReader(StandardCharsets.UTF_8).lines().toList();
    String first = "%s has the first";
    String found = "%s %d, misplaced 0, duplicates %d, bytes %d";
    int all = TieProcess.distinct(flushes, lines);
    int duplicates = TieProcess.duplicates(flushes);
    int bytes = all * TieProcess.BYTES;
    List<String> expected = new ArrayList<>(List.of("flushed"));
    for (String direction : List.of("FORWARD", "BACKWARD")) {
      expected.add(first.formatted(direction));
      expected.add(found.formatted(direction, all, duplicates, bytes + duplicates * TieProcess.BYTES));
    }
    expected.add("merged, duplicates " + (double) duplicates);
    for (String direction : List.of("FORWARD", "BACKWARD")) {
      expected.add(first.formatted(direction));
      expected.add(found.formatted(direction, all, 0, bytes));
    }
    expected.add("damages []");
    assertThat(said).as(Files.readString(errors)).isEqualTo(expected);
    assertThat(child.waitFor()).isZero();
  }
}
