package io.sigyn.storage.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.Allocated;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against a merge that sorts everything. */
class StreamMergeTest {
  private static final Labels STREAM = Labels.of("app", "a");

  private record Row(long ts, String line, Labels metadata) {
    int bytes() {
      return line.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** Rows in order of time, of which none repeats, read anew each time. */
  private static final class TestRun implements Run {
    final List<Row> rows;
    final boolean inHead;
    boolean exact;
    final boolean lazy;
    final int pad;
    int rank;
    private int read;

    /** Asked at each read, with the number of those before. */
    IntPredicate damaged = reads -> false;

    TestRun(List<Row> rows, RandomGenerator random) {
      this.rows = rows;
      inHead = random.nextBoolean();
      exact = random.nextInt(4) > 0;
      lazy = random.nextBoolean();
      pad = random.nextInt(3);
    }

    @Override
    public long minTs() {
      return rows.getFirst().ts;
    }

    @Override
    public long maxTs() {
      return rows.getLast().ts;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public boolean inHead() {
      return inHead;
    }

    @Override
    public boolean isExact() {
      return exact;
    }

    @Override
    public @Nullable EntrySummary summary() {
      return new EntrySummary(STREAM, rows.size(), 0, 0, minTs(), maxTs(), List.of(), List.of(), false);
    }

    @Override
    public EntryBlock rows() {
      Columns columns = new Columns(0, 0);
      if (damaged.test(read++)) {
        return columns.block(STREAM, 0);
      }
      for (int i = 0; i < pad; i++) {
        columns.append(Long.MIN_VALUE, new byte[] {'p'}, 0, 1, Labels.EMPTY);
      }
      for (Row row : rows) {
        byte[] line = row.line.getBytes(StandardCharsets.UTF_8);
        columns.append(row.ts, line, 0, line.length, row.metadata);
      }
      EntryBlock all = columns.block(STREAM, columns.size()).slice(pad, columns.size());
      return lazy ? lazy(all) : all;
    }

    private static EntryBlock lazy(EntryBlock all) {
      return EntryBlock.over(
          STREAM,
          0,
          all.size(),
          new EntryBlock.Source() {
            @Override
            public long[] timestamps(int first, int size) {
              long[] times = new long[all.size()];
              for (int r = 0; r < times.length; r++) {
                times[r] = all.timestamp(r);
              }
              return times;
            }

            @Override
            public int[] offsets(int first, int size) {
              int[] offsets = new int[all.size() + 1];
              for (int r = 0; r < offsets.length; r++) {
                offsets[r] = all.lineStart(r);
              }
              return offsets;
            }

            @Override
            public byte[] text(int first, int size) {
              return all.text();
            }

            @Override
            public Labels[] metadata(int first, int size) {
              Labels[] sets = new Labels[all.size()];
              for (int r = 0; r < sets.length; r++) {
                sets[r] = all.metadata(r);
              }
              return sets;
            }

            @Override
            public boolean hasMetadata() {
              return all.hasMetadata();
            }
          });
    }
  }

  private record TestChain(List<TestRun> runs) implements Chain {}

  /** Few times and few lines, so that most rows are in a tie and many in several chains. */
  private static Row row(RandomGenerator random, int times) {
    Labels metadata =
        switch (random.nextInt(4)) {
          case 0 -> Labels.of("k", "v");
          case 1 -> Labels.of("kv", "1", "l", "x");
          default -> Labels.EMPTY;
        };
    return new Row(1 + random.nextInt(times), "x".repeat(random.nextInt(4)) + random.nextInt(8), metadata);
  }

  private static List<TestChain> chains(RandomGenerator random) {
    List<TestChain> chains = new ArrayList<>();
    int times = 1 + random.nextInt(6);
    int most = 1 + random.nextInt(120);
    for (int c = 1 + random.nextInt(5); c > 0; c--) {
      Set<Row> distinct = new LinkedHashSet<>();
      for (int r = 1 + random.nextInt(most); r > 0; r--) {
        distinct.add(row(random, times));
      }
      List<Row> rows = new ArrayList<>(distinct);
      rows.sort(Comparator.comparingLong(Row::ts));
      List<TestRun> runs = new ArrayList<>();
      int longest = 1 + random.nextInt(30);
      for (int from = 0; from < rows.size(); ) {
        int to = Math.min(rows.size(), from + 1 + random.nextInt(longest));
        runs.add(new TestRun(rows.subList(from, to), random));
        from = to;
      }
      chains.add(new TestChain(runs));
    }
    rank(chains, random);
    return chains;
  }

  /** One chain after another, or in any order that rises within each. */
  private static void rank(List<TestChain> chains, RandomGenerator random) {
    List<TestChain> turns = new ArrayList<>();
    chains.forEach(chain -> turns.addAll(Collections.nCopies(chain.runs.size(), chain)));
    if (random.nextBoolean()) {
      Collections.shuffle(turns, Random.from(random));
    }
    int[] next = new int[chains.size()];
    for (int rank = 0; rank < turns.size(); rank++) {
      int chain = chains.indexOf(turns.get(rank));
      turns.get(rank).runs.get(next[chain]++).rank = 10 + rank;
    }
  }

  private record All(List<Row> distinct, long rows, long bytes, long duplicateBytes, long inHead, boolean lazy) {
    static All of(List<TestChain> chains, long first, long last) {
      List<TestRun> runs = new ArrayList<>(chains.stream().flatMap(chain -> chain.runs.stream()).toList());
      runs.sort(Comparator.comparingInt(run -> run.rank));
      List<Row> rows = new ArrayList<>();
      long inHead = 0;
      boolean lazy = false;
      for (TestRun run : runs) {
        List<Row> own = run.rows.stream().filter(row -> row.ts >= first && row.ts <= last).toList();
        rows.addAll(own);
        inHead += run.inHead ? own.size() : 0;
        lazy |= run.lazy;
      }
      rows.sort(Comparator.comparingLong(Row::ts));
      List<Row> distinct = new ArrayList<>(new LinkedHashSet<>(rows));
      long bytes = rows.stream().mapToLong(Row::bytes).sum();
      long kept = distinct.stream().mapToLong(Row::bytes).sum();
      return new All(distinct, rows.size(), bytes, bytes - kept, inHead, lazy);
    }
  }

  private static Tie.Limits limits(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> Tie.Limits.DEFAULT;
      case 1 -> new Tie.Limits(0, 0, 0, 1);
      case 2 -> new Tie.Limits(3, 10, 30, 1 + random.nextInt(10));
      default -> new Tie.Limits(random.nextInt(4), random.nextInt(20), random.nextInt(40), 1 + random.nextInt(100));
    };
  }

  /** What comes out, in ascending order; checks what is said before each block. */
  private static List<Row> read(StreamMerge merge, boolean forward, int most, ScanStats stats) {
    List<Row> out = new ArrayList<>();
    long behind = Long.MIN_VALUE;
    long bound = Long.MIN_VALUE;
    while (true) {
      OptionalLong before = merge.bound();
      merge.prepare();
      OptionalLong exact = merge.bound();
      if (exact.isEmpty()) {
        return out;
      }
      assertThat(before.orElseThrow()).isLessThanOrEqualTo(exact.getAsLong()).isGreaterThanOrEqualTo(bound);
      bound = exact.getAsLong();
      EntrySummary summary = merge.summary();
      EntryBlock block = merge.next(stats);
      List<Row> rows = rows(block);
      if (rows.isEmpty()) {
        continue;
      }
      if (summary != null) {
        assertThat(rows).hasSize((int) summary.rows());
      }
      long oldest = rows.getFirst().ts;
      long newest = rows.getLast().ts;
      assertThat(forward ? oldest : ~newest).as("key").isEqualTo(bound).isGreaterThanOrEqualTo(behind);
      behind = forward ? newest : ~oldest;
      if (oldest == newest) {
        assertThat(rows).as("rows of one time at once").hasSizeLessThanOrEqualTo(most);
      }
      out.addAll(forward ? out.size() : 0, rows);
    }
  }

  private static List<Row> rows(EntryBlock block) {
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < block.size(); r++) {
      assertThat(r == 0 || block.lineStart(r) == block.lineEnd(r - 1)).as("lines back to back").isTrue();
      rows.add(new Row(block.timestamp(r), block.line(r), block.metadata(r)));
    }
    return rows;
  }

