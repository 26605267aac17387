package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Labels STREAM = Labels.of("app", "web");
  private static final long T0 = RandomBatches.NOON;
  private static final StoreOptions OPTIONS =
      new StoreOptions(StoreOptions.SyncMode.GROUP, 64 << 20, Duration.ofMinutes(15), 64 << 20, 1000);
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofMillis(20), Duration.ofMillis(20));

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void showsAnEntryAtOnceAndAfterAFlushAndAfterARestart() {
    try (Store store = open(OPTIONS)) {
      var durable = store.append(TENANT, batch(STREAM, T0, "hello"));
      assertThat(lines(store)).containsExactly("hello");
      durable.join();
      store.flush();
      assertThat(lines(store)).containsExactly("hello");
      store.append(TENANT, batch(STREAM, T0 + 1, "again")).join();
      assertThat(lines(store)).containsExactly("hello", "again");
    }
    try (Store store = open(OPTIONS)) {
      assertThat(lines(store)).containsExactly("hello", "again");
      assertThat(lines(store, new Tenant("T"))).isEmpty();
    }
  }

  @Test
  void leavesNothingToReplayBehindWhenClosed() throws IOException {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(STREAM, T0, "hello")).join();
    }
    assertThat(names(temp.resolve("store/wal/0"))).noneMatch(name -> name.endsWith(".wal"));
    try (Store _ = open(OPTIONS)) {
      assertThat(metrics.get("sigyn.storage.replayed.records").counter().count()).isZero();
    }
  }

  @Test
  void publishesNothingThatTheLogDoesNotHaveYet() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    try (Store store = open(OPTIONS)) {
      files.rule =
          (call, path) -> {
            if (call == Call.WRITE && path.toString().contains("/wal/")) {
              FaultyFiles.await(diskAnswers);
            }
          };
      var durable = store.append(TENANT, batch(STREAM, T0, "hello"));
      Thread flush = io.sigyn.life.Threads.start("flush", store::flush);
      Await.until("the flush to wait for the log", Duration.ofSeconds(20), () -> flush.getState() == Thread.State.WAITING);
      assertThat(segments()).isEmpty();
      assertThat(durable).isNotDone();
      diskAnswers.countDown();
      durable.join();
      flush.join();
      assertThat(segments()).isNotEmpty();
    } finally {
      diskAnswers.countDown();
    }
  }

  @Test
  void refusesAppendsOnceClosed() {
    Store store = open(OPTIONS);
    store.close();
    store.close();
    assertThatThrownBy(() -> store.append(TENANT, batch(STREAM, T0, "late")))
        .isInstanceOf(LokiException.class)
        .hasMessage("the store is shutting down");
  }

  /** A block counts its columns in two bytes, one for the values of a name and one for which entries have it. */
  @Test
  void keepsAnEntryWithVeryManyNamesOfMetadataOrRefusesIt() {
    try (Store store = open(OPTIONS)) {
      byte[] arena = {'a', 'b'};
      Labels many = names(33_000);
      store
          .append(
              TENANT,
              EntryBatch.builder(arena).stream(STREAM).entry(T0, 0, 1, many).entry(T0, 1, 2, Labels.EMPTY).build())
          .join();
      EntryBatch most = EntryBatch.builder(arena).stream(STREAM).entry(T0 + 1, 0, 1, names(65_001)).build();
      assertThatThrownBy(() -> store.append(TENANT, most))
          .isInstanceOf(LokiException.class)
          .hasMessageContaining("65001 structured metadata labels");
      store.flush();
      assertThat(Reading.all(store, TENANT).get(STREAM))
          .containsExactly(new Oracle.Entry(T0, "a", many), new Oracle.Entry(T0, "b", Labels.EMPTY));
      assertThat(store.damages()).isEmpty();
    }
  }

  private static Labels names(int n) {
    return Labels.ofSorted(
        IntStream.range(0, n).boxed().flatMap(i -> Stream.of("name%05d".formatted(i), "v")).toArray(String[]::new));
  }

  @Test
  void dropsExactDuplicatesWhereverTheFirstOneIs() {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(STREAM, T0, "a", "b", "a")).join();
      store.append(TENANT, batch(STREAM, T0, "b", "c")).join();
      assertThat(lines(store)).containsExactly("a", "b", "c");
      store.flush();
      store.append(TENANT, batch(STREAM, T0, "c", "d", "a")).join();
      assertThat(lines(store)).containsExactly("a", "b", "c", "d");
      store.flush();
      assertThat(lines(store)).containsExactly("a", "b", "c", "d");
      // Other metadata makes another entry.
      byte[] line = {'a'};
      store
          .append(
              TENANT, EntryBatch.builder(line).stream(STREAM).entry(T0, 0, 1, Labels.of("x", "1")).build())
          .join();
      assertThat(lines(store)).containsExactly("a", "b", "c", "d", "a");
    }
  }

  @Test
  void flushesByItselfWhenTheOldestEntryIsOldEnough() {
    FakeClock clock = new FakeClock(T0);
    try (Store store =
        Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING)) {
      store.append(TENANT, batch(STREAM, T0, "hello")).join();
      clock.advance(Duration.ofMinutes(14));
      assertThat(store.activeStreams(TENANT)).isEqualTo(1);
      clock.advance(Duration.ofMinutes(2));
      Await.until("a flush by age", Duration.ofSeconds(20), () -> store.activeStreams(TENANT) == 0);
      assertThat(lines(store)).containsExactly("hello");
    }
  }

  @Test
  void flushesByItselfWhenTheHeadIsFull() {
    try (Store store = open(new StoreOptions(StoreOptions.SyncMode.OS, 100_000, Duration.ofHours(1), 1 << 20, 0))) {
      store.append(TENANT, large(0, 150_000)).join();
      Await.until("a flush by size", Duration.ofSeconds(20), () -> store.activeStreams(TENANT) == 0);
    }
  }

  @Test
  void countsStreamsInMemoryOnceAcrossGenerations() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch rotated = new CountDownLatch(1);
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(Labels.of("s", "1"), T0, "x")).join();
      store.append(TENANT, batch(Labels.of("s", "2"), T0, "x")).join();
      assertThat(store.activeStreams(TENANT)).isEqualTo(2);
      files.rule =
          (call, path) -> {
            if (call == Call.CREATE && path.toString().endsWith(".lseg.tmp")) {
              rotated.countDown();
              FaultyFiles.await(hold);
            }
          };
      Thread flush = io.sigyn.life.Threads.start("flush", store::flush);
      rotated.await();
      assertThat(store.activeStreams(TENANT)).isEqualTo(2);
      store.append(TENANT, batch(Labels.of("s", "2"), T0 + 1, "x")).join();
      store.append(TENANT, batch(Labels.of("s", "3"), T0, "x")).join();
      assertThat(store.activeStreams(TENANT)).isEqualTo(3);
      assertThat(lines(store)).hasSize(4);
      hold.countDown();
      flush.join();
      assertThat(store.activeStreams(TENANT)).isEqualTo(2);
      assertThat(lines(store)).hasSize(4);
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> paths = Files.walk(temp)) {
      return paths.filter(path -> path.toString().contains(".lseg")).toList();
    }
  }

  /** Early blocks that are made meanwhile give memory of pages back, and the flush must not copy what comes into it next. */
  @Test
  void holdsALeaseWhileItCopiesFromMemory() throws IOException {
    List<Double> leases = new CopyOnWriteArrayList<>();
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, large(0, 1000)).join();
      files.rule =
          (call, path) -> {
            if (call == Call.WRITE && path.toString().endsWith(".lseg.tmp")) {
              leases.add(metrics.get("sigyn.storage.leases").gauge().value());
            }
          };
      store.flush();
      files.rule = (call, path) -> {};
    }
    assertThat(leases).isNotEmpty().allMatch(open -> open >= 1);
  }

  @Test
  void refusesAppendsWhenTooMuchIsInMemoryUntilAFlushIsDone() {
    files.rule = FaultyFiles.failing(Call.CREATE, ".lseg.tmp", "No space left on device");
    StoreOptions small = new StoreOptions(StoreOptions.SyncMode.OS, 200_000, Duration.ofHours(1), 1 << 20, 0);
    try (Store store = open(small)) {
      store.append(TENANT, large(0, 150_000)).join();
      store.append(TENANT, large(1, 150_000)).join();
      // The one in the background may not have failed yet, and then the refusal knows no cause.
      assertThatThrownBy(store::flush).isInstanceOf(LokiException.class);
      assertThatThrownBy(() -> store.append(TENANT, large(2, 1000)))
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
          .hasMessageMatching(
              "flush to .* failed: No space left on device; .* \\d+ bytes are in memory, at most 400000 may be; nothing is"
                  + " taken until a flush works, queries go on");
      int seen = lines(store).size();
      files.rule = (call, path) -> {};
      Await.until("memory to be free", Duration.ofSeconds(20), () -> store.activeStreams(TENANT) == 0);
      store.append(TENANT, batch(STREAM, T0, "more")).join();
      assertThat(lines(store)).hasSize(seen + 1);
      assertThat(metrics.get("sigyn.storage.flush.failures").counter().count()).isPositive();
    }
  }

  @Test
  void refusesAppendsOnADryDiskAndGoesOnWithQueries() {
    FakeClock clock = new FakeClock(T0);
    try (Store store = Store.open(temp.resolve("store"), OPTIONS, clock, metrics, files, TUNING)) {
      store.append(TENANT, batch(STREAM, T0, "before")).join();
      files.freeBytes = 999;
      clock.advance(Duration.ofSeconds(2));
      assertThatThrownBy(() -> store.append(TENANT, batch(STREAM, T0, "no")))
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
          .hasMessage(
              "disk full: %s has 999 bytes free, 1000 are needed; nothing is taken until space is freed, queries go on"
                  .formatted(temp.resolve("store")));
      assertThat(lines(store)).containsExactly("before");
      files.freeBytes = 1000;
      clock.advance(Duration.ofSeconds(2));
      store.append(TENANT, batch(STREAM, T0 + 1, "after")).join();
      assertThat(lines(store)).containsExactly("before", "after");
    }
  }

  @Test
  void stopsTakingAppendsAfterAFailedSyncUntilTheLogIsReplaced() {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(STREAM, T0, "durable")).join();
      files.rule = FaultyFiles.failing(Call.SYNC, "", "Input/output error");
      assertThatThrownBy(() -> store.append(TENANT, batch(STREAM, T0 + 1, "in doubt")).join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("write-ahead log")
          .hasMessageContaining("Input/output error");
      assertThatThrownBy(() -> store.append(TENANT, batch(STREAM, T0 + 2, "refused")))
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
      assertThat(lines(store)).contains("durable").doesNotContain("refused");
      files.rule = (call, path) -> {};
      Await.until("the log to be replaced", Duration.ofSeconds(20), () -> takes(store, T0 + 3));
      assertThat(lines(store)).containsExactly("durable", "in doubt", "probe");
    }
    try (Store store = open(OPTIONS)) {
      assertThat(lines(store)).containsExactly("durable", "in doubt", "probe");
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void saysWhyItTakesNothingAndRecoversByItself() {
    try (Store store = open(OPTIONS)) {
      assertThat(store.refusal()).isEmpty();
      store.append(TENANT, batch(STREAM, T0, "durable")).join();
      files.rule =
          (call, path) -> {
            if (path.toString().contains("/wal/") && (call == Call.SYNC || call == Call.WRITE)) {
              throw new IOException("Read-only file system");
            }
          };
      assertThatThrownBy(() -> store.append(TENANT, batch(STREAM, T0 + 1, "in doubt")).join())
          .hasMessageContaining("Read-only file system");
      // Day by day a flush would show a batch that was refused in part, should the power go in between.
      assertThatThrownBy(store::flush).isInstanceOf(LokiException.class).hasMessageContaining("must wait");
      assertThat(store.refusal().orElseThrow())
          .contains("write-ahead log", temp.resolve("store").toString(), "Read-only file system", "queries go on");
      assertThat(lines(store)).containsExactly("durable", "in doubt");
      files.rule = (call, path) -> {};
      Await.until("the log to work again", Duration.ofSeconds(20), () -> store.refusal().isEmpty());
      store.append(TENANT, batch(STREAM, T0 + 2, "after")).join();
      assertThat(lines(store)).containsExactly("durable", "in doubt", "after");
    }
    try (Store store = open(OPTIONS)) {
      assertThat(lines(store)).containsExactly("durable", "in doubt", "after");
    }
  }

  @Test
  void losesNothingWhenOneSyncInSomeFails() throws IOException {
    int acked = 0;
    java.util.concurrent.atomic.AtomicInteger syncs = new java.util.concurrent.atomic.AtomicInteger();
    try (Store store = open(OPTIONS)) {
      files.rule =
          (call, path) -> {
            if (call == Call.SYNC && path.toString().contains("/wal/") && syncs.incrementAndGet() % 5 == 0) {
              throw new IOException("Input/output error");
            }
          };
      for (int i = 0; i < 100; i++) {
        store.append(TENANT, batch(STREAM, T0 + i, "line " + i)).join();
        acked++;
      }
      files.rule = (call, path) -> {
        throw new IOException("power off");
      };
    }
    files.rule = (call, path) -> {};
    assertThat(acked).isEqualTo(100);
    try (Store store = open(OPTIONS)) {
      assertThat(lines(store)).hasSize(100);
      assertThat(store.damages()).isEmpty();
    }
  }

  @Test
  void keepsTheLogShortByFlushingAndOverRestarts() throws IOException {
    StoreOptions options = OPTIONS.withWalMaxBytes(1 << 20);
    Random random = new Random(7);
    int entries = 0;
    for (int round = 0; round < 20; round++) {
      Store store = open(options);
      for (int i = 0; i < 10; i++) {
        long ts = T0 + 1000L * round + i;
        byte[] line = new byte[40_000];
        random.nextBytes(line);
        EntryBatch batch =
            EntryBatch.builder(line).stream(STREAM).entry(ts, 0, line.length, Labels.EMPTY).build();
        Await.until(
            "room in the log",
            Duration.ofSeconds(20),
            () -> {
              try {
                store.append(TENANT, batch).join();
                return true;
              } catch (LokiException e) {
                assertThat(e.text()).contains("write-ahead log is full");
                return false;
              }
            });
        entries++;
        assertThat(logBytes()).isLessThanOrEqualTo(1 << 20);
      }
      if (round % 2 == 0) {
        // As if killed: nothing goes to the disk any more.
        files.rule = (call, path) -> {
          throw new IOException("power off");
        };
      }
      store.close();
      files.rule = (call, path) -> {};
    }
    try (Store store = open(options)) {
      assertThat(lines(store)).hasSize(entries);
    }
  }

  @Test
  void replaysALogLargerThanMemoryThroughSegments() {
    Store killed = open(OPTIONS);
    for (int i = 0; i < 40; i++) {
      killed.append(TENANT, large(i, 100_000)).join();
    }
    int entries = lines(killed).size();
    files.rule =
        (call, path) -> {
          throw new IOException("power off");
        };
    killed.close();
    files.rule = (call, path) -> {};
    StoreOptions small =
        new StoreOptions(StoreOptions.SyncMode.OS, 300_000, Duration.ofHours(1), 1 << 20, 0);
    try (Store store = open(small)) {
      assertThat(metrics.get("sigyn.storage.replayed.records").counter().count()).isEqualTo(40);
      assertThat(metrics.get("sigyn.storage.head.bytes").gauge().value()).isLessThan(600_000);
      assertThat(lines(store)).hasSize(entries);
    }
  }

  private long logBytes() throws IOException {
    long bytes = 0;
    for (Path path : files.list(temp.resolve("store/wal/0"))) {
      try {
        bytes += Files.size(path);
      } catch (NoSuchFileException e) {
        // Given up between the list and the look.
      }
    }
    return bytes;
  }

  @Test
  void acknowledgesBeforeTheLogHasItWhenToldTo() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    StoreOptions none = OPTIONS.withSync(StoreOptions.SyncMode.NONE, Duration.ofMillis(50));
    try (Store store = open(none)) {
      files.rule =
          (call, path) -> {
            if (call == Call.WRITE && path.toString().contains("/wal/")) {
              FaultyFiles.await(diskAnswers);
            }
          };
      assertThat(store.append(TENANT, batch(STREAM, T0, "hello"))).isCompleted();
      assertThat(lines(store)).containsExactly("hello");
      diskAnswers.countDown();
    } finally {
      diskAnswers.countDown();
    }
    try (Store store = open(none)) {
      assertThat(lines(store)).containsExactly("hello");
    }
  }

  @Test
  void wantsLessFreeSpaceOnASmallDisk() {
    long gib = 1L << 30;
    assertThat(Admission.minFree(200L << 20)).isEqualTo(20L << 20);
    assertThat(Admission.minFree(5 * gib)).isEqualTo(gib / 2);
    assertThat(Admission.minFree(20 * gib)).isEqualTo(gib);
    assertThat(Admission.minFree(1000 * gib)).isEqualTo(20 * gib);
    assertThat(Admission.minFree(StoreFiles.UNKNOWN)).isEqualTo(gib);
  }

  @Test
  void splitsMemoryOfSmallAndLargeHeaps() {
    StoreOptions small = StoreOptions.forHeap(256L << 20);
    assertThat(small.headLimitBytes()).isBetween(85L << 20, 90L << 20);
    assertThat(small.blockCacheBytes()).isBetween(25L << 20, 26L << 20);
    assertThat(small.walQueueBytes()).isBetween(12L << 20, 13L << 20);
    StoreOptions large = StoreOptions.forHeap(16L << 30);
    assertThat(large.headMaxBytes()).isEqualTo(256L << 20);
    assertThat(large.walQueueBytes()).isEqualTo(64L << 20);
  }

  private static boolean takes(Store store, long ts) {
    try {
      store.append(TENANT, batch(STREAM, ts, "probe")).join();
      return true;
    } catch (LokiException e) {
      return false;
    }
  }

  @Test
  void publishesADayOnceWhenTheManifestCannotBeWrittenAtFirst() throws IOException {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(STREAM, T0, "one")).join();
      store.flush();
      store.append(TENANT, batch(STREAM, T0 + 1, "two")).join();
      store.append(TENANT, batch(STREAM, T0 - RandomBatches.DAY, "zero")).join();
      files.rule =
          (call, path) -> {
            if (call == Call.SYNC && path.getFileName().toString().startsWith("MANIFEST")) {
              throw new IOException("Input/output error");
            }
          };
      assertThatThrownBy(store::flush).isInstanceOf(LokiException.class).hasMessageContaining("Input/output error");
      assertThat(lines(store)).containsExactly("zero", "one", "two");
      files.rule = (call, path) -> {};
      store.flush();
      assertThat(lines(store)).containsExactly("zero", "one", "two");
    }
    try (Store store = open(OPTIONS)) {
      assertThat(lines(store)).containsExactly("zero", "one", "two");
      assertThat(store.damages()).isEmpty();
    }
    // What no manifest names was removed.
    try (Stream<Path> all = Files.walk(temp.resolve("store/t"))) {
      assertThat(all.filter(path -> path.toString().endsWith(".lseg"))).hasSize(3);
    }
  }

  @Test
  void isOwnedByOneStoreAtATime() throws Exception {
    Path root = temp.resolve("store");
    try (Store _ = Store.open(root, OPTIONS, Clock.SYSTEM, metrics)) {
      assertThatThrownBy(() -> Store.open(root, OPTIONS, Clock.SYSTEM, metrics))
          .isInstanceOf(LokiException.class)
          .hasMessageContaining("the store in " + root + " is in use by this process, " + ProcessHandle.current().pid())
          .hasMessageContaining("another directory");
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledProcess.class.getName(),
                  root.toString(),
                  "0",
                  "1",
                  "0",
                  "0")
              .redirectErrorStream(true)
              .start();
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).contains("is in use by process " + ProcessHandle.current().pid()).contains("LOCK");
      assertThat(child.waitFor()).isNotZero();
    }
    Store.open(root, OPTIONS, Clock.SYSTEM, metrics).close();
  }

  @Test
  void saysWhichDirectoryItCannotUse() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "not a directory");
    assertThatThrownBy(() -> Store.open(file, OPTIONS, Clock.SYSTEM, metrics))
        .isInstanceOf(LokiException.class)
        .hasMessageContaining("cannot use " + file + " as a store");
  }

  @Test
  void decodesOnlyWhatALimitNeeds() {
    try (Store store = open(OPTIONS)) {
      for (int i = 0; i < 8; i++) {
        store.append(TENANT, large(i, 1_200_000)).join();
      }
      store.flush();
      for (Direction direction : Direction.values()) {
        ScanStats stats = new ScanStats();
        try (EntryCursor cursor = store.select(TENANT, new Selection(List.of(), TimeRange.ALL, direction), stats)) {
          cursor.bound();
          assertThat(stats.blocksDecoded).isZero();
          assertThat(cursor.next()).isTrue();
          // A block of each stream that was made early, and one of its rest unless neighbours share it.
          assertThat(stats.blocksMatched).isBetween(8L, 16L);
          assertThat(stats.blocksDecoded).as(direction.name()).isLessThanOrEqualTo(1);
        }
      }
    }
  }

  @Test
  void handsOutDecodedRowsWithoutACopy() {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(Labels.of("s", "1"), T0, "a", "b")).join();
      store.append(TENANT, batch(Labels.of("s", "2"), T0 + 10, "c")).join();
      store.flush();
      try (EntryCursor cursor =
          store.select(TENANT, new Selection(List.of(), TimeRange.ALL, Direction.FORWARD), new ScanStats())) {
        assertThat(cursor.next()).isTrue();
        byte[] text = cursor.block().text();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.block().text()).isSameAs(text);
        assertThat(cursor.next()).isFalse();
      }
    }
  }

  @Test
  void passesBySegmentsWhoseLabelsCannotMatch() {
    try (Store store = open(OPTIONS)) {
      store.append(TENANT, batch(Labels.of("app", "web"), T0, "a")).join();
      store.flush();
    }
    try (Store store = open(OPTIONS)) {
      files.rule = FaultyFiles.failing(Call.OPEN, ".lseg", "opened");
      List<LabelMatcher> db = List.of(new LabelMatcher.Equal("app", "db"));
      assertThat(store.series(TENANT, db, TimeRange.ALL)).isEmpty();
      assertThat(store.series(TENANT, List.of(), new TimeRange(0, T0))).isEmpty();
      assertThat(store.damages()).isEmpty();
      assertThat(store.series(TENANT, List.of(), TimeRange.ALL)).isEmpty();
      assertThat(store.damages()).hasSize(1).first().asString().contains("opened");
    }
  }

  private Store open(StoreOptions options) {
    return Store.open(temp.resolve("store"), options, Clock.SYSTEM, metrics, files, TUNING);
  }

  static EntryBatch batch(Labels stream, long ts, String... lines) {
    byte[] arena = String.join("", lines).getBytes(StandardCharsets.UTF_8);
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(stream);
    int at = 0;
    for (String line : lines) {
      int end = at + line.getBytes(StandardCharsets.UTF_8).length;
      batch.entry(ts, at, end, Labels.EMPTY);
      at = end;
    }
    return batch.build();
  }

  /** Lines of 100 bytes, one a millisecond, in a stream of their own. */
  private static EntryBatch large(int stream, int bytes) {
    byte[] arena = new byte[bytes];
    new Random(stream).nextBytes(arena);
    EntryBatch.Builder batch = EntryBatch.builder(arena).stream(Labels.of("large", "s" + stream));
    for (int i = 0; i < bytes / 100; i++) {
      batch.entry(T0 + i * 1_000_000L + stream, i * 100, i * 100 + 100, Labels.EMPTY);
    }
    return batch.build();
  }

  private static List<String> lines(Store store) {
    return lines(store, TENANT);
  }

  private static List<String> lines(Store store, Tenant tenant) {
    return Reading.all(store, tenant).values().stream()
        .flatMap(List::stream)
        .map(Oracle.Entry::line)
        .toList();
  }

  private static List<String> names(Path directory) throws IOException {
    return StoreFiles.LOCAL.list(directory).stream().map(path -> path.getFileName().toString()).toList();
  }
}
