package io.sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class HeadTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");

  private record Row(long ts, String line, Labels metadata) {}

  @Seeded(rounds = 60)
  void returnsEveryRowOnceInOrderOfTimeAndArrival(RandomGenerator random) {
    returnsEveryRowOnce(new HeadGeneration(), random);
  }

  @Seeded(rounds = 100)
  void returnsEveryRowOnceWhenSomeAreInBlocks(RandomGenerator random) {
    List<Runnable> waiting = new ArrayList<>();
    int later = random.nextInt(3);
    Leases leases = new Leases();
    EarlyBlocks early =
        new EarlyBlocks(
            task -> {
              waiting.add(task);
              if (random.nextInt(3) >= later) {
                waiting.forEach(Runnable::run);
                waiting.clear();
              }
            },
            leases,
            200 << random.nextInt(9),
            () -> {});
    returnsEveryRowOnce(new HeadGeneration(early, new PagePool(leases, 1 << 20)), random);
  }

  private static void returnsEveryRowOnce(HeadGeneration head, RandomGenerator random) {
    Set<Row> expected = new LinkedHashSet<>();
    int kind = random.nextInt(4);
    int sets = 1 << random.nextInt(9);
    List<Labels> known = new ArrayList<>();
    for (int set = 0; set < sets; set++) {
      known.add(Labels.of("k", "v" + set));
    }
    long now = 1_700_000_000_000_000_000L;
    for (int push = random.nextInt(1, 40); push > 0; push--) {
      List<Row> rows = new ArrayList<>();
      for (int n = random.nextInt(1, 200); n > 0; n--) {
        now +=
            switch (kind) {
              case 0 -> random.nextInt(3);
              case 1 -> random.nextInt(50) == 0 ? 1_000_000_000 : 0;
              case 2 -> random.nextInt(2001) - 1000;
              default -> random.nextInt(20) == 0 ? random.nextLong() : 1;
            };
        String line = "l" + random.nextInt(kind == 1 ? 100 : 10) + " ".repeat(random.nextInt(40) == 0 ? 3000 : 3);
        int set = random.nextInt(sets);
        Labels metadata =
            switch (random.nextInt(4)) {
              case 0 -> Labels.of("k", "v" + set);
              case 1 -> known.get(set);
              default -> Labels.EMPTY;
            };
        rows.add(new Row(now, line, metadata));
      }
      expected.addAll(rows);
      head.append(TENANT, batch(STREAM, rows), 0);
      if (random.nextInt(5) == 0) {
        assertThat(rows(head)).containsExactlyElementsOf(sorted(expected));
      }
    }
    assertThat(rows(head)).containsExactlyElementsOf(sorted(expected));
    assertThat(head.bytes()).isPositive();
    List<Row> backward = new ArrayList<>();
    for (EntryBlock block : blocks(head, Direction.BACKWARD)) {
      backward.addAll(0, rows(block));
    }
    assertThat(backward).containsExactlyElementsOf(sorted(expected));
  }

  private static List<Row> sorted(Set<Row> rows) {
    return rows.stream().sorted(Comparator.comparingLong(Row::ts)).toList();
  }

  @Test
  void makesOneObjectOfEqualMetadata() {
    HeadGeneration head = new HeadGeneration();
    for (int push = 0; push < 3; push++) {
      head.append(
          TENANT,
          batch(
              STREAM,
              List.of(
                  new Row(push, "a", Labels.of("level", "info")),
                  new Row(push, "b", Labels.of("level", "warn")),
                  new Row(push, "c", Labels.of("level", "info")))),
          0);
    }
    Set<Labels> objects = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    for (EntryBlock block : blocks(head)) {
      for (int r = 0; r < block.size(); r++) {
        objects.add(block.metadata(r));
      }
    }
    assertThat(objects).hasSize(2);
  }

  /** More than a page has room for, so that one ends with its sets, not with its rows. */
  @Seeded(rounds = 3)
  void returnsTheMetadataOfEveryRowWhenEachHasItsOwn(RandomGenerator random) {
    HeadGeneration head = new HeadGeneration();
    Set<Row> expected = new LinkedHashSet<>();
    for (int push = 0; push < 12; push++) {
      List<Row> rows = new ArrayList<>();
      for (int n = 0; n < 5_000; n++) {
        long number = expected.size() + (long) n;
        long ts = number - (random.nextInt(20_000) == 0 ? 10 : 0);
        rows.add(new Row(ts, "of " + number, Labels.of("trace_id", "" + number)));
      }
      expected.addAll(rows);
      head.append(TENANT, batch(STREAM, rows), 0);
    }
    assertThat(expected.size()).isGreaterThan(4 * PageMetadata.MOST_SETS);
    assertThat(rows(head)).containsExactlyElementsOf(sorted(expected));
  }

  @Test
  void returnsTheMetadataOfLinesThatHaveAPageOfTheirOwn() {
    HeadGeneration head = new HeadGeneration();
    Set<Row> expected = new LinkedHashSet<>();
    for (int push = 0; push < 6; push++) {
      List<Row> rows = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        String line = "" + n + "x".repeat(n == 1 ? PageKind.MOST_BYTES + push : 10);
        rows.add(new Row(push + (n == 2 ? -1 : 0), line, n == push % 2 ? Labels.EMPTY : Labels.of("n", "" + push)));
      }
      expected.addAll(rows);
      head.append(TENANT, batch(STREAM, rows), 0);
      head.append(TENANT, batch(STREAM, rows.subList(1, 2)), 0);
    }
    assertThat(rows(head)).containsExactlyElementsOf(sorted(expected));
  }

  @Test
  void findsRoomForTheEndOfEveryLineBesideThePlaceOfASet() {
    assertThat(Math.max(PageKind.MOST_BYTES, TextArena.BYTES)).isLessThan(1 << EntryBlock.END_BITS);
    assertThat(PageMetadata.MOST_SETS << EntryBlock.END_BITS).isZero();
    assertThat(PageMetadata.MOST_SETS - 1 << EntryBlock.END_BITS >>> EntryBlock.END_BITS).isEqualTo(PageMetadata.MOST_SETS - 1);
  }

  @Test
  void countsWhatIsLeftOverAtTheEndsOfArenas() {
    LongAdder memory = new LongAdder();
    HeadArenas arenas = new HeadArenas(PagePool.none(), memory);
    int bytes = 13_200;
    int pagesPerText = TextArena.BYTES / bytes;
    for (int page = 0; page < 1 + 5 * pagesPerText; page++) {
      arenas.open(0, bytes, 1, bytes, false);
    }
    assertThat(memory.sum()).isEqualTo(5L * (TextArena.BYTES - pagesPerText * bytes));
    memory.reset();

    int rows = HeadArenas.MOST_ROWS;
    int pagesPerArena = RowArena.ROWS / (rows + 1);
    arenas = new HeadArenas(PagePool.none(), memory);
    for (int page = 0; page < 1 + 2 * pagesPerArena; page++) {
      arenas.open(0, 4096, rows, 4, false);
    }
    assertThat(memory.sum()).isEqualTo(2L * PageKind.ROW_BYTES * (RowArena.ROWS - pagesPerArena * (rows + 1)));
  }

  @Test
  void countsTheMemoryOfPagesWhetherUsedOrNot() {
    HeadGeneration head = new HeadGeneration();
    int lines = 0;
    for (int push = 0; push < 4000; push++) {
      head.append(TENANT, batch(STREAM, List.of(new Row(push, "x".repeat(236), Labels.EMPTY))), 0);
      lines += 236;
      assertThat(head.bytes()).isGreaterThan(lines).isLessThan(lines * 22L / 10 + 3000);
    }
  }

  @Test
  void takesLittleForAStreamThatSaysLittle() {
    HeadGeneration head = new HeadGeneration();
    for (int stream = 0; stream < 10_000; stream++) {
      Labels labels = Labels.of("app", "web", "pod", "web-" + stream);
      head.append(TENANT, batch(labels, List.of(new Row(1, "x".repeat(236), Labels.EMPTY))), 0);
    }
    assertThat(head.streams()).isEqualTo(10_000);
    assertThat(head.bytes()).isBetween(10_000L * 1024, 10_000L * 2048);
  }

  private static EntryBatch batch(Labels stream, List<Row> rows) {
    ByteSink arena = new ByteSink(1024);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(stream);
    for (Row row : rows) {
      int from = arena.size();
      arena.utf8(row.line);
      batch.entry(row.ts, from, arena.size(), row.metadata);
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private static List<Row> rows(HeadGeneration head) {
    List<Row> rows = new ArrayList<>();
    blocks(head).forEach(block -> rows.addAll(rows(block)));
    return rows;
  }

  private static List<Row> rows(EntryBlock block) {
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < block.size(); r++) {
      int from = block.lineStart(r);
      String line = new String(block.text(), from, block.lineEnd(r) - from, StandardCharsets.UTF_8);
      rows.add(new Row(block.timestamp(r), line, block.metadata(r)));
    }
    return rows;
  }

  private static List<EntryBlock> blocks(HeadGeneration head) {
    return blocks(head, Direction.FORWARD);
  }

  private static List<EntryBlock> blocks(HeadGeneration head, Direction direction) {
    TenantHead tenant = Objects.requireNonNull(head.tenant(TENANT));
    List<EntryBlock> blocks = new ArrayList<>();
    for (HeadStream stream : tenant.streams()) {
      StreamMerge merge =
          new StreamMerge(stream.labels(), stream.chains(0, new ScanStats()), Long.MIN_VALUE, Long.MAX_VALUE, direction);
      for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
        blocks.add(merge.next(new ScanStats()));
      }
    }
    return blocks;
  }
}