  @Seeded(rounds = 500)
  void givesEachRowOnceInOrderOfTimeAndArrival(RandomGenerator random) {
    List<TestChain> chains = chains(random);
    boolean forward = random.nextBoolean();
    long first = random.nextInt(3) > 0 ? Long.MIN_VALUE : random.nextInt(7);
    long last = random.nextInt(3) > 0 ? Long.MAX_VALUE : Math.max(first, 0) + random.nextInt(5);
    Tie.Limits limits = limits(random);
    All all = All.of(chains, first, last);
    Direction direction = forward ? Direction.FORWARD : Direction.BACKWARD;
    ScanStats stats = new ScanStats();
    // A window has a run of each chain.
    int most = Math.max(limits.rows(), 30 * chains.size());
    List<Row> rows = read(new StreamMerge(STREAM, chains, first, last, direction, limits), forward, most, stats);
    assertThat(rows).isEqualTo(all.distinct);
    assertThat(stats.headLines).isEqualTo(all.inHead);
    assertThat(stats.headLines + stats.segmentLines).isEqualTo(all.rows);
    assertThat(stats.duplicates).isEqualTo(all.rows - all.distinct.size());
    assertThat(stats.duplicateBytes).isEqualTo(all.duplicateBytes);
    if (!all.lazy) {
      assertThat(stats.headBytes + stats.segmentBytes).isEqualTo(all.bytes);
    }
  }

