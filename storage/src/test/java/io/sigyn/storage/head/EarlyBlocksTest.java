package io.sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.rows.StreamMerge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class EarlyBlocksTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");
  private static final long DAY = 86_400_000_000_000L;
  private static final long NOON = 20_000 * DAY + DAY / 2;
  private static final long MS = 1_000_000;
  private static final int BATCH = 100;

  private final Random random = new Random(1);
  private int made;

  private HeadGeneration head(Executor executor, int blockBytes) {
    return new HeadGeneration(new EarlyBlocks(executor, new Leases(), blockBytes, () -> made++), PagePool.none());
  }

  /** Appends rows of a stream, one a step, in batches. */
  private void append(HeadGeneration head, Labels stream, int rows, long start, long step, int metadataSets) {
    for (int at = 0; at < rows; at += BATCH) {
      ByteSink arena = new ByteSink(1 << 14);
      EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(stream);
      for (int r = at; r < Math.min(rows, at + BATCH); r++) {
        int from = arena.size();
        arena.utf8(line());
        Labels set =
            metadataSets == 0
                ? Labels.EMPTY
                : Labels.of(
                    EntrySummary.LEVEL, random.nextInt(9) == 0 ? "error" : "info",
                    "trace", Integer.toHexString(random.nextInt(metadataSets)));
        batch.entry(start + r * step, from, arena.size(), set);
      }
      head.append(TENANT, batch.arena(arena.toByteArray()).build(), 0);
    }
  }

  private String line() {
    byte[] id = new byte[8];
    random.nextBytes(id);
    return "level=info ts=2026-01-01T00:00:00.%03dZ caller=server.go:%d msg=\"request served\" method=GET path=/api/v1/items/%d status=200 trace=%s duration=%dms"
        .formatted(random.nextInt(1000), random.nextInt(400), random.nextInt(5000), HexFormat.of().formatHex(id), random.nextInt(900));
  }

  private static HeadStream stream(HeadGeneration head, Labels labels) {
    return Objects.requireNonNull(head.tenant(TENANT)).streams().stream()
        .filter(stream -> stream.labels().equals(labels))
        .findFirst()
        .orElseThrow();
  }

  private static List<Run> runs(HeadGeneration head, ScanStats stats) {
    List<Run> runs = new ArrayList<>();
    for (Chain chain : stream(head, STREAM).chains(0, stats)) {
      runs.addAll(chain.runs());
    }
    return runs;
  }

  private static List<EncodedRun> blocks(HeadGeneration head) {
    return runs(head, new ScanStats()).stream()
        .filter(EncodedRun.class::isInstance)
        .map(EncodedRun.class::cast)
        .toList();
  }

  private static int count(HeadGeneration head) {
    StreamMerge merge =
        new StreamMerge(
            STREAM, stream(head, STREAM).chains(0, new ScanStats()), Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    int rows = 0;
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      rows += merge.next(new ScanStats()).size();
    }
    return rows;
  }

  @Test
  void holdsAStreamInOrderEncoded() {
    HeadGeneration pages = new HeadGeneration();
    HeadGeneration blocks = head(Runnable::run, EarlyBlocks.worth(1 << 20));
    int rows = 60_000;
    long before = 0;
    int falls = 0;
    for (int at = 0; at < rows; at += 1000) {
      random.setSeed(at);
      append(pages, STREAM, 1000, NOON + at * MS, MS, 50);
      random.setSeed(at);
      append(blocks, STREAM, 1000, NOON + at * MS, MS, 50);
      falls += blocks.bytes() < before ? 1 : 0;
      before = blocks.bytes();
      assertThat(before).isPositive();
    }
    assertThat(made).isGreaterThanOrEqualTo(7);
    assertThat(falls).isEqualTo(made);
    assertThat(blocks(blocks)).hasSize(made).allSatisfy(run -> assertThat(run.info().rawBytes()).isGreaterThan(900_000));
    assertThat(count(blocks)).isEqualTo(rows).isEqualTo(count(pages));
    assertThat(pages.bytes()).isGreaterThan(3 * blocks.bytes());
    assertThat(stream(blocks, STREAM).lineBytes()).isEqualTo(stream(pages, STREAM).lineBytes());
  }

  /** A block ends when it has eight times as much metadata as lines, which is no reason to make none. */
  @Test
  void endsABlockWhenItHasMuchMetadata() {
    HeadGeneration head = head(Runnable::run, EarlyBlocks.worth(1 << 20));
    byte[] line = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 2000; i++) {
      Labels set = Labels.of("stack", i + "s".repeat(12_000));
      head.append(TENANT, EntryBatch.builder(line).stream(STREAM).entry(NOON + i * MS, 0, 1000, set).build(), 0);
    }
    assertThat(made).isGreaterThanOrEqualTo(2);
    assertThat(blocks(head))
        .hasSize(made)
        .allSatisfy(run -> assertThat(run.info().metadataBytes()).isBetween(7 << 20, 8 << 20));
    assertThat(count(head)).isEqualTo(2000);
  }

  @Test
  void knowsWhatIsInABlockWithoutDecodingIt() {
    HeadGeneration head = head(Runnable::run, 20_000);
    append(head, STREAM, 3000, NOON, MS, 40);
    assertThat(made).isGreaterThan(2);
    for (EncodedRun run : blocks(head)) {
      EntrySummary summary = run.summary();
      EntryBlock rows = run.rows();
      assertThat(rows.isLazy()).isTrue();
      assertThat(summary.rows()).isEqualTo(rows.size());
      assertThat(summary.lineBytes()).isEqualTo(rows.lineEnd(rows.size() - 1) - rows.lineStart(0));
      assertThat(summary.metadataBytes()).isEqualTo(StreamMerge.metadataBytes(rows)).isPositive();
      assertThat(summary.minTs()).isEqualTo(run.minTs()).isEqualTo(rows.timestamp(0));
      assertThat(summary.maxTs()).isEqualTo(run.maxTs()).isEqualTo(rows.timestamp(rows.size() - 1));
      assertThat(summary.metadataNames()).containsExactlyInAnyOrder(EntrySummary.LEVEL, "trace");
      assertThat(summary.onlyLevels()).isFalse();
      long errors = 0;
      for (int r = 0; r < rows.size(); r++) {
        errors += rows.metadata(r).get(EntrySummary.LEVEL).equals("error") ? 1 : 0;
      }
      assertThat(summary.levels()).hasSize(2);
      for (EntrySummary.Level level : summary.levels()) {
        assertThat(level.rows()).isEqualTo(level.value().equals("error") ? errors : rows.size() - errors);
      }
      assertThat(run.inHead()).isTrue();
    }
  }

  @Test
  void chargesAQueryForWhatItDecodes() {
    HeadGeneration head = head(Runnable::run, 20_000);
    append(head, STREAM, 3000, NOON, MS, 40);
    ScanStats stats = new ScanStats();
    List<Run> runs = runs(head, stats);
    runs.forEach(Run::summary);
    assertThat(stats.decodedBytes).isZero();
    long bytes = 0;
    for (Run run : runs) {
      if (run instanceof EncodedRun) {
        bytes += run.rows().text().length;
      }
    }
    assertThat(stats.headBytes).isEqualTo(bytes);
    assertThat(stats.decodedBytes).isGreaterThanOrEqualTo(bytes);
  }

  @Test
  void makesNoBlockOfTwoDays() {
    HeadGeneration head = head(Runnable::run, 4000);
    long midnight = 20_001 * DAY;
    append(head, STREAM, 8000, midnight - 4000 * MS, MS, 0);
    List<EncodedRun> blocks = blocks(head);
    assertThat(blocks).anyMatch(run -> run.maxTs() < midnight).anyMatch(run -> run.minTs() >= midnight);
    assertThat(blocks).noneMatch(run -> run.minTs() < midnight && run.maxTs() >= midnight);
    List<Integer> days = new ArrayList<>();
    stream(head, STREAM).forEachTime(ts -> (int) Math.floorDiv(ts, DAY), days::add);
    assertThat(days).contains(20_000, 20_001).doesNotContain(20_002);
    assertThat(count(head)).isEqualTo(8000);
  }

  @Test
  void endsABlockBeforeATimeThatMayHaveMoreRows() {
    HeadGeneration head = head(Runnable::run, 4000);
    append(head, STREAM, 2000, NOON, 0, 0);
    assertThat(made).as("all rows have one time").isZero();
    for (int second = 1; second < 40; second++) {
      append(head, STREAM, 200, NOON + second * 1_000_000_000L, 0, 0);
    }
    assertThat(made).isPositive();
    List<EncodedRun> blocks = blocks(head);
    for (Run run : runs(head, new ScanStats())) {
      assertThat(blocks).noneMatch(block -> block != run && block.maxTs() == run.minTs());
    }
    assertThat(count(head)).isEqualTo(2000 + 39 * 200);
  }

  /** As when several writers send one stream: rows come up to 50 ms late. Blocks are made, and little overlaps with them. */
  @Test
  void makesBlocksOfAStreamWhoseRowsAreALittleLate() {
    HeadGeneration head = head(Runnable::run, EarlyBlocks.worth(1 << 20));
    int rows = 60_000;
    for (int at = 0; at < rows; at++) {
      append(head, STREAM, 1, NOON + at * MS - random.nextInt(50) * MS, MS, 50);
    }
    assertThat(made).isGreaterThanOrEqualTo(6);
    List<EncodedRun> blocks = blocks(head);
    assertThat(blocks).hasSize(made);
    for (int b = 1; b < blocks.size(); b++) {
      assertThat(blocks.get(b).minTs()).as("of block " + b).isGreaterThan(blocks.get(b - 1).maxTs());
    }
    assertThat(count(head)).isEqualTo(rows);
    ScanStats stats = new ScanStats();
    StreamMerge merge =
        new StreamMerge(
            STREAM, stream(head, STREAM).chains(0, stats), Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    int summarised = 0;
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      EntrySummary summary = merge.summary();
      if (summary == null) {
        merge.next(stats);
      } else {
        summarised++;
        merge.skip();
      }
    }
    assertThat(summarised).as("blocks that nothing overlaps").isEqualTo(made);
  }

  @Test
  void leavesAStreamThatIsOutOfOrderInPages() {
    HeadGeneration head = head(Runnable::run, 300_000);
    for (int at = 0; at < 50; at++) {
      append(head, STREAM, 100, NOON + (at % 2 == 0 ? 0L : 1_000_000L) * MS + at * 100L * MS, MS, 0);
    }
    assertThat(made).isZero();
    assertThat(count(head)).isEqualTo(5000);
  }

  /** Pages with more rows of one time than are compared in one step, of which the last ones have nothing new. */
  @Test
  void leavesRowsOfOneTimeInPages() {
    HeadGeneration head = head(Runnable::run, EarlyBlocks.worth(1 << 20));
    int distinct = 20_000;
    for (int round = 0; round < 6; round++) {
      ByteSink arena = new ByteSink(1 << 17);
      EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(STREAM);
      // The first page is small, so that others begin in the middle.
      for (int r = 0; r < (round == 0 ? 10 : distinct); r++) {
        int from = arena.size();
        arena.utf8(Integer.toString(r));
        batch.entry(NOON, from, arena.size(), Labels.EMPTY);
      }
      head.append(TENANT, batch.arena(arena.toByteArray()).build(), 0);
    }
    assertThat(runs(head, new ScanStats()).stream().mapToInt(run -> run.rows().size()).sum()).isGreaterThan(1 << 16);
    assertThat(made).isZero();
    assertThat(count(head)).isEqualTo(distinct);
  }

  @Test
  void showsAReaderTheRowsItFoundWhileTheirPagesAreReplaced() {
    List<Runnable> waiting = new ArrayList<>();
    HeadGeneration head = head(waiting::add, 4000);
    append(head, STREAM, 1000, NOON, MS, 10);
    List<Chain> found = stream(head, STREAM).chains(0, new ScanStats());
    int ranks = stream(head, STREAM).ranks();
    waiting.forEach(Runnable::run);
    assertThat(made).isPositive();
    assertThat(stream(head, STREAM).ranks()).as("ranks never fall").isEqualTo(ranks);
    int rows = 0;
    for (Chain chain : found) {
      for (Run run : chain.runs()) {
        rows += run.rows().size();
      }
    }
    assertThat(rows).isEqualTo(1000);
    assertThat(count(head)).isEqualTo(1000);
  }

  @Test
  void letsFewStreamsWait() {
    List<Runnable> waiting = new ArrayList<>();
    HeadGeneration head = head(waiting::add, 2000);
    for (int stream = 0; stream < 200; stream++) {
      append(head, Labels.of("app", "web", "pod", "p" + stream), 300, NOON, MS, 0);
    }
    assertThat(waiting).hasSize(64);
    waiting.forEach(Runnable::run);
    assertThat(made).isGreaterThanOrEqualTo(64);
    int before = made;
    append(head, Labels.of("app", "web", "pod", "late"), 300, NOON, MS, 0);
    waiting.subList(64, waiting.size()).forEach(Runnable::run);
    assertThat(made).isGreaterThan(before);
  }

  @Test
  void goesOnInPagesWhenTheExecutorIsClosed() {
    HeadGeneration head =
        head(
            task -> {
              throw new RejectedExecutionException("closed");
            },
            2000);
    append(head, STREAM, 10_000, NOON, MS, 0);
    assertThat(made).isZero();
    assertThat(count(head)).isEqualTo(10_000);
  }

  @Test
  void givesBackTheMemoryOfMetadataThatNobodyShares() {
    HeadGeneration pages = new HeadGeneration();
    HeadGeneration blocks = head(Runnable::run, 100_000);
    int rows = 120_000;
    random.setSeed(7);
    append(pages, STREAM, rows, NOON, MS, Integer.MAX_VALUE);
    random.setSeed(7);
    append(blocks, STREAM, rows, NOON, MS, Integer.MAX_VALUE);
    assertThat(pages.bytes()).isGreaterThan(rows * 360L);
    assertThat(blocks.bytes()).isPositive().isLessThan(rows * 180L);
  }
}
