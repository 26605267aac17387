package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.testkit.Seeded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Every kind of file damaged in every way, then the store is opened and everything read. It must open; nothing may be read
 * that was not written, nothing twice; what is missing must have been reported. One thing nobody can know: that the end of the log's
 * newest file is gone, for that is how every crash looks.
 */
class CorruptionSweepTest {
  private static final Path ROOT = Path.of("/sweep/store");
  private static final Tenant TENANT = new Tenant("t");
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofHours(1), 8 << 20, 0);
  private static final int FLIPS = 100;

  private static final class Row {
    long cases;
    long reported;
    long silent;
    long lostBatches;
    long worst;
  }

  private final Map<String, Row> table = new TreeMap<>();
  private final Set<Long> numbers = new HashSet<>();
  private Path newest = ROOT;
  private SimDisk older = new SimDisk(new Random(0));

  private static Store open(SimDisk disk) {
    Tuning tuning = new Tuning(16 << 10, 64L << 20, Duration.ofDays(1), Duration.ofDays(1));
    return Store.open(ROOT, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry(), disk, tuning);
  }

  /** Two flushes, and as much again in the log alone. */
  private SimDisk build() {
    SimDisk disk = new SimDisk(new Random(0));
    Store store = open(disk);
    append(store, 0, 5);
    store.flush();
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
    return name.endsWith(".wal")
        ? "log"
        : name.endsWith(".lseg") ? "segment" : name.startsWith("MANIFEST") ? "manifest" : name.toLowerCase(java.util.Locale.ROOT);
  }

  @Seeded(rounds = 1)
  void findsDamageOfEveryKindInEveryFile(RandomGenerator random) {
    SimDisk whole = build();
    List<Path> files = whole.all();
    newest = files.stream().filter(path -> kind(path).equals("log")).max(java.util.Comparator.naturalOrder()).orElseThrow();
    assertThat(files.stream().map(CorruptionSweepTest::kind)).contains("log", "segment", "manifest", "identity");
    for (Path file : files) {
      int length = whole.bytes(file).length;
      flips(whole, file, length, random);
      for (int i = 0; i < 10 && length > 0; i++) {
        int at = random.nextInt(length);
        damage(whole, file, "page of zeros", bytes -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4096), (byte) 0));
        int cut = random.nextInt(length);
        replace(whole, file, "cut short", Arrays.copyOf(whole.bytes(file), cut));
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
            "swapped",
            disk -> {
              byte[] bytes = disk.bytes(file);
              disk.put(file, disk.bytes(with));
              disk.put(with, bytes);
            });
      }
    }
    System.out.printf("%-28s %6s %9s %7s %13s %6s%n", "corruption", "cases", "reported", "silent", "lost batches", "worst");
    table.forEach(
        (what, row) ->
            System.out.printf(
                "%-28s %6d %9d %7d %13d %6d%n", what, row.cases, row.reported, row.silent, row.lostBatches, row.worst));
  }

  /** Another file of the same kind, if there is one. */
  private static Path neighbour(List<Path> files, Path file) {
    return files.stream().filter(path -> kind(path).equals(kind(file)) && !path.equals(file)).findFirst().orElse(file);
  }

  private void flips(SimDisk whole, Path file, int length, RandomGenerator random) {
    boolean every = length <= FLIPS;
    for (int i = 0; i < (every ? length : FLIPS); i++) {
      // The first and last bytes hold headers and footers.
      int at = every || i < 40 ? i : i < 60 ? length - 1 - (i - 40) : random.nextInt(length);
      int bit = 1 << random.nextInt(8);
      damage(whole, file, "flipped bit", bytes -> bytes[at] ^= (byte) bit);
    }
  }

  private void damage(SimDisk whole, Path file, String how, Consumer<byte[]> change) {
    byte[] bytes = whole.bytes(file);
    change.accept(bytes);
    replace(whole, file, how, bytes);
  }

  private void replace(SimDisk whole, Path file, String how, byte[] bytes) {
    examine(whole, file, how, disk -> disk.put(file, bytes));
  }

  private void examine(SimDisk whole, Path file, String how, Consumer<SimDisk> change) {
    SimDisk disk = whole.copy();
    change.accept(disk);
    String what = kind(file) + ", " + how;
    Row row = table.computeIfAbsent(what, key -> new Row());
    row.cases++;
    long lost = look(disk, what + " of " + file, row);
    if (!how.equals("flipped bit")) {
      // The same again: what was left out or made anew stays so, and is no reason not to open.
      assertThat(look(disk, what + " of " + file + ", opened again", new Row())).as(what).isEqualTo(lost);
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
      if (!store.damages().isEmpty()) {
        row.reported++;
      } else if (census.lost() > 0) {
        row.silent++;
        // Reported once is enough: the manifest made anew does not name what was gone.
        assertThat(what)
            .as("lost without a word: " + census)
            .satisfiesAnyOf(
                text -> assertThat(text).startsWith("log, ").contains(newest.toString()),
                text -> assertThat(text).startsWith("log, swapped"),
                text -> assertThat(text).endsWith("opened again"));
      }
      return census.lost();
    } finally {
      store.close();
    }
  }
}