  /** Runs of one time, some of which cannot be read any more at some moment. */
  @Seeded(rounds = 500)
  void goesOnWithoutWhatTurnsOutToBeDamagedWhileItIsCompared(RandomGenerator random) {
    List<TestChain> chains = new ArrayList<>();
    Set<Row> good = new HashSet<>();
    Set<Row> damaged = new HashSet<>();
    for (int c = 0; c < 4; c++) {
      List<Row> rows = new ArrayList<>();
      for (int r = random.nextInt(30); r >= 0; r--) {
        Row row = new Row(1, Integer.toString(random.nextInt(60)), Labels.EMPTY);
        if (!rows.contains(row)) {
          rows.add(row);
        }
      }
      List<TestRun> runs = new ArrayList<>();
      for (int from = 0; from < rows.size(); from += 5) {
        TestRun run = new TestRun(rows.subList(from, Math.min(rows.size(), from + 5)), random);
        run.exact = true;
        if (random.nextInt(4) == 0) {
          int moment = random.nextInt(6);
          run.damaged = reads -> reads >= moment;
          damaged.addAll(run.rows);
        } else {
          good.addAll(run.rows);
        }
        runs.add(run);
      }
      chains.add(new TestChain(runs));
    }
    good.removeAll(damaged);
    rank(chains, random);
    boolean forward = random.nextBoolean();
    Direction direction = forward ? Direction.FORWARD : Direction.BACKWARD;
    Tie.Limits limits = new Tie.Limits(0, 0, 0, 1 + random.nextInt(40));
    ScanStats stats = new ScanStats();
    StreamMerge merge = new StreamMerge(STREAM, chains, Long.MIN_VALUE, Long.MAX_VALUE, direction, limits);
    List<Row> out = new ArrayList<>();
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      out.addAll(rows(merge.next(stats)));
    }
    assertThat(out).containsAll(good);
    assertThat(stats.headLines + stats.segmentLines - stats.duplicates).isEqualTo(out.size());
    out.removeAll(damaged);
    assertThat(out).doesNotHaveDuplicates();
  }

  /** What was not there when it was compared does not come out unseen. */
  @Test
  void leavesOutWhatCouldNotBeReadWhenItWasCompared() {
    RandomGenerator random = new Random(1);
    TestRun early = new TestRun(List.of(new Row(1, "x", Labels.EMPTY)), random);
    TestRun late = new TestRun(List.of(new Row(1, "x", Labels.EMPTY)), random);
    TestRun last = new TestRun(List.of(new Row(1, "y", Labels.EMPTY)), random);
    early.exact = true;
    late.exact = true;
    late.rank = 1;
    last.rank = 2;
    late.damaged = reads -> reads == 0;
    List<TestChain> chains = List.of(new TestChain(List.of(early)), new TestChain(List.of(late, last)));
    StreamMerge merge =
        new StreamMerge(
            STREAM, chains, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD, new Tie.Limits(0, 0, 0, 10));
    assertThat(read(merge, true, 1, new ScanStats())).extracting(Row::line).containsExactly("x", "y");
    assertThat(late.read).isEqualTo(2);
  }

