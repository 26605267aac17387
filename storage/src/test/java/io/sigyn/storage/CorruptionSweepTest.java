package io.sigyn.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.life.ThreadSource;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.tombstone.RowFilter;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of file damaged in every way, then the store is opened and everything read. It must open; nothing may be read
 * that was not written, nothing twice; what is missing must have been reported.
 */
class CorruptionSweepTest {
  private static final Path ROOT = Path.of("/sweep/store");
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofHours(1), 8 << 20, 0);
  private static final int FLIPS = 100;

  /** Delete requests stay requests, so that there is something to damage. */
  private static final UpkeepOptions UPKEEP =
      UpkeepOptions.ON_DEMAND.withDeletes(
          tenant -> UpkeepOptions.DeletionMode.FILTER_AND_DELETE, RowFilter.Compiler.NONE, Duration.ofDays(1));

  private static final class Row {
    long cases;
    long reported;
    long silent;
    long lostBatches;
    long worst;
    long worstEntries;
  }

  private final Map<String, Row> table = new TreeMap<>();
  private final Set<Long> numbers = new HashSet<>();
  private final Map<Path, List<BlockInfo>> blocks = new HashMap<>();
  private long entries;
  private SimDisk older = new SimDisk(new Random(0));

  private static Store open(SimDisk disk) {
    Tuning tuning =
        new Tuning(
            16 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1), ThreadSource.SYSTEM, new SecureRandom(), 2048);
    return Store.open(ROOT, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), disk, tuning, UPKEEP);
  }

  /** Two flushes, and as much again in the log alone. */
  private SimDisk build() {
    SimDisk disk = new SimDisk(new Random(0));
    Store store = open(disk);
    append(store, 0, 5);
    store.append(TENANT, Doomed.batch(7, RandomBatches.NOON)).join();
    store.delete(TENANT, Doomed.request(7));
    store.delete(TENANT, Doomed.request(8));
    store.flush();
    store.upkeep().runAll();
    older = disk.copy();
    append(store, 5, 10);
    store.flush();
    append(store, 10, 22);
    SimDisk killed = disk.copy();
    store.close();
    return killed;
  }

  private void append(Store store, long from, long to) {
    for (long number = from; number < to; number++) {
      store.append(TENANT, NumberedBatch.of(number)).join();
      numbers.add(number);
    }
  }

  private static String kind(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".tomb") ? "tombstone" : name.endsWith(".wal")
        ? "log"
        : name.endsWith(".lseg") ? "segment" : name.startsWith("MANIFEST") ? "manifest" : name.toLowerCase(java.util.Locale.ROOT);
  }

  @Seeded(rounds = 1)
  void findsDamageOfEveryKindInEveryFile(RandomGenerator random) {
    SimDisk whole = build();
    List<Path> files = whole.all();
    assertThat(files.stream().map(CorruptionSweepTest::kind)).contains("log", "mark", "segment", "manifest", "identity", "tombstone", "scrub");
    whole(whole, files);
    for (Path file : files) {
      int length = whole.bytes(file).length;
      flips(whole, file, length, random);
      for (int i = 0; i < 10 && length > 0; i++) {
        int at = random.nextInt(length);
        long lost =
            damage(whole, file, "page of zeros", bytes -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4096), (byte) 0));
        assertThat(kind(file).equals("segment") ? lost : 0).as("entries lost to zeros at %d of %s", at, file).isZero();
        int cut = random.nextInt(length);
        lost = replace(whole, file, "cut short", Arrays.copyOf(whole.bytes(file), cut));
        assertThat(kind(file).equals("segment") ? lost : 0)
            .as("entries lost to a cut at %d of %s", cut, file)
            .isLessThanOrEqualTo(rowsBehind(file, cut));
      }
      replace(whole, file, "0 bytes", new byte[0]);
      examine(whole, file, "deleted", disk -> disk.remove(file));
      if (older.all().contains(file)) {
        replace(whole, file, "older copy", older.bytes(file));
      }
      Path other = files.get(random.nextInt(files.size()));
      for (Path with : List.of(neighbour(files, file), other)) {
        examine(
            whole,
            file,
            "swapped with " + with,
            disk -> {
              byte[] bytes = disk.bytes(file);
              disk.put(file, disk.bytes(with));
              disk.put(with, bytes);
            });
      }
    }
    for (String how : List.of("0 bytes", "cut short", "flipped bit")) {
      Row row = requireNonNull(table.get("tombstone, " + how));
      assertThat(row.reported).as("tombstone, " + how).isEqualTo(row.cases);
    }
    // A copy that is missing is what an earlier version leaves.
    Row deleted = requireNonNull(table.get("tombstone, deleted"));
    assertThat(deleted.reported).isEqualTo(2).isEqualTo(deleted.cases / 2);
    System.out.printf("%-34s %6s %9s %7s %13s %6s %14s%n", "corruption", "cases", "reported", "silent", "lost batches", "worst", "worst entries");
    table.forEach(
        (what, row) ->
            System.out.printf(
                "%-34s %6d %9d %7d %13d %6d %14d%n",
                what, row.cases, row.reported, row.silent, row.lostBatches, row.worst, row.worstEntries));
  }

  @Seeded(rounds = 3)
  void makesAFileOfTheLogOfAnySpareOne(RandomGenerator random) {
    SimDisk whole = build();
    Path log = whole.all().stream().filter(path -> kind(path).equals("log")).findFirst().orElseThrow();
    byte[] noise = new byte[16 << 10];
    random.nextBytes(noise);
    for (byte[] spare : List.of(new byte[0], Arrays.copyOf(noise, 100), noise, Arrays.copyOf(noise, 40_000), whole.bytes(log))) {
      SimDisk disk = whole.copy();
      disk.put(log.resolveSibling("spare.free"), spare);
      Set<Long> all = new HashSet<>(numbers);
      Store store = open(disk);
      for (long number = 100; number < 140; number++) {
        store.append(TENANT, NumberedBatch.of(number)).join();
        all.add(number);
      }
      SimDisk killed = disk.copy();
      store.close();
      for (SimDisk left : List.of(killed, disk)) {
        Store again = open(left);
        Census census = Census.take(again, TENANT, all);
        assertThat(census.clean()).as("spare file of %d bytes: %s", spare.length, census).isTrue();
        assertThat(again.damages()).isEmpty();
        again.close();
      }
    }
  }

  @Test
  void opensWhateverTheLockFileHolds(@TempDir Path temp) throws IOException {
    for (byte[] content : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[5000], "no number\n".getBytes(UTF_8))) {
      Files.write(temp.resolve("LOCK"), content);
      try (Store _ = Store.open(temp)) {
        assertThatThrownBy(() -> Store.open(temp)).isInstanceOf(LokiException.class).hasMessageContaining("in use");
      }
    }
    Files.delete(temp.resolve("LOCK"));
    try (Store store = Store.open(temp)) {
      assertThat(store.damages()).isEmpty();
    }
  }

  /** Reads what is not damaged, and where blocks lie. */
  private void whole(SimDisk disk, List<Path> files) {
    Store store = open(disk.copy());
    entries = Census.take(store, TENANT, numbers).entries();
    store.close();
    for (Path file : files) {
      if (kind(file).equals("segment")) {
        DamageLog damages = new DamageLog(damage -> {});
        int day = Layout.day(Publication.directory(file)).orElseThrow();
        try {
          SegmentInfo info = Segment.inspect(disk, file, TENANT, day, damages).info();
          Segment segment =
              new Segment(info, Publication.directory(file), TENANT, day, new SegmentCache(disk, damages, 1 << 20));
          blocks.put(file, requireNonNull(segment.index()).blocks());
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
    assertThat(blocks.values()).as("segments of several blocks").anyMatch(of -> of.size() > 2);
  }

  /** Another file of the same kind, if there is one. */
  private static Path neighbour(List<Path> files, Path file) {
    return files.stream().filter(path -> kind(path).equals(kind(file)) && !path.equals(file)).findFirst().orElse(file);
  }

  /** The entries in blocks of a segment that do not end before an offset. */
  private long rowsBehind(Path file, int offset) {
    return blocks.getOrDefault(file, List.of()).stream()
        .filter(block -> block.offset() + block.stored() > offset)
        .mapToLong(BlockInfo::rows)
        .sum();
  }

  private void flips(SimDisk whole, Path file, int length, RandomGenerator random) {
    boolean every = length <= FLIPS;
    for (int i = 0; i < (every ? length : FLIPS); i++) {
      // The first and last bytes hold headers and footers.
      int at = every || i < 40 ? i : i < 60 ? length - 1 - (i - 40) : random.nextInt(length);
      int bit = 1 << random.nextInt(8);
      byte[] bytes = whole.bytes(file);
      bytes[at] ^= (byte) bit;
      long lost = examine(whole, file, "flipped bit", disk -> disk.put(file, bytes));
      if (kind(file).equals("segment")) {
        assertThat(lost).as("entries lost to a flipped bit at %d of %s", at, file).isZero();
        beyondRepair(whole, file, at, bit);
      }
    }
  }

  /** The same in a segment whose parity is spoiled, too: in a block it costs at most the entries of that block. */
  private void beyondRepair(SimDisk whole, Path file, int at, int bit) {
    Optional<BlockInfo> block =
        blocks.getOrDefault(file, List.of()).stream()
            .filter(info -> at >= info.offset() && at < info.offset() + info.stored())
            .findFirst();
    byte[] bytes = Spoiled.withoutParity(whole.bytes(file));
    bytes[at] ^= (byte) bit;
    String how = "flipped bit" + (block.isPresent() ? " in a block" : "") + ", no parity";
    long lost = examine(whole, file, how, disk -> disk.put(file, bytes));
    assertThat(lost)
        .as("entries lost to a flipped bit at %d of %s without parity", at, file)
        .isLessThanOrEqualTo(block.map(BlockInfo::rows).orElse(0));
  }

  private long damage(SimDisk whole, Path file, String how, Consumer<byte[]> change) {
    byte[] bytes = whole.bytes(file);
    change.accept(bytes);
    return replace(whole, file, how, bytes);
  }

  private long replace(SimDisk whole, Path file, String how, byte[] bytes) {
    return examine(whole, file, how, disk -> disk.put(file, bytes));
  }

  /** Returns the number of entries lost. */
  private long examine(SimDisk whole, Path file, String how, Consumer<SimDisk> change) {
    SimDisk disk = whole.copy();
    change.accept(disk);
    int with = how.indexOf(" with ");
    String what = kind(file) + ", " + (with < 0 ? how : how.substring(0, with));
    Row row = table.computeIfAbsent(what, key -> new Row());
    row.cases++;
    long lost = look(disk, what + " of " + file + " (" + how + ")", row);
    if (!how.startsWith("flipped bit")) {
      // The same again: what was left out or made anew stays so, and is no reason not to open.
      assertThat(look(disk, what + " of " + file + " (" + how + "), opened again", new Row())).as(what).isEqualTo(lost);
    }
    return lost;
  }

  /** Whoever asks for what is missing is told: looks at some of it. */
  private void assertTold(Store store, String what) {
    Map<Labels, List<Oracle.Entry>> found = Reading.all(store, TENANT);
    List<Long> missing = new ArrayList<>();
    for (long number : numbers) {
      EntryBatch sent = NumberedBatch.of(number);
      for (int s = 0; s < sent.streams(); s++) {
        Set<Oracle.Entry> stream = new HashSet<>(found.getOrDefault(sent.labels(s), List.of()));
        for (int e = sent.firstEntry(s); e < sent.endEntry(s); e++) {
          String line =
              new String(sent.arena(), sent.lineStart(e), sent.lineEnd(e) - sent.lineStart(e), ISO_8859_1);
          if (!stream.contains(new Oracle.Entry(sent.timestamp(e), line, sent.metadata(e)))) {
            missing.add(sent.timestamp(e));
          }
        }
      }
    }
    assertThat(missing).as(what).isNotEmpty();
    for (int i = 0; i < missing.size(); i += 1 + missing.size() / 10) {
      ScanStats stats = new ScanStats();
      TimeRange range = new TimeRange(missing.get(i), missing.get(i) + 1);
      Reading.select(store, TENANT, List.of(), range, Direction.FORWARD, stats);
      assertThat(stats.damages()).as("%s: an entry of %d is missing without a word", what, missing.get(i)).isNotEmpty();
    }
  }

  private long look(SimDisk disk, String what, Row row) {
    Store store;
    try {
      store = open(disk);
    } catch (LokiException e) {
      throw new AssertionError(what + ": does not open: " + e, e);
    }
    try {
      Census census = Census.take(store, TENANT, numbers);
      assertThat(census.garbage() + census.duplicates()).as(what + " " + census).isZero();
      List<LabelMatcher> matchers = List.of(LabelMatcher.Regexp.of("app", "app-.*"));
      assertThat(store.labelValues(TENANT, "writer", matchers, TimeRange.ALL)).as(what).isSubsetOf("0", "1");
      row.lostBatches += census.lost();
      row.worst = Math.max(row.worst, census.lost());
      long lostEntries = entries - census.entries();
      row.worstEntries = Math.max(row.worstEntries, lostEntries);
      // A request has two files, of which no damage here reaches both.
      assertThat(Doomed.found(store, TENANT)).as(what + ": a deleted stream is back").isEmpty();
      if (!store.damages().isEmpty() || !store.suspicions().isEmpty()) {
        row.reported++;
        if (census.lost() > 0) {
          assertTold(store, what);
        }
      } else if (census.lost() > 0) {
        row.silent++;
        fail(what + ": lost without a word: " + census);
      }
      return lostEntries;
    } finally {
      store.close();
    }
  }
}
