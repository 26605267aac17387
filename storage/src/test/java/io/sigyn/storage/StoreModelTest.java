package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.testkit.InMemory;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Random work on a store and on {@link Oracle}; both must say the same at any time. */
class StoreModelTest {
  private static final Tenant TENANT = new Tenant("team-a");
  private static final Tuning SMALL =
      new Tuning(512 << 10, 64L << 20, Duration.ofSeconds(1), Duration.ofSeconds(1));

  @TempDir(factory = InMemory.class) Path temp;
  private int images;

  @Seeded(rounds = 20)
  void agreesWithTheOracleThroughFlushesRestartsAndCrashes(RandomGenerator random) {
    // With a small head, flushes start by themselves; then the files never hold still for a crash image.
    boolean smallHead = random.nextBoolean();
    StoreOptions options =
        new StoreOptions(
            StoreOptions.SyncMode.OS,
            smallHead ? 512 << 10 : 64 << 20,
            Duration.ofMinutes(15),
            random.nextBoolean() ? 1 << 20 : 64 << 20,
            0);
    RandomBatches batches = new RandomBatches(random);
    Oracle oracle = new Oracle();
    Path root = temp.resolve("store-" + random.nextInt(1 << 30));
    Tuning tuning = random.nextInt(3) == 0 ? SMALL : SMALL.withBlockBytes(200 << random.nextInt(8));
    Store store = open(root, options, tuning);
    try {
      int steps = 20 + random.nextInt(60);
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(20)) {
          case 0 -> store.flush();
          case 5 -> store.upkeep().runAll();
          case 1 -> {
            store.close();
            store = open(root, options, tuning);
          }
          case 2 -> {
            Path image = root.resolveSibling(root.getFileName() + "-" + images++);
            if (!smallHead) {
              copy(root, image);
            }
            store.close();
            root = smallHead ? root : image;
            store = open(root, options, tuning);
          }
          case 3, 4 -> compare(store, oracle, batches, random, !smallHead);
          default -> {
            EntryBatch batch = batches.next();
            append(store, batch);
            oracle.append(batch);
          }
        }
      }
      compare(store, oracle, batches, random, !smallHead);
      assertThat(Reading.all(store, TENANT)).isEqualTo(oracle.select(List.of(), TimeRange.ALL));
      assertThat(store.damages()).isEmpty();
      assertThat(Reading.all(store, new Tenant("other"))).isEmpty();
    } finally {
      store.close();
    }
  }

  /** Appends; a store that has too much in memory already has left no trace of the batch and is asked to flush. */
  private static void append(Store store, EntryBatch batch) {
    try {
      store.append(TENANT, batch).join();
    } catch (LokiException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
      assertThat(e.text()).startsWith("too many entries in memory: ");
      store.flush();
      store.append(TENANT, batch).join();
    }
  }

  /**
   * Compares one random question.
   *
   * @param still whether no flush may start by itself. One that ends between two questions makes the bounds of streams
   *     narrower, so that the second answer may rightly have fewer streams than the first
   */
  private static void compare(
      Store store, Oracle oracle, RandomBatches batches, RandomGenerator random, boolean still) {
    List<LabelMatcher> matchers = batches.matchers();
    TimeRange range = batches.range();
    Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
    Map<Labels, List<Oracle.Entry>> expected = oracle.select(matchers, range);
    assertThat(Reading.select(store, TENANT, matchers, range, direction, new ScanStats()))
        .as("%s %s %s", matchers, range, direction)
        .isEqualTo(expected);
    long rows = expected.values().stream().mapToInt(List::size).sum();
    for (Selection.Order order : Selection.Order.values()) {
      boolean text = random.nextBoolean();
      Optional<Set<String>> labels = labels(random);
      ScanStats stats = new ScanStats();
      Selection selection =
          new Selection(matchers, range, direction, order, Selection.TextTest.NONE, text, labels);
      assertThat(count(store, selection, stats, random))
          .as("%s %s %s %s %s counted", matchers, range, direction, order, labels)
          .isEqualTo(rows);
      List<Long> cuts = cuts(expected, random);
      assertThat(older(store, selection, cuts, random))
          .as("%s counted before %s", selection, cuts)
          .isEqualTo(older(expected, labels.orElse(Set.of()), cuts));
      assertThat(stats.streams).isBetween((long) expected.size(), (long) oracle.streams().size());
    }

    Set<Labels> certain = expected.keySet();
    Set<Labels> possible =
        oracle.streams().stream().filter(s -> LabelMatcher.all(matchers, s)).collect(Collectors.toSet());
    List<Labels> series = store.series(TENANT, matchers, range);
    assertThat(series).isSorted().doesNotHaveDuplicates().containsAll(certain);
    assertThat(possible).containsAll(series);
    between(store.labelNames(TENANT, matchers, range), names(certain), names(still ? series : possible), still);
    for (String name : List.of("app", "pod")) {
      List<String> values = store.labelValues(TENANT, name, matchers, range);
      between(values, values(certain, name), values(still ? series : possible, name), still);
    }
  }

  /** Believes most summaries, and reads instead of the others. */
  private static long count(Store store, Selection selection, ScanStats stats, RandomGenerator random) {
    long rows = 0;
    try (EntryCursor cursor = store.select(TENANT, selection, stats)) {
      while (true) {
        EntrySummary summary = cursor.summary();
        if (summary != null && random.nextInt(4) > 0) {
          rows += summary.rows();
          cursor.skip();
        } else if (cursor.next()) {
          rows += cursor.block().size();
        } else {
          return rows;
        }
      }
    }
  }

  /** Labels that matter: all, none, some that streams have, some that none has. */
  private static Optional<Set<String>> labels(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Set.of());
      case 2 -> Optional.of(Set.of("absent"));
      default -> Optional.of(Set.of("absent", List.of("app", "level", "pod").get(random.nextInt(3))));
    };
  }

  private static List<Long> cuts(Map<Labels, List<Oracle.Entry>> expected, RandomGenerator random) {
    List<Long> times =
        expected.values().stream().flatMap(List::stream).map(Oracle.Entry::ts).sorted().toList();
    List<Long> cuts = new ArrayList<>(List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE));
    for (int i = 0; i < 4 && !times.isEmpty(); i++) {
      cuts.add(times.get(random.nextInt(times.size())) + random.nextInt(-1, 2));
    }
    return cuts;
  }

  /** For each value of the labels, the entries older than each of the cuts. */
  private static Map<Labels, List<Long>> older(
      Map<Labels, List<Oracle.Entry>> entries, Set<String> labels, List<Long> cuts) {
    Map<Labels, List<Long>> older = new HashMap<>();
    entries.forEach(
        (stream, own) -> {
          for (Oracle.Entry entry : own) {
            add(older, group(stream, labels), cuts.stream().map(cut -> entry.ts() < cut ? 1L : 0L).toList());
          }
        });
    return older;
  }

  /** The same from a store: from times alone where it has them. */
  private static Map<Labels, List<Long>> older(
      Store store, Selection selection, List<Long> cuts, RandomGenerator random) {
    Set<String> labels = selection.labels().orElse(Set.of());
    Map<Labels, List<Long>> older = new HashMap<>();
    try (EntryCursor cursor = store.select(TENANT, selection, new ScanStats())) {
      while (true) {
        EntrySummary summary = cursor.summary();
        EntryTimes times = summary == null || random.nextInt(8) == 0 ? null : cursor.times();
        if (summary != null && times != null) {
          assertThat(times.before(summary.minTs())).isZero();
          assertThat(times.before(summary.minTs() + 1)).isPositive();
          assertThat(times.before(summary.maxTs())).isLessThan(summary.rows());
          assertThat(times.before(summary.maxTs() + 1)).isEqualTo(summary.rows());
          add(older, group(summary.stream(), labels), cuts.stream().map(times::before).toList());
          cursor.skip();
        } else if (cursor.next()) {
          EntryBlock block = cursor.block();
          for (int r = 0; r < block.size(); r++) {
            long ts = block.timestamp(r);
            add(older, group(block.stream(), labels), cuts.stream().map(cut -> ts < cut ? 1L : 0L).toList());
          }
        } else {
          return older;
        }
      }
    }
  }

  private static void add(Map<Labels, List<Long>> to, Labels group, List<Long> counts) {
    to.merge(group, counts, (a, b) -> IntStream.range(0, a.size()).mapToObj(i -> a.get(i) + b.get(i)).toList());
  }

  private static Labels group(Labels stream, Set<String> labels) {
    Labels.Builder group = Labels.builder();
    labels.stream().filter(stream::has).forEach(name -> group.set(name, stream.get(name)));
    return group.build();
  }

  private static void between(List<String> answer, Set<String> certain, Set<String> possible, boolean exactly) {
    assertThat(answer).isSorted().doesNotHaveDuplicates().containsAll(certain);
    assertThat(possible).containsAll(answer);
    if (exactly) {
      assertThat(answer).containsExactlyElementsOf(possible);
    }
  }

  private static Set<String> names(Collection<Labels> series) {
    Set<String> names = new TreeSet<>();
    series.forEach(labels -> labels.forEach((name, value) -> names.add(name)));
    return names;
  }

  private static Set<String> values(Collection<Labels> series, String name) {
    Set<String> values = new TreeSet<>();
    series.stream().filter(labels -> labels.has(name)).forEach(labels -> values.add(labels.get(name)));
    return values;
  }

  private static Store open(Path root, StoreOptions options, Tuning tuning) {
    return Store.open(root, options, Clock.SYSTEM, new SimpleMeterRegistry(), new FaultyFiles(), tuning);
  }

  /** What a killed process would leave: the files as they are while the store is open. */
  private static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
