package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.Scan;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment of several blocks, each of many streams, read without a cache. */
class ScanOrderTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int STREAMS = 60;
  private static final int ROWS = 6000;
  private static final long START = 1_700_000_000_000_000_000L;

  @TempDir Path directory;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Store store;

  @BeforeEach
  void fill() {
    StoreOptions options = new StoreOptions(StoreOptions.SyncMode.OS, 64L << 20, Duration.ofHours(1), 0, 0);
    store = Store.open(directory, options, Clock.SYSTEM, metrics);
    SplittableRandom random = new SplittableRandom(1);
    byte[] arena = new byte[1 << 20];
    for (int i = 0; i < arena.length; i++) {
      arena[i] = (byte) ('a' + random.nextInt(26));
    }
    EntryBatch.Builder batch = EntryBatch.builder(arena);
    for (int s = 0; s < STREAMS; s++) {
      batch.stream(Labels.of("app", "a" + s));
      for (int r = s; r < ROWS; r += STREAMS) {
        int from = random.nextInt(arena.length - 2000);
        batch.entry(START + r * 1_000_000L, from, from + 1000 + random.nextInt(1000), Labels.EMPTY);
      }
    }
    store.append(TENANT, batch.build()).join();
    store.flush();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Map<Labels, Long> read(Selection.Order order, Selection.TextTest test, ScanStats stats) {
    Selection all = new Selection(List.of(), TimeRange.ALL, Direction.FORWARD, order, test);
    Map<Labels, Long> sums = new HashMap<>();
    try (EntryCursor cursor = store.select(TENANT, all, stats)) {
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        for (int r = 0; r < block.size(); r++) {
          long hash = block.timestamp(r) * 31 + block.text()[block.lineStart(r)] + block.lineEnd(r) - block.lineStart(r);
          sums.merge(block.stream(), hash, (x, y) -> 31 * x + y);
        }
      }
    }
    return sums;
  }

  @Test
  void givesTheSameRowsInEitherOrderAndDecodesABlockOnceByStream() {
    ScanStats byTime = new ScanStats();
    ScanStats byStream = new ScanStats();
    Map<Labels, Long> rows = read(Selection.Order.TIME, Selection.TextTest.NONE, byTime);
    assertThat(rows).hasSize(STREAMS);
    assertThat(read(Selection.Order.STREAM, Selection.TextTest.NONE, byStream)).isEqualTo(rows);
    assertThat(byStream.blocksMatched).isGreaterThan(5);
    assertThat(byStream.blocksDecoded).isEqualTo(byStream.blocksMatched);
    assertThat(byStream.segmentLines).isEqualTo(ROWS);
    assertThat(byStream.segmentBytes).isEqualTo(byTime.segmentBytes).isGreaterThan(ROWS * 1000L);
  }

  @Test
  void looksOnceAtABlockWhoseTextIsRuledOut() {
    Scan absent = Scan.of("ABSENT".getBytes(StandardCharsets.UTF_8));
    for (Selection.Order order : Selection.Order.values()) {
      ScanStats stats = new ScanStats();
      assertThat(read(order, absent::in, stats)).isEmpty();
      assertThat(stats.blocksDecoded).isEqualTo(stats.blocksMatched);
      assertThat(stats.segmentLines).isEqualTo(ROWS);
    }
  }

  @Test
  void countsBlocksWithoutReadingThem() {
    ScanStats stats = new ScanStats();
    Selection all =
        new Selection(
            List.of(), TimeRange.ALL, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE);
    long rows = 0;
    try (EntryCursor cursor = store.select(TENANT, all, stats)) {
      for (EntrySummary summary = cursor.summary(); summary != null; summary = cursor.summary()) {
        rows += summary.rows();
        cursor.skip();
      }
      assertThat(cursor.next()).isFalse();
    }
    assertThat(rows).isEqualTo(ROWS).isEqualTo(stats.summarisedLines);
    assertThat(stats.decodedBytes).isZero();
    assertThat(stats.blocksDecoded).isZero();
  }

  @Test
  void keepsTheTimesOfStreamsThatNobodyTellsApart() {
    Selection all =
        new Selection(List.of(), TimeRange.ALL, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE)
            .withoutText()
            .withLabels(Set.of("absent"));
    long cut = START + ROWS / 3 * 1_000_000L;
    ScanStats once = new ScanStats();
    ScanStats twice = new ScanStats();
    ScanStats again = new ScanStats();
    assertThat(older(all, cut, once)).as("asked for the first time").isEmpty();
    assertThat(once.blocksDecoded).isZero();
    assertThat(older(all, cut, twice)).isEqualTo(older(all, cut, again)).hasValue(ROWS / 3);
    assertThat(twice.blocksDecoded).isEqualTo(twice.blocksMatched).isPositive();
    assertThat(again.blocksDecoded).isZero();
    assertThat(again.decodedBytes).isZero();
    assertThat(again.summarisedLines).isEqualTo(ROWS);
    assertThat(metrics.get("sigyn.storage.cache.bytes").tag("cache", "times").gauge().value()).isGreaterThan(ROWS / 8);
    assertThat(metrics.get("sigyn.storage.cache.bytes").tag("cache", "indexes").gauge().value()).isPositive();
  }

  /** Nothing when some times are not told. */
  private OptionalLong older(Selection selection, long cut, ScanStats stats) {
    long older = 0;
    boolean all = true;
    try (EntryCursor cursor = store.select(TENANT, selection, stats)) {
      while (cursor.summary() != null) {
        EntryTimes times = cursor.times();
        all &= times != null;
        older += times == null ? 0 : times.before(cut);
        cursor.skip();
      }
      assertThat(cursor.next()).isFalse();
    }
    return all ? OptionalLong.of(older) : OptionalLong.empty();
  }

  /** A range that cuts every stream, by somebody who looks at no line: times are read, and lines are not. */
  @Test
  void readsNoTextForThoseWhoLookAtNoLine() {
    TimeRange half = new TimeRange(START, START + ROWS / 2 * 1_000_000L);
    Selection selection =
        new Selection(List.of(), half, Direction.FORWARD, Selection.Order.STREAM, Selection.TextTest.NONE);
    ScanStats whole = new ScanStats();
    ScanStats textless = new ScanStats();
    assertThat(lengths(selection, whole)).isEqualTo(lengths(selection.withoutText(), textless)).hasSize(ROWS / 2);
    assertThat(textless.blocksDecoded).isEqualTo(textless.blocksMatched).isEqualTo(whole.blocksDecoded);
    assertThat(textless.compressedBytes).isPositive().isLessThan(whole.compressedBytes / 10);
    assertThat(textless.decodedBytes).isLessThan(whole.decodedBytes);
  }

  private List<String> lengths(Selection selection, ScanStats stats) {
    List<String> rows = new ArrayList<>();
    try (EntryCursor cursor = store.select(TENANT, selection, stats)) {
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        for (int r = 0; r < block.size(); r++) {
          rows.add(block.stream() + " " + block.timestamp(r) + " " + (block.lineEnd(r) - block.lineStart(r)));
        }
      }
    }
    return rows;
  }

  @Test
  void mayBeLeftInTheMiddle() {
    Selection all =
        new Selection(
            List.of(), TimeRange.ALL, Direction.BACKWARD, Selection.Order.STREAM, Selection.TextTest.NONE);
    ScanStats stats = new ScanStats();
    try (EntryCursor cursor = store.select(TENANT, all, stats)) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.block().text()).isNotEmpty();
    }
    assertThat(stats.blocksDecoded).isEqualTo(1);
  }
}
