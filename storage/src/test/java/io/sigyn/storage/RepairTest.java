package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to a segment that its parity can make good. */
class RepairTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 16 << 20, 0);
  private static final int PAGE = 4096;

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private Store open() {
    metrics = new SimpleMeterRegistry();
    Tuning tuning =
        new Tuning(
            64 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 16 << 10);
    return Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, files, tuning, UpkeepOptions.ON_DEMAND);
  }

  private Path segment() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      List<Path> found = all.filter(path -> path.toString().endsWith(".lseg")).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }

  private Map<Labels, List<Oracle.Entry>> fill() {
    try (Store store = open()) {
      store.append(TENANT, SegmentBatches.alike(1)).join();
      store.flush();
      return Reading.all(store, TENANT);
    }
  }

  private double count(String name) {
    return metrics.get("sigyn.storage." + name).counter().count();
  }

  /** Reads everything, finds nothing missing and nobody told so, and the file as it was after the upkeep. */
  private void assertMadeGood(Map<Labels, List<Oracle.Entry>> whole, Path segment, byte[] right, String what)
      throws IOException {
    Files.deleteIfExists(temp.resolve("store/SCRUB"));
    try (Store store = open()) {
      ScanStats stats = new ScanStats();
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).as(what).isEqualTo(whole);
      assertThat(stats.damages()).as(what).isEmpty();
      assertThat(stats.notices()).as(what).isEmpty();
      store.upkeep().runAll();
      store.upkeep().runAll();
      assertThat(Files.readAllBytes(segment)).as(what).isEqualTo(right);
      assertThat(store.damages()).as(what).hasSize(1).first().asString().startsWith("segment " + segment);
      assertThat(count("repaired.segments")).as(what).isEqualTo(1);
      assertThat(metrics.get("sigyn.storage.damaged.regions").tag("kind", "segment").counter().count()).as(what).isOne();
      assertThat(Reading.all(store, TENANT)).as(what).isEqualTo(whole);
    }
    Files.deleteIfExists(temp.resolve("store/SCRUB"));
    try (Store store = open()) {
      store.upkeep().runAll();
      assertThat(store.damages()).as(what + ", afterwards").isEmpty();
      assertThat(count("repaired.segments")).as(what + ", afterwards").isZero();
    }
  }

  private void damaged(byte[] right, Path segment, Consumer<byte[]> change) throws IOException {
    byte[] bytes = right.clone();
    change.accept(bytes);
    Files.write(segment, bytes);
  }

  @Seeded(rounds = 3)
  void makesFlippedBitsAndPagesOfZerosGood(RandomGenerator random) throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    Path segment = segment();
    byte[] right = Files.readAllBytes(segment);
    assertThat(right.length).as("several pages").isGreaterThan(8 * PAGE);
    for (int i = 0; i < 30; i++) {
      int at = random.nextInt(right.length);
      damaged(right, segment, bytes -> bytes[at] ^= (byte) (1 << random.nextInt(8)));
      assertMadeGood(whole, segment, right, "flipped bit at " + at);
    }
    for (int page = 0; page * PAGE < right.length; page++) {
      int from = page * PAGE;
      damaged(right, segment, bytes -> Arrays.fill(bytes, from, Math.min(bytes.length, from + PAGE), (byte) 0));
      if (!Arrays.equals(Files.readAllBytes(segment), right)) {
        assertMadeGood(whole, segment, right, "zeros in page " + page);
      }
    }
  }

  @Test
  void putsTheEndOfTheFileRight() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    Path segment = segment();
    byte[] right = Files.readAllBytes(segment);
    for (int cut : new int[] {1, 63, 64, 65, 68, 100, 2 * PAGE, 2 * PAGE + 100}) {
      Files.write(segment, Arrays.copyOf(right, right.length - cut));
      assertMadeGood(whole, segment, right, "cut by " + cut);
    }
    for (int more : new int[] {1, 64, 5000}) {
      Files.write(segment, Arrays.copyOf(right, right.length + more));
      assertMadeGood(whole, segment, right, "longer by " + more);
    }
  }

  @Test
  void copiesADamagedBlockRightWhenItCompacts() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole;
    try (Store store = open()) {
      for (int seed = 0; seed < 4; seed++) {
        store.append(TENANT, SegmentBatches.alike(seed)).join();
        store.flush();
      }
      whole = Reading.all(store, TENANT);
    }
    List<Path> segments;
    try (Stream<Path> all = Files.walk(temp)) {
      segments = all.filter(path -> path.toString().endsWith(".lseg")).toList();
    }
    assertThat(segments).hasSize(4);
    for (Path segment : segments) {
      damaged(Files.readAllBytes(segment), segment, bytes -> bytes[5000] ^= 1);
    }
    try (Store store = open()) {
      store.upkeep().runAll();
      assertThat(count("compacted.segments")).isEqualTo(4);
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
    }
    assertThat(segment()).exists();
  }

  @Test
  void triesAgainWhenTheDiskIsFull() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    Path segment = segment();
    byte[] right = Files.readAllBytes(segment);
    damaged(right, segment, bytes -> bytes[5000] ^= 1);
    byte[] wrong = Files.readAllBytes(segment);
    for (Call call : List.of(Call.CREATE, Call.WRITE, Call.SYNC, Call.RENAME)) {
      try (Store store = open()) {
        files.rule = FaultyFiles.failing(call, call == Call.RENAME ? ".lseg" : ".lseg.tmp", "No space left on device");
        assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
        store.upkeep().runAll();
        assertThat(Files.readAllBytes(segment)).as(call.toString()).isEqualTo(wrong);
        assertThat(segment.resolveSibling(segment.getFileName() + ".tmp")).doesNotExist();
        assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
        files.rule = (any, path) -> {};
        store.upkeep().runAll();
        assertThat(Files.readAllBytes(segment)).as(call.toString()).isEqualTo(right);
        Files.write(segment, wrong);
      }
    }
  }

  /** What the one read spoils is in the file as it should be. */
  @Test
  void leavesAFileAloneThatWasReadWrongOnce() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    boolean[] failed = {false};
    try (Store store = open()) {
      files.rule =
          (call, path) -> {
            if (call == Call.READ && path.toString().endsWith(".lseg") && !failed[0]) {
              failed[0] = true;
              throw new IOException("Input/output error");
            }
          };
      assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
      store.upkeep().runAll();
      assertThat(failed[0]).isTrue();
      assertThat(store.damages()).isEmpty();
      assertThat(count("repaired.segments")).isZero();
    }
  }

  /** Too many open files, a disk that does not answer: that says nothing of what is in the file. */
  @Test
  void readsAgainWhatCouldNotBeReadForAWhile() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    for (Call call : List.of(Call.OPEN, Call.READ)) {
      for (boolean known : List.of(false, true)) {
        String what = call + (known ? " of blocks" : " of the index");
        try (Store store = open()) {
          if (known) {
            assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).hasSameSizeAs(whole.keySet());
          }
          files.rule = FaultyFiles.failing(call, ".lseg", "Too many open files");
          for (int again = 0; again < 3; again++) {
            ScanStats stats = new ScanStats();
            assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).as(what).isEmpty();
            assertThat(stats.damages()).as(what).isNotEmpty();
          }
          List<String> said = store.damages();
          assertThat(said).as(what).isNotEmpty().doesNotHaveDuplicates();
          assertThat(said).as(what).allMatch(text -> text.endsWith("until it can be read"));
          files.rule = (any, path) -> {};
          ScanStats stats = new ScanStats();
          assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats)).as(what).isEqualTo(whole);
          assertThat(stats.damages()).as(what).isEmpty();
          assertThat(store.damages()).as(what).isEqualTo(said);
        }
      }
    }
  }

  @Test
  void saysWhatCannotBeMadeGoodAndLeavesTheFile() throws IOException {
    Map<Labels, List<Oracle.Entry>> whole = fill();
    Path segment = segment();
    // Page 1 and page 3 are of one stripe.
    damaged(
        Files.readAllBytes(segment),
        segment,
        bytes -> {
          bytes[PAGE + 100] ^= 1;
          bytes[3 * PAGE + 100] ^= 1;
        });
    byte[] wrong = Files.readAllBytes(segment);
    try (Store store = open()) {
      ScanStats stats = new ScanStats();
      Map<Labels, List<Oracle.Entry>> found =
          Reading.select(store, TENANT, List.of(), TimeRange.ALL, Direction.FORWARD, stats);
      assertThat(stats.damages()).isNotEmpty();
      assertThat(found).isNotEqualTo(whole);
      found.forEach((labels, entries) -> assertThat(whole.get(labels)).containsAll(entries));
      store.upkeep().runAll();
      assertThat(Files.readAllBytes(segment)).isEqualTo(wrong);
      assertThat(count("repaired.segments")).isZero();
    }
  }

  @Seeded(rounds = 10)
  void leavesTheOneOrTheOtherFileWhenThePowerGoes(RandomGenerator random) {
    SimDisk disk = new SimDisk(random);
    Path root = Path.of("/repair/store");
    Map<Labels, List<Oracle.Entry>> whole;
    try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, metrics, disk, Tuning.DEFAULT, UpkeepOptions.ON_DEMAND)) {
      store.append(TENANT, SegmentBatches.alike(1)).join();
      store.flush();
      whole = Reading.all(store, TENANT);
    }
    Path segment = disk.all().stream().filter(path -> path.toString().endsWith(".lseg")).findFirst().orElseThrow();
    byte[] right = disk.bytes(segment);
    byte[] wrong = right.clone();
    wrong[5000] ^= 1;
    disk.put(segment, wrong);
    Store store = Store.open(root, OPTIONS, Clock.SYSTEM, metrics, disk, Tuning.DEFAULT, UpkeepOptions.ON_DEMAND);
    assertThat(Reading.all(store, TENANT)).isEqualTo(whole);
    disk.powerGoesAt = disk.calls() + random.nextInt(12);
    store.upkeep().runAll();
    disk.off();
    store.close();
    disk.powerCut(random.nextBoolean() ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED);
    assertThat(disk.bytes(segment)).isIn(right, wrong);
    try (Store again = Store.open(root, OPTIONS, Clock.SYSTEM, metrics, disk, Tuning.DEFAULT, UpkeepOptions.ON_DEMAND)) {
      assertThat(Reading.all(again, TENANT)).isEqualTo(whole);
      again.upkeep().runAll();
    }
    assertThat(disk.bytes(segment)).isEqualTo(right);
  }
}
