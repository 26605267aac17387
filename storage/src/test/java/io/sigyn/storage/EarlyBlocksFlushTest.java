package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.ByteSink;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.EncodedRun;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.HeadStream;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import io.sigyn.storage.segment.Segment;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks that were made before the flush, on their way through the flush. */
class EarlyBlocksFlushTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");
  private static final long T0 = RandomBatches.NOON;
  private static final long MS = 1_000_000;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.OS, 64 << 20, Duration.ofHours(1), 4 << 20, 0);
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofHours(1)).withBlockBytes(8 << 10);

  /** Of the first {@value #ROWS} rows; pages, and so blocks, become larger as the stream does. */
  private static final int BLOCKS = 9;

  private static final int ROWS = 20_000;

  @TempDir Path temp;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Oracle oracle = new Oracle();

  private Store open() {
    return Store.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, StoreFiles.LOCAL, TUNING);
  }

  private double counted(String name) {
    return metrics.get("sigyn.storage." + name).counter().count();
  }

  private void awaitBlocks() {
    Await.until("blocks", Duration.ofSeconds(20), () -> counted("head.blocks") >= BLOCKS);
  }

  /** Rows {@code [from, to)} of a stream, one a millisecond. */
  private static EntryBatch rows(int from, int to) {
    ByteSink arena = new ByteSink(1 << 14);
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]).stream(STREAM);
    for (int r = from; r < to; r++) {
      int start = arena.size();
      arena.utf8("request " + r + " of " + Integer.toHexString(r * 0x9E3779B9) + " was served in time");
      Labels set = r % 3 == 0 ? Labels.of("detected_level", "info", "zone", "z" + r % 5) : Labels.EMPTY;
      batch.entry(T0 + r * MS, start, arena.size(), set);
    }
    return batch.arena(arena.toByteArray()).build();
  }

  private void append(Store store, EntryBatch batch) {
    store.append(TENANT, batch).join();
    oracle.append(batch);
  }

  private void same(Store store) {
    for (Direction direction : Direction.values()) {
      assertThat(Reading.select(store, TENANT, List.of(), TimeRange.ALL, direction, new ScanStats()))
          .isEqualTo(oracle.select(List.of(), TimeRange.ALL));
    }
    TimeRange part = new TimeRange(T0 + 777 * MS, T0 + 1888 * MS);
    assertThat(Reading.select(store, TENANT, List.of(), part, Direction.FORWARD, new ScanStats()))
        .isEqualTo(oracle.select(List.of(), part));
  }

  @Test
  void copiesTheBytesOfBlocksThatOverlapNothing() throws IOException {
    Opening.Opened opened =
        Opening.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, StoreFiles.LOCAL, TUNING);
    try {
      var generation = opened.view().active();
      for (int r = 0; r < ROWS; r += 100) {
        generation.append(TENANT, rows(r, r + 100), 0);
      }
      awaitBlocks();
      opened.encoder().close();
      List<EncodedRun> blocks = new ArrayList<>();
      for (HeadStream stream : Objects.requireNonNull(generation.tenant(TENANT)).streams()) {
        for (Chain chain : stream.chains(0, new ScanStats())) {
          for (Run run : chain.runs()) {
            if (run instanceof EncodedRun block) {
              blocks.add(block);
            }
          }
        }
      }
      assertThat(blocks).hasSize(BLOCKS);

      Flusher.Sealed sealed = new Flusher.Sealed(generation, 1);
      opened.flusher().write(sealed);
      assertThat(counted("flushed.copied.blocks")).isEqualTo(blocks.size());
      assertThat(counted("flushed.entries")).isEqualTo(ROWS);
      Segment segment = Objects.requireNonNull(sealed.segments().get(TENANT)).getFirst();
      Path path = opened.manifests().day(TENANT, Layout.dayOf(T0)).directory().resolve(segment.info().fileName());
      String file = Files.readString(path, StandardCharsets.ISO_8859_1);
      for (EncodedRun block : blocks) {
        byte[] bytes = block.bytes();
        int header = block.info().headerLength();
        assertThat(file).contains(new String(bytes, header, bytes.length - header, StandardCharsets.ISO_8859_1));
      }
    } finally {
      opened.wal().close();
      opened.lock().close();
    }
    try (Store store = open()) {
      oracle.append(rows(0, ROWS));
      same(store);
    }
  }

  /** The flush looks at pages, then these become blocks, and other rows come into their memory before it has copied them. */
  @Test
  void copiesPagesThatBecomeBlocksMeanwhile() throws Exception {
    FaultyFiles files = new FaultyFiles();
    CountDownLatch writing = new CountDownLatch(1);
    Opening.Opened opened = Opening.open(temp.resolve("store"), OPTIONS, Clock.SYSTEM, metrics, files, TUNING);
    try {
      opened.encoder().execute(() -> await(writing));
      HeadGeneration generation = opened.view().active();
      for (int r = 0; r < ROWS; r += 100) {
        generation.append(TENANT, rows(r, r + 100), 0);
      }
      HeadGeneration next = new HeadGeneration(generation);
      AtomicInteger writes = new AtomicInteger();
      files.rule =
          (call, path) -> {
            boolean isWrite = call == Call.WRITE && path.toString().endsWith(".lseg.tmp");
            // The first is of the header, before rows are looked at.
            if (isWrite && writes.incrementAndGet() == 2) {
              writing.countDown();
              opened.encoder().close();
              assertThat(counted("head.blocks")).isGreaterThan(0);
              for (int r = ROWS; r < 2 * ROWS; r += 100) {
                next.append(TENANT, rows(r, r + 100), 0);
              }
            }
          };
      opened.flusher().write(new Flusher.Sealed(generation, 1));
      assertThat(writes.get()).isGreaterThan(2);
    } finally {
      writing.countDown();
      opened.wal().close();
      opened.lock().close();
    }
    try (Store store = open()) {
      oracle.append(rows(0, ROWS));
      same(store);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void mergesBlocksThatLateRowsOverlap() {
    try (Store store = open()) {
      for (int r = 0; r < ROWS; r += 100) {
        append(store, rows(r, r + 100));
      }
      awaitBlocks();
      append(store, rows(500, 600));
      append(store, StoreTest.batch(STREAM, T0 + 900 * MS, "late", "later"));
      append(store, StoreTest.batch(STREAM, T0 - 1, "before all"));
      same(store);
      store.flush();
      same(store);
      assertThat(counted("duplicates")).isEqualTo(100);
      assertThat(counted("flushed.entries")).isEqualTo(ROWS + 3);
      // The resent rows lie in two blocks, for a block leaves its last row to the next one, and the late one in a third.
      assertThat(counted("flushed.copied.blocks")).isEqualTo(BLOCKS - 3);
      store.upkeep().runAll();
      same(store);
    }
    try (Store store = open()) {
      same(store);
    }
  }

  @Test
  void countsWithoutDecoding() {
    try (Store store = open()) {
      for (int r = 0; r < ROWS; r += 100) {
        append(store, rows(r, r + 100));
      }
      awaitBlocks();
      ScanStats stats = new ScanStats();
      Selection all = new Selection(List.of(), TimeRange.ALL, Direction.FORWARD);
      long rows = 0;
      try (EntryCursor cursor = store.select(TENANT, all, stats)) {
        for (boolean more = true; more; ) {
          EntrySummary summary = cursor.summary();
          if (summary != null) {
            rows += summary.rows();
            cursor.skip();
          } else {
            more = cursor.next();
            rows += more ? cursor.block().size() : 0;
          }
        }
      }
      assertThat(rows).isEqualTo(ROWS);
      assertThat(stats.summarisedLines).isGreaterThan(10_000);
      assertThat(stats.decodedBytes).isZero();
      IndexStats whole = store.stats(TENANT, List.of(), TimeRange.ALL);
      assertThat(whole.entries()).isEqualTo(ROWS);
      IndexStats part = store.stats(TENANT, List.of(), new TimeRange(T0 + 100 * MS, T0 + 19_900 * MS));
      assertThat(part.entries()).isEqualTo(19_800);
      assertThat(part.bytes()).isLessThan(whole.bytes()).isGreaterThan(whole.bytes() * 9 / 10);
    }
  }
}
