package io.sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.bytes.ByteSink;
import io.sigyn.life.Threads;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.Seeded;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Memory of pages is used again, but never under the eyes of somebody. */
final class PagePoolTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long LIMIT = 1 << 20;

  private final Leases leases = new Leases();
  private final PagePool pool = new PagePool(leases, LIMIT);
  private long now = 1_700_000_000_000_000_000L;

  private static Labels stream(int number) {
    return Labels.of("app", "app-" + number);
  }

  private EntryBatch batch(int stream, int lines, int length, long jitter, RandomGenerator random) {
    byte[] arena = new byte[lines * length];
    for (int i = 0; i < arena.length; i++) {
      arena[i] = (byte) ('a' + random.nextInt(26));
    }
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(stream(stream));
    for (int e = 0; e < lines; e++) {
      now += 1000;
      Labels metadata = random.nextInt(4) == 0 ? Labels.EMPTY : Labels.of("level", "level-" + random.nextInt(9));
      batch.entry(now - random.nextLong(jitter + 1), e * length, (e + 1) * length, metadata);
    }
    return batch.build();
  }

  private static List<EntryBlock> blocks(HeadStream stream) {
    return blocks(stream, stream.chains(0, new ScanStats()));
  }

  private static List<EntryBlock> blocks(HeadStream stream, List<Chain> chains) {
    StreamMerge merge =
        new StreamMerge(stream.labels(), chains, Long.MIN_VALUE, Long.MAX_VALUE, Direction.FORWARD);
    List<EntryBlock> blocks = new ArrayList<>();
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      blocks.add(merge.next(new ScanStats()));
    }
    return blocks;
  }

  private static String content(List<EntryBlock> blocks) {
    StringBuilder content = new StringBuilder();
    for (EntryBlock block : blocks) {
      for (int r = 0; r < block.size(); r++) {
        content.append(block.timestamp(r)).append(block.metadata(r)).append(block.line(r)).append('\n');
      }
    }
    return content.toString();
  }

  private record Kept(List<EntryBlock> blocks, String content) {}

  /** A query between its look at the view and its look at the pages. */
  private record Slow(Leases.Lease lease, HeadStream stream, String content) {}

  @Seeded(rounds = 60)
  void neverChangesRowsThatSomebodySeesOrMaySee(RandomGenerator random) {
    List<Runnable> encoding = new ArrayList<>();
    EarlyBlocks early = new EarlyBlocks(encoding::add, leases, 8 << 10, () -> {});
    HeadGeneration head = random.nextBoolean() ? new HeadGeneration(early, pool) : new HeadGeneration(pool);
    List<Kept> kept = new ArrayList<>();
    List<Slow> slow = new ArrayList<>();
    for (int step = 0; step < 150; step++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          HeadGeneration old = head;
          head = new HeadGeneration(old);
          head.forgetPrevious();
          old.retire();
        }
        case 1 -> {
          encoding.forEach(Runnable::run);
          encoding.clear();
        }
        case 2, 3 -> {
          int asked = random.nextInt(4);
          TenantHead tenant = head.tenant(TENANT);
          if (tenant != null) {
            for (HeadStream stream : tenant.streams()) {
              if (stream.labels().equals(stream(asked))) {
                Leases.Lease lease = leases.enter();
                if (random.nextBoolean()) {
                  List<EntryBlock> blocks = blocks(stream);
                  kept.add(new Kept(blocks, content(blocks)));
                  lease.close();
                } else {
                  slow.add(new Slow(lease, stream, copied(stream)));
                }
              }
            }
          }
        }
        case 4 -> {
          if (!slow.isEmpty()) {
            Slow query = slow.remove(random.nextInt(slow.size()));
            assertThat(content(blocks(query.stream))).startsWith(query.content);
            query.lease.close();
          }
        }
        default -> {
          long jitter = random.nextInt(4) == 0 ? 5_000 : 0;
          int length = 1 << random.nextInt(11);
          head.append(TENANT, batch(random.nextInt(4), random.nextInt(1, 40), length, jitter, random), 0);
        }
      }
      for (Kept one : kept) {
        assertThat(content(one.blocks)).isEqualTo(one.content);
      }
    }
  }

  /** What a slow query must find at least: rows that came later are behind these, unless they are out of order. */
  private static String copied(HeadStream stream) {
    long[] last = {Long.MIN_VALUE};
    stream.forEachTime(
        ts -> {
          last[0] = Math.max(last[0], ts);
          return 0;
        },
        day -> {});
    StringBuilder content = new StringBuilder();
    StreamMerge merge =
        new StreamMerge(
            stream.labels(), stream.chainsToCopy(new ScanStats()), Long.MIN_VALUE, last[0] - 6_000, Direction.FORWARD);
    for (merge.prepare(); merge.bound().isPresent(); merge.prepare()) {
      content.append(content(List.of(merge.next(new ScanStats()))));
    }
    return content.toString();
  }

  /** A generation and the lines it has at least, as somebody sees them who took his lease before. */
  private record Seen(HeadGeneration head, int lines) {}

  /** Each line says its stream and its time, so that a row of which a part is another row's is found out. */
  private static EntryBatch telling(int number) {
    int entries = 1 + number % 37;
    StringBuilder lines = new StringBuilder();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    for (int stream = 0; stream < 3; stream++) {
      Labels labels = stream(number % 7 + stream);
      batch.stream(labels);
      for (int e = 0; e < entries; e++) {
        // Some come late, so that pages are sorted and replaced.
        long ts = number * 100L + (number % 5 == 0 ? entries - e : e);
        int from = lines.length();
        lines.append(labels.get("app")).append('@').append(ts).append("x".repeat(number % 11 * 20));
        batch.entry(ts, from, lines.length(), Labels.of("ts", "" + ts % 4));
      }
    }
    return batch.arena(lines.toString().getBytes(StandardCharsets.ISO_8859_1)).build();
  }

  @Test
  void showsReadersWholeRowsWhilePagesAreUsedAgainByOtherThreads() throws InterruptedException {
    PagePool shared = new PagePool(leases, 8 << 20);
    AtomicReference<Seen> view = new AtomicReference<>(new Seen(new HeadGeneration(shared), 0));
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      boolean copies = i == 0;
      readers.add(
          Threads.start(
              "reader-" + i,
              () -> {
                try {
                  while (!stopped.get()) {
                    try (Leases.Lease _ = leases.enter()) {
                      assertThat(lines(view.get(), copies)).isTrue();
                    }
                  }
                } catch (RuntimeException | AssertionError e) {
                  failure.set(e);
                }
              }));
    }
    for (int generation = 0; generation < 60 && failure.get() == null; generation++) {
      HeadGeneration head = view.get().head;
      int lines = 0;
      for (int push = 0; push < 40; push++) {
        EntryBatch batch = telling(push);
        head.append(TENANT, batch, 0);
        lines += batch.entries();
        view.set(new Seen(head, lines));
      }
      view.set(new Seen(new HeadGeneration(shared), 0));
      head.retire();
    }
    stopped.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(shared.bytes()).isPositive();
  }

  /** Whether all lines are there and each is what its stream and time say. */
  private static boolean lines(Seen seen, boolean copies) {
    TenantHead tenant = seen.head.tenant(TENANT);
    int found = 0;
    for (HeadStream stream : tenant == null ? List.<HeadStream>of() : tenant.streams()) {
      String app = stream.labels().get("app");
      ScanStats stats = new ScanStats();
      for (Chain chain : copies ? stream.chainsToCopy(stats) : stream.chains(0, stats)) {
        for (Run run : chain.runs()) {
          EntryBlock rows = run.rows();
          for (int r = 0; r < rows.size(); r++) {
            long ts = rows.timestamp(r);
            assertThat(rows.line(r)).startsWith(app + "@" + ts).doesNotContain("@" + ts + "0");
            assertThat(rows.metadata(r)).isEqualTo(Labels.of("ts", "" + ts % 4));
            found++;
          }
        }
      }
    }
    return found >= seen.lines;
  }

  @Test
  void lendsWhatNobodyCanAskForAnyMore() {
    assertThat(textOfOne()).isSameAs(textOfOne());
  }

  @Test
  void waitsForReadersAndKeepsWhatTheyWereShown() {
    HeadGeneration head = new HeadGeneration(pool);
    head.append(TENANT, line("x"), 0);
    Leases.Lease lease = leases.enter();
    HeadStream stream = Objects.requireNonNull(head.tenant(TENANT)).streams().iterator().next();
    head.retire();
    HeadGeneration next = new HeadGeneration(pool);
    next.append(TENANT, line("y"), 0);
    List<EntryBlock> shown = blocks(stream);
    assertThat(content(shown)).endsWith("x\n");
    lease.close();
    next.append(TENANT, EntryBatch.of(stream(2), 1, "z"), 0);
    assertThat(content(shown)).endsWith("x\n");
    assertThat(pool.bytes()).isZero();
  }

  @Test
  void lendsStreamsWithoutAnythingOfWhatTheyWere() {
    HeadGeneration head = new HeadGeneration(pool);
    EntryBatch.Builder first = EntryBatch.builder(new byte[5000]).stream(stream(1));
    first.entry(50, 0, 5000, Labels.of("level", "info")).entry(10, 0, 5000, Labels.EMPTY).entry(70, 0, 3, Labels.EMPTY);
    head.append(TENANT, first.build(), 0);
    HeadStream stream = Objects.requireNonNull(head.tenant(TENANT)).streams().getFirst();
    Leases.Lease lease = leases.enter();
    head.retire();
    HeadGeneration next = new HeadGeneration(pool);
    next.append(TENANT, EntryBatch.of(stream(2), 30, "y"), 0);
    assertThat(Objects.requireNonNull(next.tenant(TENANT)).streams()).doesNotContain(stream);
    assertThat(stream.labels()).isEqualTo(stream(1));
    lease.close();

    next.append(TENANT, EntryBatch.of(stream(3), 40, "z"), 0);
    HeadStream again = Objects.requireNonNull(next.tenant(TENANT)).streams().getLast();
    assertThat(again).isSameAs(stream);
    assertThat(again.labels()).isEqualTo(stream(3));
    assertThat(again.minTs()).isEqualTo(40);
    assertThat(again.maxTs()).isEqualTo(40);
    assertThat(again.lineBytes()).isEqualTo(1);
    assertThat(again.ranks()).isEqualTo(1);
    assertThat(content(blocks(again))).endsWith("z\n");
  }

  @Seeded(rounds = 30)
  void lendsPagesWithoutTheMetadataTheyHad(RandomGenerator random) {
    for (int generation = 0; generation < 6; generation++) {
      HeadGeneration head = new HeadGeneration(pool);
      int sets = random.nextInt(40);
      NavigableMap<Long, Labels> expected = new TreeMap<>();
      for (int push = random.nextInt(1, 5); push > 0; push--) {
        EntryBatch.Builder batch = EntryBatch.builder(new byte[1]).stream(stream(1));
        for (int e = random.nextInt(1, 30); e > 0; e--) {
          int set = random.nextInt(sets + 1);
          Labels metadata = set == sets ? Labels.EMPTY : Labels.of("set", generation + "-" + set);
          now += 1000;
          long ts = random.nextInt(8) == 0 ? now - 50_500 : now;
          if (expected.putIfAbsent(ts, metadata) == null) {
            batch.entry(ts, 0, 1, metadata);
          }
        }
        EntryBatch built = batch.build();
        if (built.entries() > 0) {
          head.append(TENANT, built, 0);
        }
      }
      assertThat(metadata(Objects.requireNonNull(head.tenant(TENANT)).streams().getFirst())).isEqualTo(expected);
      head.retire();
      now += 100_000;
    }
  }

  /** Beyond a few rows of one time, those are looked up in a table, which the page that is open at the end still has. */
  @Seeded(rounds = 40)
  void tellsDuplicatesFromOthersInAPageThatIsUsedAgain(RandomGenerator random) {
    int length = 1 + random.nextInt(random.nextBoolean() ? 20 : 700);
    long empty = memoryOf(new HeadGeneration(), length);
    for (int generation = 0; generation < 6; generation++) {
      HeadGeneration head = new HeadGeneration(pool);
      Set<String> expected = new LinkedHashSet<>();
      for (int push = random.nextInt(1, 4); push > 0; push--) {
        int lines = random.nextInt(1, 120);
        ByteSink arena = new ByteSink(1024);
        EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(stream(generation));
        for (int e = 0; e < lines; e++) {
          String line = random.nextInt(80) + "x".repeat(length);
          int from = arena.size();
          arena.utf8(line);
          batch.entry(generation, from, arena.size(), Labels.EMPTY);
          expected.add(generation + "{}" + line);
        }
        head.append(TENANT, batch.arena(arena.toByteArray()).build(), 0);
      }
      List<String> found = new ArrayList<>();
      HeadStream stream = Objects.requireNonNull(head.tenant(TENANT)).streams().getFirst();
      copies(stream).forEach(rows -> found.addAll(content(List.of(rows)).lines().toList()));
      assertThat(found).containsExactlyElementsOf(expected);
      head.retire();
      HeadGeneration again = new HeadGeneration(pool);
      assertThat(memoryOf(again, length)).isEqualTo(empty);
      again.retire();
    }
  }

  private static long memoryOf(HeadGeneration head, int length) {
    head.append(TENANT, EntryBatch.of(stream(0), 1, "x".repeat(length)), 0);
    head.append(TENANT, EntryBatch.of(stream(0), 2, "x".repeat(70_000)), 0);
    return head.bytes();
  }

  @Test
  void letsGoOfTheSetsOfWhichAPageHadAList() {
    assertIsLetGo(retired(rows -> rows.metadata(39), batchOfSets(40)));
  }

  private static EntryBatch batchOfSets(int entries) {
    EntryBatch.Builder sets = EntryBatch.builder(new byte[1]).stream(stream(2));
    for (int e = 0; e < entries; e++) {
      sets.entry(e, 0, 1, Labels.of("set", "" + e));
    }
    return sets.build();
  }

  @Test
  void letsGoOfTheSortedCopyOfAPage() {
    EntryBatch.Builder late = EntryBatch.builder(new byte[1]).stream(stream(2));
    late.entry(2, 0, 1, Labels.EMPTY).entry(1, 0, 1, Labels.EMPTY);
    assertIsLetGo(retired(EntryBlock::text, late.build()));
  }

  @Test
  void letsGoOfALineThatHadAPageOfItsOwnBehindAnother() {
    EntryBatch line = EntryBatch.of(stream(2), 2, "x".repeat(PageKind.MOST_BYTES + 1));
    assertIsLetGo(retired(EntryBlock::text, EntryBatch.of(stream(2), 1, "x"), line));
  }

  /** Something of the last rows of the second stream, when its generation is retired. */
  private WeakReference<Object> retired(Function<EntryBlock, Object> part, EntryBatch... batches) {
    HeadGeneration head = new HeadGeneration(pool);
    // Its page and its stream are taken again when somebody looks for what is free.
    head.append(TENANT, line("one"), 0);
    for (int stream = 3; stream < 30; stream++) {
      head.append(TENANT, EntryBatch.of(stream(stream), 1, "x"), 0);
    }
    List.of(batches).forEach(batch -> head.append(TENANT, batch, 0));
    List<HeadStream> streams = Objects.requireNonNull(head.tenant(TENANT)).streams();
    HeadStream second = streams.stream().filter(stream -> stream.labels().equals(stream(2))).findFirst().orElseThrow();
    EntryBlock rows = second.chainsToCopy(new ScanStats()).getLast().runs().getLast().rows();
    WeakReference<Object> gone = new WeakReference<>(part.apply(rows));
    head.retire();
    return gone;
  }

  @Test
  void letsGoOfTextsThatItHasNoMore() {
    int streams = 300;
    PagePool large = new PagePool(leases, 1L << 30);
    List<WeakReference<byte[]>> texts = textsOf(large, streams);
    HeadGeneration small = new HeadGeneration(large);
    small.append(TENANT, line("x"), 0);
    small.retire();
    assertThat(large.bytes()).isEqualTo(RowArena.BYTES + TextArena.BYTES);
    // Those of one arena stay.
    awaitCollected("most texts to go", () -> alive(texts) < streams / 2);
  }

  private static long alive(List<WeakReference<byte[]>> texts) {
    return texts.stream().filter(text -> text.get() != null).count();
  }

  /** Where a generation of so many streams with some lines, which is retired afterwards, has them. */
  private static List<WeakReference<byte[]>> textsOf(PagePool pool, int streams) {
    HeadGeneration head = new HeadGeneration(pool);
    for (int stream = 0; stream < streams; stream++) {
      head.append(TENANT, EntryBatch.of(stream(stream), 1, "x".repeat(3_000)), 0);
    }
    List<WeakReference<byte[]>> texts = new ArrayList<>();
    for (HeadStream stream : Objects.requireNonNull(head.tenant(TENANT)).streams()) {
      texts.add(new WeakReference<>(copies(stream).getFirst().text()));
    }
    head.retire();
    return texts;
  }

  private void assertIsLetGo(WeakReference<?> gone) {
    textOfOne();
    awaitCollected("what a page referred to to go", () -> gone.get() == null);
    assertThat(pool.bytes()).isPositive();
  }

  private static void awaitCollected(String what, BooleanSupplier gone) {
    Await.until(
        what,
        Duration.ofSeconds(60),
        () -> {
          System.gc();
          return gone.getAsBoolean();
        });
  }

  /** By time, without being shown a page. */
  private static Map<Long, Labels> metadata(HeadStream stream) {
    Map<Long, Labels> found = new TreeMap<>();
    for (EntryBlock block : copies(stream)) {
      for (int r = 0; r < block.size(); r++) {
        found.put(block.timestamp(r), block.metadata(r));
      }
    }
    return found;
  }

  /** All rows, without being shown a page. */
  private static List<EntryBlock> copies(HeadStream stream) {
    return blocks(stream, stream.chainsToCopy(new ScanStats()));
  }

  private static EntryBatch line(String line) {
    return EntryBatch.of(stream(1), 1, line);
  }

  /** Where a generation of one line, which is retired afterwards, has it. */
  private byte[] textOfOne() {
    HeadGeneration head = new HeadGeneration(pool);
    head.append(TENANT, line("one"), 0);
    HeadStream stream = Objects.requireNonNull(head.tenant(TENANT)).streams().getFirst();
    byte[] text = stream.chainsToCopy(new ScanStats()).getFirst().runs().getFirst().rows().text();
    head.retire();
    return text;
  }

  @Test
  void leavesAloneWhatIsBesideLinesThatSomebodyKeeps() {
    HeadGeneration head = new HeadGeneration(pool);
    for (int stream = 0; stream < 3; stream++) {
      head.append(TENANT, EntryBatch.of(stream(stream), 1, "line of " + stream), 0);
    }
    List<HeadStream> streams = Objects.requireNonNull(head.tenant(TENANT)).streams();
    byte[] text = streams.get(2).chainsToCopy(new ScanStats()).getFirst().runs().getFirst().rows().text();
    List<EntryBlock> kept = blocks(streams.get(1));
    assertThat(kept.getFirst().text()).isSameAs(text);
    head.retire();
    HeadGeneration next = new HeadGeneration(pool);
    for (int stream = 0; stream < 3; stream++) {
      next.append(TENANT, EntryBatch.of(stream(stream), 2, "another " + stream), 0);
    }
    assertThat(content(kept)).endsWith("line of 1\n");
    assertThat(pool.bytes()).isZero();
  }

  @Seeded(rounds = 30)
  void givesBackPagesOfAllSizesWithTheirGeneration(RandomGenerator random) {
    PagePool large = new PagePool(leases, 1L << 30);
    for (int generation = 0; generation < 4; generation++) {
      HeadGeneration head = new HeadGeneration(large);
      for (int push = random.nextInt(1, 60); push > 0; push--) {
        long jitter = random.nextInt(6) == 0 ? 5_000 : 0;
        int lines = 1 << random.nextInt(9);
        head.append(TENANT, batch(random.nextInt(3), lines, random.nextInt(1, 2_000), jitter, random), 0);
      }
      long lines = Objects.requireNonNull(head.tenant(TENANT)).streams().stream().mapToLong(HeadStream::lineBytes).sum();
      assertThat(head.bytes()).isGreaterThan(lines);
      head.retire();
      assertThat(large.bytes()).isNotNegative();
      // Asks for streams, and so for the pages that they had.
      HeadGeneration empty = new HeadGeneration(large);
      for (int stream = 0; stream < 20; stream++) {
        empty.append(TENANT, EntryBatch.of(stream(stream), 1, "x"), 0);
      }
      empty.retire();
      assertThat(large.bytes()).isBetween(RowArena.BYTES + TextArena.BYTES, head.bytes() + (1 << 20));
      now += 100_000;
    }
  }

  @Test
  void keepsNoMoreThanItsLimitAndNoMoreThanWasUsedLately() {
    HeadGeneration head = new HeadGeneration(pool);
    byte[] line = "l".repeat(250).getBytes(StandardCharsets.UTF_8);
    for (int stream = 0; stream < 4_000; stream++) {
      EntryBatch.Builder batch = EntryBatch.builder(line).stream(stream(stream));
      head.append(TENANT, batch.entry(1, 0, line.length, Labels.EMPTY).build(), 0);
    }
    head.retire();
    assertThat(pool.bytes()).isBetween(LIMIT / 2, LIMIT);
    HeadGeneration small = new HeadGeneration(pool);
    small.append(TENANT, line("x"), 0);
    small.retire();
    assertThat(pool.bytes()).isEqualTo(RowArena.BYTES + TextArena.BYTES);
  }
}
