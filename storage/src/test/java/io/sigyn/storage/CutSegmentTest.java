package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment whose end is gone, and its index with it, or whose index is damaged beyond repair. */
class CutSegmentTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final UpkeepOptions UPKEEP =
      UpkeepOptions.ON_DEMAND.withDeletes(
          tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE, RowFilter.Compiler.NONE, Duration.ZERO);

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private Map<Labels, List<Oracle.Entry>> whole = Map.of();
  private Path segment = Path.of("");
  private byte[] right = new byte[0];
  private List<BlockInfo> blocks = List.of();

  private Store open() {
    Tuning tuning =
        new Tuning(
            64 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 2048);
    return Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), files, tuning, UPKEEP);
  }

  @BeforeEach
  void fill() throws IOException {
    try (Store store = open()) {
      store.append(TENANT, SegmentBatches.mixed(1, 100)).join();
      store.flush();
      whole = Reading.all(store, TENANT);
    }
    try (Stream<Path> all = Files.walk(temp)) {
      segment = all.filter(path -> path.toString().endsWith(".lseg")).findFirst().orElseThrow();
    }
    right = Files.readAllBytes(segment);
    blocks = Objects.requireNonNull(index()).blocks();
    assertThat(blocks).hasSizeGreaterThan(6).anyMatch(block -> block.runs() > 1);
    assertThat(blocks.stream().filter(block -> block.firstStream() == 0)).hasSizeGreaterThan(1);
  }

  private SegmentIndex index() throws IOException {
    DamageLog damages = new DamageLog(damage -> {});
    Path directory = Publication.directory(segment);
    int day = Layout.day(directory).orElseThrow();
    SegmentInfo info = Segment.inspect(files, segment, TENANT, day, damages).info();
    return Objects.requireNonNull(
        new Segment(info, directory, TENANT, day, new SegmentCache(files, damages, 1 << 20)).index());
  }

  private long rowsBefore(long cut) {
    return blocks.stream().filter(block -> block.offset() + block.stored() <= cut).mapToLong(BlockInfo::rows).sum();
  }

  private static long rows(Map<Labels, List<Oracle.Entry>> of) {
    return of.values().stream().mapToLong(List::size).sum();
  }

  /** Reads what is left, which must be right, in order and told to be incomplete. */
  private Map<Labels, List<Oracle.Entry>> read(Store store, boolean complete, String what) {
    ScanStats stats = new ScanStats();
    Map<Labels, List<Oracle.Entry>> found =
        Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
    for (var stream : found.entrySet()) {
      List<Oracle.Entry> all = new ArrayList<>(whole.getOrDefault(stream.getKey(), List.of()));
      all.retainAll(stream.getValue());
      assertThat(stream.getValue()).as(what).isEqualTo(all);
    }
    assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.BACKWARD, new ScanStats()).keySet())
        .as(what)
        .isEqualTo(found.keySet());
    assertThat(stats.damages().isEmpty()).as(what).isEqualTo(complete);
    return found;
  }

  @Test
  void readsEveryBlockBeforeTheCut() throws IOException {
    for (int cut = 0; cut < right.length; cut += cut < blocks.getLast().offset() + blocks.getLast().stored() ? 37 : 700) {
      String what = "cut at " + cut;
      Files.write(segment, Arrays.copyOf(right, cut));
      try (Store store = open()) {
        long left = rows(read(store, rowsBefore(cut) == rows(whole), what));
        assertThat(left).as(what).isEqualTo(rowsBefore(cut));
        assertThat(store.damages()).as(what).hasSize(1);
        if (left > 0 && left < rows(whole)) {
          assertThat(store.damages().getFirst())
              .contains("%d of its %d entries are left out".formatted(rows(whole) - left, rows(whole)));
          ScanStats stats = new ScanStats();
          assertThat(store.series(TENANT, List.of(), TimeRange.ALL, stats)).as(what).isNotEmpty();
          assertThat(stats.damages()).as(what).hasSize(1);
        }
        store.upkeep().runAll();
        assertThat(rows(read(store, left == rows(whole), what))).as(what).isEqualTo(left);
      }
      if (Files.size(segment) == right.length) {
        assertThat(Files.readAllBytes(segment)).as(what).isEqualTo(right);
      }
    }
  }

  @Seeded(rounds = 40)
  void readsWhatItCanOfAnyDamage(RandomGenerator random) throws IOException {
    byte[] bytes = right.clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      int length = 1 + random.nextInt(random.nextBoolean() ? 3 : 9000);
      byte[] noise = new byte[Math.min(bytes.length, at + length) - at];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, bytes, at, noise.length);
    }
    Files.write(segment, Arrays.copyOf(bytes, bytes.length - (random.nextBoolean() ? 0 : random.nextInt(bytes.length))));
    Map<Labels, List<Oracle.Entry>> first;
    try (Store store = open()) {
      ScanStats stats = new ScanStats();
      first = Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
      first.forEach((labels, entries) -> assertThat(whole.getOrDefault(labels, List.of())).containsAll(entries));
      assertThat(stats.damages().isEmpty()).isEqualTo(first.equals(whole));
      store.upkeep().runAll();
    }
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(first);
    }
  }

  @Test
  void findsStreamsByTheirLabels() throws IOException {
    Files.write(segment, Arrays.copyOf(right, (int) blocks.getLast().offset()));
    try (Store store = open()) {
      Map<Labels, List<Oracle.Entry>> left = read(store, false, "last block gone");
      List<LabelMatcher> small = List.of(new LabelMatcher.Equal("size", "small"));
      Map<Labels, List<Oracle.Entry>> expected = new TreeMap<>(left);
      expected.keySet().removeIf(labels -> !labels.get("size").equals("small"));
      assertThat(expected).isNotEmpty();
      assertThat(Reading.select(store, TENANT, small, TimeRange.ALL, Direction.FORWARD, new ScanStats())).isEqualTo(expected);
      assertThat(store.labelValues(TENANT, "app", small, TimeRange.ALL))
          .containsExactlyElementsOf(expected.keySet().stream().map(labels -> labels.get("app")).sorted().toList());
    }
  }

  @Test
  void hidesWhatIsDeletedUntilTheSegmentIsWholeAgain() throws IOException {
    Labels gone = Labels.of("app", "app-a", "seed", "1", "size", "large");
    Files.write(segment, Arrays.copyOf(right, (int) blocks.getLast().offset()));
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).containsKey(gone);
      List<LabelMatcher> matchers = List.of(new LabelMatcher.Equal("app", "app-a"));
      store.delete(TENANT, new DeleteRequest("{app=\"app-a\"}", matchers, false, Long.MIN_VALUE, Long.MAX_VALUE));
      for (int i = 0; i < 3; i++) {
        store.upkeep().runAll();
        assertThat(Reading.all(store, TENANT)).isNotEmpty().doesNotContainKey(gone);
      }
    }
    Files.write(segment, right);
    Map<Labels, List<Oracle.Entry>> others = new TreeMap<>(whole);
    others.remove(gone);
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(others);
      store.upkeep().runAll();
      assertThat(Reading.all(store, TENANT)).isEqualTo(others);
    }
  }

  @Test
  void takesNoLineForATag() throws IOException {
    // The first tag and its block, as they are in the file, in lines that are stored as they are, at every distance from 64.
    byte[] copy = Arrays.copyOfRange(right, 64, (int) (blocks.getFirst().offset() + blocks.getFirst().stored()));
    byte[] noise = new byte[30_000];
    new Random(2).nextBytes(noise);
    try (Store store = open()) {
      for (int pad = 0; pad < 64; pad++) {
        byte[] line = new byte[pad + copy.length + noise.length];
        System.arraycopy(noise, 0, line, 0, pad);
        System.arraycopy(copy, 0, line, pad, copy.length);
        System.arraycopy(noise, 0, line, pad + copy.length, noise.length);
        EntryBatch.Builder batch = EntryBatch.builder(line).stream(Labels.of("evil", "yes"));
        batch.entry(RandomBatches.NOON + (1 + pad) * RandomBatches.DAY, 0, line.length, Labels.EMPTY);
        store.append(TENANT, batch.build()).join();
      }
      store.flush();
    }
    List<Path> others;
    try (Stream<Path> all = Files.walk(temp)) {
      others = all.filter(path -> path.toString().endsWith(".lseg") && !path.equals(segment)).toList();
    }
    assertThat(others).hasSize(64);
    int aligned = 0;
    for (Path other : others) {
      byte[] bytes = Files.readAllBytes(other);
      for (int at = 128; at < 20_000; at += 64) {
        aligned += Arrays.equals(bytes, at, at + 100, copy, 0, 100) ? 1 : 0;
      }
      bytes[64] ^= 1;
      Files.write(other, Arrays.copyOf(bytes, bytes.length - 14_000));
    }
    assertThat(aligned).as("lines that lie where a tag may").isPositive();
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
      assertThat(store.damages()).hasSize(64);
    }
  }
}
