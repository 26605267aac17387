package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.ByteSink;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged on disk is found, left out and reported; the rest is read, and the store opens. */
class DamageTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final int DAY = Layout.dayOf(RandomBatches.NOON);

  @TempDir(factory = InMemory.class) Path temp;
  private Path root;
  private Path dayDirectory;
  private final FaultyFiles files = new FaultyFiles();

  @BeforeEach
  void directories() {
    root = temp.resolve("store");
    dayDirectory = new Layout(root).day(TENANT, DAY);
  }

  /** Three streams, forty entries, metadata constant, of few and of many values. */
  private static EntryBatch small() {
    ByteSink arena = new ByteSink(4096);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    for (int s = 0; s < 3; s++) {
      batch.stream(Labels.of("app", "app-" + s, "level", s == 1 ? "" : "info"));
      for (int i = 0; i < 40; i++) {
        int from = arena.size();
        arena.utf8("line " + i + " of stream " + s);
        Labels set =
            switch (s) {
              case 0 -> Labels.of("zone", "z1");
              case 1 -> i % 2 == 0 ? Labels.of("user", "u" + i % 3) : Labels.EMPTY;
              default -> Labels.of("trace", Integer.toHexString(i * 7919));
            };
        batch.entry(RandomBatches.NOON + i * 1_000_000L, from, arena.size(), set);
      }
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private Store open() {
    return Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), files, Tuning.DEFAULT);
  }

  private Oracle fill(EntryBatch... batches) {
    Oracle oracle = new Oracle();
    try (Store store = open()) {
      for (EntryBatch batch : batches) {
        store.append(TENANT, batch).join();
        store.flush();
        oracle.append(batch);
      }
    }
    return oracle;
  }

  private Path only(String suffix) throws IOException {
    List<Path> found = all(suffix);
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private List<Path> all(String part) throws IOException {
    try (Stream<Path> paths = Files.list(dayDirectory)) {
      return paths.filter(path -> path.getFileName().toString().contains(part)).sorted().toList();
    }
  }

  @Test
  void findsAFlippedBitInEveryByteOfASegmentThatCannotBeMadeWhole() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill(small()).select(List.of(), TimeRange.ALL);
    SegmentInfo info = onlySegment();
    Path file = only(".lseg");
    byte[] bytes = Spoiled.withoutParity(Files.readAllBytes(file));
    int inUse = (int) (info.footer().directoryOffset() + info.footer().directoryLength());
    int block = blockAt(bytes);
    int unnoticed = 0;
    for (int at = 0; at < inUse; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      DamageLog damages = new DamageLog(damage -> {});
      Map<Labels, List<Oracle.Entry>> found = read(view(info, damages));
      if (damages.newest().isEmpty()) {
        assertThat(found).as("byte " + at).isEqualTo(whole);
        // Only zeros between regions, tags of blocks, and section statistics that no query reads yet, go without notice.
        unnoticed += at < block ? 0 : 1;
      } else {
        assertThat(found).as("byte " + at).isIn(whole, Map.of());
      }
    }
    assertThat(unnoticed).isLessThan((inUse - block) / 3);
  }

  private static int blockAt(byte[] segment) {
    return new String(segment, StandardCharsets.ISO_8859_1).indexOf("BLK1");
  }

  @Test
  void losesNothingToAFlippedBitInAnyByteOfASegment() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill(small()).select(List.of(), TimeRange.ALL);
    SegmentInfo info = onlySegment();
    Path file = only(".lseg");
    byte[] bytes = Files.readAllBytes(file);
    int found = 0;
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      DamageLog damages = new DamageLog(damage -> {});
      assertThat(read(view(info, damages))).as("byte " + at).isEqualTo(whole);
      found += damages.newest().isEmpty() ? 0 : 1;
    }
    int inUse = (int) (info.footer().directoryOffset() + info.footer().directoryLength());
    assertThat(found).isGreaterThan((inUse - blockAt(bytes)) / 3 * 2);
  }

  private SegmentInfo onlySegment() throws IOException {
    return DayManifest.load(files, dayDirectory, TENANT, DAY, temp.resolve("q"), new DamageLog(damage -> {}))
        .segments()
        .getFirst();
  }

  private View view(SegmentInfo info, DamageLog damages) {
    SegmentCache cache = new SegmentCache(files, damages, 1 << 20);
    SortedMap<Tenant, List<Segment>> segments = View.noSegments();
    segments.put(TENANT, List.of(new Segment(info, dayDirectory, TENANT, DAY, cache)));
    return new View(new HeadGeneration(), null, segments);
  }

  private static Map<Labels, List<Oracle.Entry>> read(View view) {
    Map<Labels, List<Oracle.Entry>> found = new TreeMap<>();
    // By a matcher, so that the postings are read too.
    List<LabelMatcher> matchers = List.of(LabelMatcher.Regexp.of("app", "app-.*"));
    try (EntryCursor cursor =
        new Selector(view, TENANT, matchers, Long.MIN_VALUE, Long.MAX_VALUE, new ScanStats(), Visibility.ALL)
            .open(new Selection(matchers, TimeRange.ALL, Direction.FORWARD), new Leases().enter())) {
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        List<Oracle.Entry> entries = found.computeIfAbsent(block.stream(), labels -> new ArrayList<>());
        for (int r = 0; r < block.size(); r++) {
          String line =
              new String(
                  block.text(),
                  block.lineStart(r),
                  block.lineEnd(r) - block.lineStart(r),
                  StandardCharsets.ISO_8859_1);
          entries.add(new Oracle.Entry(block.timestamp(r), line, block.metadata(r)));
        }
      }
    }
    return found;
  }

  @Test
  void leavesOutOneDamagedBlockAndReadsTheOthers() throws IOException {
    byte[] arena = new byte[4_000_000];
    Arrays.fill(arena, (byte) 'x');
    new java.util.Random(1).nextBytes(arena);
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(Labels.of("app", "big"));
    for (int i = 0; i < 40_000; i++) {
      batch.entry(RandomBatches.NOON + i * 1_000_000L, i * 100, i * 100 + 100, Labels.EMPTY);
    }
    Map<Labels, List<Oracle.Entry>> whole = fill(batch.build(), small()).select(List.of(), TimeRange.ALL);
    Path large = all(".lseg").stream().filter(path -> path.toFile().length() > 1_000_000).findFirst().orElseThrow();
    byte[] bytes = Spoiled.withoutParity(Files.readAllBytes(large));
    bytes[1_500_000] ^= 1;
    Files.write(large, bytes);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, metrics, files, Tuning.DEFAULT)) {
      Map<Labels, List<Oracle.Entry>> found = Reading.all(store, TENANT);
      List<Oracle.Entry> big = found.getOrDefault(Labels.of("app", "big"), List.of());
      assertThat(big).hasSizeBetween(28_000, 31_000);
      assertThat(whole.get(Labels.of("app", "big"))).containsAll(big.subList(0, 1000));
      found.remove(Labels.of("app", "big"));
      whole.remove(Labels.of("app", "big"));
      assertThat(found).isEqualTo(whole);
      assertThat(Reading.all(store, TENANT)).hasSize(4);
      assertThat(store.damages()).hasSize(1).first().asString().contains(large.toString(), "block 1 at", "are left out");
      assertThat(metrics.get("sigyn.storage.damaged.regions").tag("kind", "block").counter().count()).isEqualTo(1);
    }
  }

  /** Where two chains of a stream overlap, lines must be looked at to find duplicates, even by those who only count. */
  @Test
  void findsDamagedTextThatNobodyWantedToLookAt() throws IOException {
    // Lines that do not compress are stored as they are, so they can be found in the file.
    byte[] arena = new byte[4000];
    new java.util.Random(1).nextBytes(arena);
    EntryBatch.Builder builder = EntryBatch.builder(arena).stream(Labels.of("app", "noise"));
    for (int i = 0; i < 40; i++) {
      builder.entry(RandomBatches.NOON + i * 1_000_000L, i * 100, i * 100 + 100, Labels.EMPTY);
    }
    EntryBatch batch = builder.build();
    fill(batch, batch);
    Selection count =
        new Selection(List.of(), TimeRange.ALL, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE)
            .withoutText();
    try (Store store = open()) {
      assertThat(rows(store, count, new ScanStats())).isEqualTo(40);
    }
    Path file = all(".lseg").getFirst();
    byte[] bytes = Spoiled.withoutParity(Files.readAllBytes(file));
    int at =
        new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(arena, 700, 16, StandardCharsets.ISO_8859_1));
    assertThat(at).isPositive();
    bytes[at] ^= 1;
    Files.write(file, bytes);
    try (Store store = open()) {
      assertThatThrownBy(() -> rows(store, count, new ScanStats()))
          .isInstanceOf(LokiException.class)
          .hasMessageContaining("is damaged")
          .hasMessageContaining("ask again");
      ScanStats again = new ScanStats();
      assertThat(rows(store, count, again)).isEqualTo(40);
      assertThat(again.damages()).singleElement().asString().contains("block 0 of segment ");
    }
  }

  private static long rows(Store store, Selection selection, ScanStats stats) {
    long rows = 0;
    try (EntryCursor cursor = store.select(TENANT, selection, stats)) {
      while (cursor.next()) {
        rows += cursor.block().size();
      }
    }
    return rows;
  }

  @Test
  void takesNoInterruptedReadForDamage() {
    Map<Labels, List<Oracle.Entry>> whole = fill(small()).select(List.of(), TimeRange.ALL);
    for (String wanted : List.of("the index", "a block")) {
      AtomicInteger reads = new AtomicInteger();
      try (Store store = open()) {
        if (wanted.equals("a block")) {
          assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).hasSameSizeAs(whole.keySet());
        }
        files.rule =
            (call, path) -> {
              if (call == FaultyFiles.Call.READ && path.toString().endsWith(".lseg") && reads.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
              }
            };
        assertThatThrownBy(() -> Reading.all(store, TENANT))
            .as(wanted)
            .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
        assertThat(Thread.interrupted()).as(wanted).isTrue();
        assertThat(Reading.all(store, TENANT)).as(wanted).isEqualTo(whole);
        assertThat(store.damages()).as(wanted).isEmpty();
      } finally {
        files.rule = (call, path) -> {};
      }
    }
  }

  @Test
  void opensWithSegmentsThatAreMissingEmptyOrCut() throws IOException {
    Oracle kept = fill(small());
    Path whole = only(".lseg");
    Oracle hurt = fill(NumberedBatch.of(0), NumberedBatch.of(1), NumberedBatch.of(2), NumberedBatch.of(3));
    // Names sort by the millisecond of their creation, in which there may be several.
    List<Path> segments = all(".lseg").stream().filter(path -> !path.equals(whole)).toList();
    Files.delete(segments.get(0));
    Files.write(segments.get(1), new byte[0]);
    byte[] bytes = Files.readAllBytes(segments.get(2));
    Files.write(segments.get(2), Arrays.copyOf(bytes, bytes.length - 1));
    try (Store store = open()) {
      Map<Labels, List<Oracle.Entry>> found = Reading.all(store, TENANT);
      Map<Labels, List<Oracle.Entry>> untouched = kept.select(List.of(), TimeRange.ALL);
      assertThat(found).containsAllEntriesOf(untouched);
      found.keySet().removeAll(untouched.keySet());
      assertThat(hurt.select(List.of(), TimeRange.ALL).keySet()).containsAll(found.keySet());
      assertThat(store.damages()).hasSize(3);
    }
  }

  @Test
  void survivesAnyCutOfTheManifest() throws IOException {
    Oracle oracle = fill(small(), NumberedBatch.of(0));
    Map<Labels, List<Oracle.Entry>> whole = oracle.select(List.of(), TimeRange.ALL);
    byte[] bytes = Files.readAllBytes(only("MANIFEST"));
    for (int length = 0; length < bytes.length; length += 1 + length / 50) {
      Path manifest = only("MANIFEST");
      Files.write(manifest, Arrays.copyOf(bytes, length));
      assertWholeAndRepaired(whole, "cut at " + length);
    }
    Files.delete(only("MANIFEST"));
    assertWholeAndRepaired(whole, "deleted");
  }

  @Seeded(rounds = 60)
  void survivesAnyFlippedBitOfTheManifest(RandomGenerator random) throws IOException {
    Oracle oracle = fill(small(), NumberedBatch.of(0), NumberedBatch.of(1));
    Path manifest = only("MANIFEST");
    byte[] bytes = Files.readAllBytes(manifest);
    int bit = random.nextInt(bytes.length * 8);
    bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
    Files.write(manifest, bytes);
    assertWholeAndRepaired(oracle.select(List.of(), TimeRange.ALL), "bit " + bit);
  }

  private void assertWholeAndRepaired(Map<Labels, List<Oracle.Entry>> whole, String what) {
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).as(what).isEqualTo(whole);
      boolean cutBetweenRecords = what.startsWith("cut");
      boolean told = !store.damages().isEmpty() || !store.suspicions().isEmpty();
      assertThat(told || cutBetweenRecords || what.equals("deleted")).as(what).isTrue();
    }
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).as(what + ", repaired").isEqualTo(whole);
      assertThat(store.damages()).as(what + ", repaired").isEmpty();
    }
  }

  @Test
  void putsAsideWhatIsNoSegmentAndRemovesUnfinishedWork() throws IOException {
    Oracle oracle = fill(small());
    Path segment = only(".lseg");
    Path stranger = Files.copy(segment, dayDirectory.resolve("L0-00000000000000000000000000.lseg"));
    Path unfinished = Files.write(dayDirectory.resolve("L0-00000000000000000000000001.lseg.tmp"), new byte[100]);
    try (Store store = open()) {
      assertThat(only(".lseg")).isEqualTo(segment);
      assertThat(unfinished).doesNotExist();
      assertThat(root.resolve("quarantine").resolve(stranger.getFileName())).hasSameBinaryContentAs(segment);
      assertThat(store.damages()).hasSize(1).first().asString().contains("not named by the manifest and unusable");
      assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
    }
  }

  @Test
  void doesNotTakeASegmentOfAnotherTenantOrDayForItsOwn() throws IOException {
    fill(small());
    Path segment = only(".lseg");
    Path elsewhere = Files.createDirectories(new Layout(root).day(new Tenant("other"), DAY));
    Files.copy(segment, elsewhere.resolve(segment.getFileName()));
    Path otherDay = Files.createDirectories(new Layout(root).day(TENANT, DAY + 1));
    Files.copy(segment, otherDay.resolve(segment.getFileName()));
    try (Store store = open()) {
      assertThat(store.damages()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(Reading.all(store, TENANT)).hasSize(3);
    }
  }

  @Test
  void makesALostIdentityAnewFromTheLog() throws IOException {
    Path copy = temp.resolve("copy");
    try (Store store = open()) {
      store.append(TENANT, small()).join();
      // What a killed process leaves: everything is in the log only.
      Files.createDirectories(copy.resolve("wal/0"));
      for (Path file : files.list(root.resolve("wal/0"))) {
        Files.copy(file, copy.resolve("wal/0").resolve(file.getFileName()));
      }
    }
    root = copy;
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).hasSize(3);
      assertThat(store.damages()).isEmpty();
    }
    Files.write(copy.resolve("IDENTITY"), new byte[28]);
    try (Store store = open()) {
      assertThat(Reading.all(store, TENANT)).hasSize(3);
      assertThat(store.damages()).hasSize(1).first().asString().startsWith("identity ");
    }
  }
}