  /** What is digested tells rows apart whose bytes, one after another, are the same, and those without UTF-8 of their own. */
  @Test
  void tellsEveryTwoRowsApart() {
    List<Row> rows =
        List.of(
            new Row(1, "ab", Labels.EMPTY),
            new Row(1, "a", Labels.of("b", "c")),
            new Row(1, "a", Labels.of("bc", "d")),
            new Row(1, "a", Labels.of("b", "cd")),
            new Row(1, "a", Labels.of("b", "c", "d", "e")),
            new Row(1, "a", Labels.of("b", "\ud800")),
            new Row(1, "a", Labels.of("b", "\ud801")),
            new Row(1, "a", Labels.of("b", "?")),
            new Row(1, "a\0\0\0\1\0b\0\0\0\1\0c", Labels.EMPTY),
            new Row(1, "", Labels.of("a", "b")),
            new Row(1, "", Labels.EMPTY));
    List<TestChain> chains = new ArrayList<>();
    RandomGenerator random = new Random(1);
    for (Row row : rows) {
      chains.add(new TestChain(List.of(new TestRun(List.of(row), random))));
    }
    for (Row row : rows) {
      chains.add(new TestChain(List.of(new TestRun(List.of(row), random))));
    }
    for (int rank = 0; rank < chains.size(); rank++) {
      chains.get(rank).runs.getFirst().rank = rank;
    }
    ScanStats stats = new ScanStats();
    StreamMerge merge =
        new StreamMerge(
            STREAM, chains, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD, new Tie.Limits(0, 0, 0, 1000));
    assertThat(read(merge, true, 1, stats)).isEqualTo(rows);
    assertThat(stats.duplicates).isEqualTo(rows.size());
  }

  /** A small tie that has to be divided, because it is of many runs, must not take what the largest one may take. */
  @Test
  void takesMemoryForTheRowsThereAre() {
    List<TestChain> chains = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    RandomGenerator random = new Random(1);
    for (int c = 0; c < 65; c++) {
      Row row = new Row(1, "line " + c, Labels.EMPTY);
      TestRun run = new TestRun(List.of(row), random);
      run.rank = c;
      rows.add(row);
      chains.add(new TestChain(List.of(run)));
    }
    Tie.Limits limits = new Tie.Limits(64, 1 << 16, 8 << 20, 1 << 24);
    StreamMerge merge = new StreamMerge(STREAM, chains, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD, limits);
    List<Row> out = new ArrayList<>();
    long taken = Allocated.by(() -> out.addAll(read(merge, true, 1, new ScanStats())));
    assertThat(out).isEqualTo(rows);
    assertThat(taken).isLessThan(16 << 20);
  }

  /** However few or many rows there are, none that was put in is denied, and most others are. */
  @Test
  void letsEveryRowThroughThatWasPutIn() {
    for (int n : new int[] {0, 1, 63, 64, 65, 5000}) {
      Columns columns = new Columns(0, 0);
      for (int i = 0; i < 2 * n + 100; i++) {
        byte[] line = ("line " + i).getBytes(StandardCharsets.UTF_8);
        columns.append(1, line, 0, line.length, i % 3 == 0 ? Labels.EMPTY : Labels.of("n", "" + i % 7));
      }
      EntryBlock rows = columns.block(STREAM, columns.size());
      RowSieve sieve = new RowSieve();
      for (int r = 0; r < n; r++) {
        sieve.put(rows, r);
      }
      sieve.complete();
      int others = 0;
      for (int r = 0; r < rows.size(); r++) {
        boolean may = sieve.mayHave(rows, r);
        assertThat(may || r >= n).as("row %d of %d", r, n).isTrue();
        others += may && r >= n ? 1 : 0;
      }
      if (n == 5000) {
        assertThat(others).isLessThan(n / 4);
      }
    }
  }
}
