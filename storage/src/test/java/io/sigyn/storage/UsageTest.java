package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.retention.Retention;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.Seeded;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes and statistics from indexes, against sums over the entries that were appended. */
class UsageTest {
  private static final Tenant TENANT = new Tenant("team-a");
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;
  private static final TimeRange ALL = new TimeRange(START, START + 10_000 * SECOND);
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofMinutes(15), 1 << 20, 0);

  @TempDir Path root;

  private record Appended(Labels labels, long ts, int bytes) {}

  @Seeded(rounds = 15)
  void agreesWithSumsOverEntries(RandomGenerator random) {
    List<Appended> appended = new ArrayList<>();
    try (Store store =
        Store.open(root.resolve("s" + random.nextInt()), OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry())) {
      for (int n = random.nextInt(30); n > 0; n--) {
        append(store, random, appended);
        if (random.nextInt(4) == 0) {
          store.flush();
        }
      }
      for (List<LabelMatcher> matchers :
          List.of(
              List.<LabelMatcher>of(),
              List.<LabelMatcher>of(new LabelMatcher.Equal("app", "a1")),
              List.<LabelMatcher>of(LabelMatcher.Regexp.of("pod", ".*2")))) {
        List<Appended> matching =
            appended.stream().filter(entry -> LabelMatcher.all(matchers, entry.labels)).toList();
        compareStats(store.stats(TENANT, matchers, ALL), matching);
        for (List<String> targets : List.of(List.<String>of(), List.of("app"), List.of("pod", "app"), List.of("no"))) {
          for (Volume.Grouping grouping : Volume.Grouping.values()) {
            assertThat(store.volume(TENANT, matchers, ALL, targets, grouping, 1000))
                .isSortedAccordingTo(Volume.LARGEST_FIRST)
                .containsExactlyInAnyOrderElementsOf(volumes(matching, targets, grouping));
          }
        }
      }
    }
  }

  private static void append(Store store, RandomGenerator random, List<Appended> appended) {
    EntryBatch.Builder batch = EntryBatch.builder(new byte[5000]);
    for (int s = 1 + random.nextInt(4); s > 0; s--) {
      Labels labels =
          Labels.of("app", "a" + random.nextInt(3), "pod", random.nextBoolean() ? "p" + random.nextInt(40) : "");
      batch.stream(labels);
      for (int e = 1 + random.nextInt(20); e > 0; e--) {
        // Times that do not repeat, so that there are no duplicates.
        long ts = START + appended.size() * SECOND / 10;
        int length = random.nextInt(5000);
        boolean metadata = random.nextInt(3) == 0;
        batch.entry(ts, 0, length, metadata ? Labels.of("trace", "é1") : Labels.EMPTY);
        appended.add(new Appended(labels, ts, length + (metadata ? 8 : 0)));
      }
    }
    store.append(TENANT, batch.build()).join();
  }

  private static void compareStats(IndexStats stats, List<Appended> entries) {
    Set<Labels> streams = new HashSet<>();
    entries.forEach(entry -> streams.add(entry.labels));
    assertThat(stats.streams()).isEqualTo(streams.size());
    assertThat(stats.chunks()).isGreaterThanOrEqualTo(streams.size());
    assertThat(stats.entries()).isEqualTo(entries.size());
    assertThat(stats.bytes()).isEqualTo(entries.stream().mapToLong(Appended::bytes).sum());
  }

  private static List<Volume> volumes(List<Appended> entries, List<String> targets, Volume.Grouping grouping) {
    Map<Labels, Long> sums = new HashMap<>();
    for (Appended entry : entries) {
      if (targets.stream().allMatch(entry.labels::has)) {
        Labels.Builder group = Labels.builder();
        entry.labels.forEach(
            (name, value) -> {
              if (targets.isEmpty() || targets.contains(name)) {
                group.set(name, value);
                if (grouping == Volume.Grouping.LABELS) {
                  sums.merge(Labels.ofSorted(new String[] {name, ""}), (long) entry.bytes, Long::sum);
                }
              }
            });
        if (grouping == Volume.Grouping.SERIES) {
          sums.merge(group.build(), (long) entry.bytes, Long::sum);
        }
      }
    }
    return sums.entrySet().stream().map(sum -> new Volume(sum.getKey(), sum.getValue())).toList();
  }

  @Test
  void streamsPartlyInTheRangeCountByTheirShare() {
    try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry())) {
      EntryBatch.Builder batch = EntryBatch.builder(new byte[100]);
      batch.stream(Labels.of("app", "a"));
      for (int e = 0; e < 1000; e++) {
        batch.entry(START + e * SECOND, 0, 100, Labels.EMPTY);
      }
      store.append(TENANT, batch.build()).join();
      TimeRange part = new TimeRange(START + 250 * SECOND, START + 500 * SECOND);
      assertThat(store.stats(TENANT, List.of(), part)).isEqualTo(new IndexStats(1, 1, 250, 25_000));
      store.flush();
      IndexStats shared = store.stats(TENANT, List.of(), part);
      assertThat(shared.streams()).isOne();
      assertThat(shared.entries()).isBetween(249L, 251L);
      assertThat(shared.bytes()).isBetween(24_900L, 25_100L);
      TimeRange none = new TimeRange(START, START);
      assertThat(store.stats(TENANT, List.of(), none)).isEqualTo(IndexStats.NONE);
      assertThat(store.volume(TENANT, List.of(), none, List.of(), Volume.Grouping.SERIES, 10)).isEmpty();
    }
  }

  @Test
  void deletedStreamsAndBlocksDoNotCount() {
    Labels gone = Labels.of("app", "gone");
    Labels stays = Labels.of("app", "stays");
    try (Store store = Store.open(root, OPTIONS, Clock.SYSTEM, new SimpleMeterRegistry())) {
      EntryBatch.Builder batch = EntryBatch.builder(new byte[5000]);
      for (Labels labels : List.of(gone, stays)) {
        batch.stream(labels);
        for (int e = 0; e < 1000; e++) {
          batch.entry(START + e * SECOND, 0, 5000, Labels.EMPTY);
        }
      }
      store.append(TENANT, batch.build()).join();
      store.delete(TENANT, request("{app=\"gone\"}", gone, START + 10_000 * SECOND));
      store.delete(TENANT, request("{app=\"stays\"}", stays, START + 500 * SECOND - 1));
      IndexStats inMemory = store.stats(TENANT, List.of(), ALL);
      assertThat(inMemory.streams()).isOne();
      assertThat(inMemory.entries()).isEqualTo(500);
      assertThat(inMemory.bytes()).isEqualTo(500 * 5000);
      store.flush();
      IndexStats flushed = store.stats(TENANT, List.of(), ALL);
      assertThat(flushed.streams()).isOne();
      assertThat(flushed.entries()).as("but for the block that is hidden in part").isBetween(500L, 710L);
      assertThat(store.volume(TENANT, List.of(), ALL, List.of("app"), Volume.Grouping.SERIES, 10))
          .containsExactly(new Volume(stays, flushed.bytes()));
    }
  }

  /** A range of which all has expired, of a stream that has not. */
  @Test
  void nothingCountsWhereAllOfTheRangeHasExpired() {
    Retention day = new Retention(Duration.ofDays(1).toNanos(), List.of());
    FakeClock clock = new FakeClock(START + 500 * SECOND + day.periodNanos());
    UpkeepOptions upkeep = UpkeepOptions.ON_DEMAND.withRetention(tenant -> day);
    try (Store store = Store.open(root, OPTIONS, clock, new SimpleMeterRegistry(), upkeep)) {
      EntryBatch.Builder batch = EntryBatch.builder(new byte[100]);
      batch.stream(Labels.of("app", "a"));
      for (int e = 0; e < 1000; e++) {
        batch.entry(START + e * SECOND, 0, 100, Labels.EMPTY);
      }
      store.append(TENANT, batch.build()).join();
      TimeRange expired = new TimeRange(START + 100 * SECOND, START + 300 * SECOND);
      for (boolean flushed : List.of(false, true)) {
        if (flushed) {
          store.flush();
        }
        assertThat(store.stats(TENANT, List.of(), expired)).as("flushed %s", flushed).isEqualTo(IndexStats.NONE);
        assertThat(store.volume(TENANT, List.of(), expired, List.of(), Volume.Grouping.SERIES, 10)).isEmpty();
        assertThat(store.stats(TENANT, List.of(), ALL).entries()).isBetween(499L, 501L);
      }
    }
  }

  private static DeleteRequest request(String query, Labels labels, long last) {
    return new DeleteRequest(query, List.of(new LabelMatcher.Equal("app", labels.get("app"))), false, START, last);
  }
}
