package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back from the log when more than one thing went wrong: after a crash another crash, after a fault a restart. */
class RecoveryTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long T0 = RandomBatches.NOON;
  private static final Tuning TUNING =
      new Tuning(1 << 20, 64L << 20, Duration.ofHours(1), Duration.ofMillis(1));

  @TempDir(factory = InMemory.class) Path temp;
  private final FaultyFiles files = new FaultyFiles();

  private static StoreOptions options(SyncMode sync) {
    return new StoreOptions(sync, 64 << 20, Duration.ofHours(1), 1 << 20, 0).withSync(sync, Duration.ofHours(1));
  }

  private static Store open(Path root, StoreOptions options, StoreFiles files) {
    return Store.open(root, options, Clock.SYSTEM, new SimpleMeterRegistry(), files, TUNING);
  }

  private static List<String> lines(Store store) {
    List<String> lines = new ArrayList<>();
    Reading.all(store, TENANT).values().forEach(entries -> entries.forEach(entry -> lines.add(entry.line())));
    return lines;
  }

  /**
   * A process was killed, another one opens its store, and then the power goes.
   *
   * @return the lines that the third one has, which the second one had, too, and neither found damaged
   */
  private static List<String> afterAKillAndAPowerCut(SimDisk disk, Path root, StoreOptions options) {
    disk.kill();
    Store next = open(root, options, disk);
    assertThat(next.damages()).isEmpty();
    List<String> lines = lines(next);
    disk.off();
    next.close(false);
    disk.powerCut(SimDisk.Order.REORDERED);
    try (Store last = open(root, options, disk)) {
      assertThat(last.damages()).isEmpty();
      assertThat(lines(last)).containsAll(lines);
      return lines(last);
    }
  }

  /** A process is killed between a write to the log and its sync; another one reads it; then the power goes. */
  @Test
  void makesDurableWhatAKilledProcessHadNotSynced() {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.INTERVAL);
    for (int seed = 0; seed < 10; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      List<String> acknowledged = new ArrayList<>();
      Store killed = open(root, options, disk);
      for (int i = 0; i < 30; i++) {
        killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + i, "line " + i)).join();
        acknowledged.add("line " + i);
      }
      disk.off();
      killed.close(false);
      assertThat(afterAKillAndAPowerCut(disk, root, options)).as("seed " + seed).isEqualTo(acknowledged);
    }
  }

  /**
   * A sync fails of what is acknowledged already, and the process is killed before it has written that to another file. The next
   * one can read it and can sync the file, which means nothing. Then the power goes.
   */
  @Test
  void doesNotGoByALogThatCanBeReadAndMayNotBeOnTheDisk() {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.INTERVAL).withSync(SyncMode.INTERVAL, Duration.ofMillis(20));
    for (int seed = 0; seed < 10; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      Store killed = open(root, options, disk);
      killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 - 1, "first")).join();
      List<String> acknowledged = new ArrayList<>(List.of("first"));
      disk.stopBehindAFailedSync(new Layout(root).wal());
      for (int i = 0; i < 30; i++) {
        try {
          killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + i, "line " + i)).join();
          acknowledged.add("line " + i);
        } catch (LokiException | CompletionException e) {
          break;
        }
      }
      Await.until("a failed sync", Duration.ofSeconds(60), () -> !disk.isOn());
      killed.close(false);
      disk.plan = (number, call, path) -> null;
      disk.powerGoesAt = Long.MAX_VALUE;
      assertThat(afterAKillAndAPowerCut(disk, root, options)).as("seed " + seed).containsAll(acknowledged);
    }
  }

  private static EntryBatch ofTwoDays(int n) {
    return EntryBatch.builder(("today " + n + "tomorrow " + n).getBytes(StandardCharsets.UTF_8))
        .stream(Labels.of("app", "web"))
        .entry(T0 + n, 0, 6 + digits(n), Labels.EMPTY)
        .entry(T0 + RandomBatches.DAY + n, 6 + digits(n), 15 + 2 * digits(n), Labels.EMPTY)
        .build();
  }

  private static int digits(int n) {
    return Integer.toString(n).length();
  }

  /** Ends with the process killed right after the sync of a push of two days has failed. */
  private static void killedAfterAFailedSync(SimDisk disk, Path root, StoreOptions options) {
    Store killed = open(root, options, disk);
    killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 - 1, "first")).join();
    disk.stopBehindAFailedSync(new Layout(root).wal());
    assertThatThrownBy(() -> killed.append(TENANT, ofTwoDays(1)).join()).isInstanceOf(CompletionException.class);
    killed.close(false);
    disk.plan = (number, call, path) -> null;
    disk.kill();
  }

  /** The power goes when the first of two days is published and the second is not. */
  private static void powerGoesBetweenDays(SimDisk disk, Path root) {
    Path second = new Layout(root).day(TENANT, Layout.dayOf(T0 + RandomBatches.DAY));
    disk.plan =
        (number, call, path) -> {
          if (path.startsWith(second)) {
            disk.off();
          }
          return null;
        };
  }

  private static boolean failsToFlush(Store store) {
    try {
      store.flush();
      return false;
    } catch (LokiException e) {
      return true;
    }
  }

  private static void isWhole(SimDisk disk, Path root, StoreOptions options, int seed) {
    disk.plan = (number, call, path) -> null;
    disk.powerCut(SimDisk.Order.REORDERED);
    try (Store last = open(root, options, disk)) {
      assertThat(last.damages()).as("seed " + seed).isEmpty();
      List<String> lines = lines(last);
      assertThat(lines).as("seed " + seed).contains("first");
      assertThat(lines.contains("today 1")).as("seed %d: %s", seed, lines).isEqualTo(lines.contains("tomorrow 1"));
    }
  }

  /**
   * A push of two days was not acknowledged: its sync failed, and the process was killed. The next one reads it from the log, and
   * publishes one of the days. Then the power goes, and with it what the log never had.
   */
  @Test
  void bringsBackAllOfAPushOfTwoDaysOrNothing() {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.GROUP);
    for (int seed = 0; seed < 20; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      killedAfterAFailedSync(disk, root, options);
      Store next = open(root, options, disk);
      assertThat(lines(next)).contains("first", "today 1", "tomorrow 1");
      powerGoesBetweenDays(disk, root);
      assertThatThrownBy(next::flush).isInstanceOf(LokiException.class);
      assertThat(disk.isOn()).isFalse();
      next.close(false);
      isWhole(disk, root, options, seed);
    }
  }

  /** The same, when memory is full before all is read. */
  @Test
  void bringsBackAllOfAPushOfTwoDaysOrNothingWhenItIsFlushedOnTheWay() {
    Path root = Path.of("/sim/store");
    StoreOptions tiny = new StoreOptions(SyncMode.GROUP, 1, Duration.ofHours(1), 1 << 20, 0);
    for (int seed = 0; seed < 20; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      killedAfterAFailedSync(disk, root, options(SyncMode.GROUP));
      powerGoesBetweenDays(disk, root);
      assertThatThrownBy(() -> open(root, tiny, disk)).hasMessageContaining("power off");
      assertThat(disk.isOn()).isFalse();
      isWhole(disk, root, tiny, seed);
    }
  }

  /** The next process cannot write the end of the log again at first: it opens, publishes nothing of it, and tries again. */
  @Test
  void waitsWithAPushOfTwoDaysUntilTheLogHasIt() {
    Path root = Path.of("/sim/store");
    // So small that a flush is wanted on the way.
    StoreOptions small = new StoreOptions(SyncMode.GROUP, 1 << 10, Duration.ofHours(1), 1 << 20, 0);
    for (int seed = 0; seed < 20; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      killedAfterAFailedSync(disk, root, options(SyncMode.GROUP));
      disk.plan =
          (number, call, path) ->
              path.toString().contains("/wal/") && call == Call.CREATE ? SimDisk.Fault.ENOSPC : null;
      Store next =
          Store.open(
              root,
              seed % 2 == 0 ? small : options(SyncMode.GROUP),
              Clock.SYSTEM,
              new SimpleMeterRegistry(),
              disk,
              new Tuning(1 << 20, 64L << 20, Duration.ofMillis(5), Duration.ofMillis(1)));
      assertThat(lines(next)).contains("first", "today 1", "tomorrow 1");
      assertThatThrownBy(next::flush).hasMessageContaining("No space left on device");
      assertThatThrownBy(() -> next.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "refused")))
          .isInstanceOf(LokiException.class);
      powerGoesBetweenDays(disk, root);
      Await.until("a flush that gets to the second day", Duration.ofSeconds(20), () -> failsToFlush(next) && !disk.isOn());
      next.close(false);
      isWhole(disk, root, small, seed);
    }
  }

  /** A process that is killed over and over before it flushes anything must not fill the disk with ends of its log. */
  @Test
  void doesNotGrowWhenItIsKilledAgainAndAgain() throws IOException {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.GROUP);
    SimDisk disk = new SimDisk(new Random(1));
    Store store = open(root, options, disk);
    for (int i = 0; i < 20; i++) {
      store.append(TENANT, ofTwoDays(i)).join();
    }
    for (int kill = 0; kill < 10; kill++) {
      disk.off();
      store.close(false);
      disk.kill();
      store = open(root, options, disk);
      assertThat(lines(store)).hasSize(40).doesNotHaveDuplicates();
      assertThat(disk.list(new Layout(root).wal())).hasSizeLessThanOrEqualTo(2);
    }
    assertThat(store.damages()).isEmpty();
    store.close();
  }

  /**
   * A flush is whole when the sync of the manifest fails. The next process reads the manifest as if nothing had been, goes by it and
   * gives up the log; its own sync of the file would succeed and mean nothing. Then the power goes.
   */
  @Test
  void doesNotGoByAManifestThatCanBeReadAndMayNotBeOnTheDisk() {
    Path root = Path.of("/sim/store");
    StoreOptions options = options(SyncMode.GROUP);
    for (int seed = 0; seed < 10; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      Store killed = open(root, options, disk);
      killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "first")).join();
      killed.flush();
      killed.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + 1, "second")).join();
      disk.plan =
          (number, call, path) ->
              call == Call.SYNC && path.toString().contains("MANIFEST") ? SimDisk.Fault.EIO : null;
      assertThatThrownBy(killed::flush).hasMessageContaining("Input/output error");
      disk.plan = (number, call, path) -> null;
      disk.off();
      killed.close(false);
      assertThat(afterAKillAndAPowerCut(disk, root, options)).as("seed " + seed).containsExactly("first", "second");
    }
  }

  /**
   * A sync fails, all that waited goes to another file, and the power goes: the first file lacks a page in its middle, the
   * second has it all. A flush while the log is read again must not say that it has seen what is in the second file only.
   */
  @Test
  void readsFromTheSecondFileWhatTheFirstHasLostThoughItIsFlushedOnTheWay() throws Exception {
    Path root = temp.resolve("store");
    List<String> acknowledged = new ArrayList<>();
    try (AutoCloseable _ = twiceInTheLog(root, acknowledged)) {
      // Closed without a flush.
    }
    Path first = StoreFiles.LOCAL.list(new Layout(root).wal()).getFirst();
    byte[] bytes = Files.readAllBytes(first);
    Arrays.fill(bytes, 4096, 8192, (byte) 0);
    Files.write(first, bytes);
    StoreOptions small = new StoreOptions(SyncMode.GROUP, 16 << 10, Duration.ofHours(1), 1 << 20, 0);
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    Store store = Store.open(root, small, Clock.SYSTEM, metrics, files, TUNING);
    assertThat(metrics.get("sigyn.storage.flushed.segments").counter().count()).as("flushed on the way").isPositive();
    assertThat(lines(store)).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(store.damages()).as("nothing is lost").isEmpty();
    store.close(false);
    try (Store again = open(root, small, files)) {
      assertThat(lines(again)).containsExactlyInAnyOrderElementsOf(acknowledged);
    }
  }

  /** The last record was flushed as soon as it was read, and its file is gone: what comes next begins where it ended. */
  @Test
  void missesNothingBehindARecordThatWasFlushedOnTheWay() {
    Path root = temp.resolve("store");
    Store before = open(root, options(SyncMode.GROUP), files);
    before.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "old")).join();
    before.close(false);
    StoreOptions tiny = new StoreOptions(SyncMode.GROUP, 1, Duration.ofHours(1), 1 << 20, 0);
    Store next = open(root, tiny, files);
    files.rule = FaultyFiles.failing(Call.CREATE, ".lseg.tmp", "No space left on device");
    next.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + 1, "new")).join();
    next.close(false);
    files.rule = (call, path) -> {};
    try (Store last = open(root, options(SyncMode.GROUP), files)) {
      assertThat(last.damages()).isEmpty();
      assertThat(lines(last)).containsExactly("old", "new");
    }
  }

  /** Fills a store so that two files of its log have the same records; closing the result does not flush. */
  private AutoCloseable twiceInTheLog(Path root, List<String> acknowledged) throws Exception {
    Store store = open(root, options(SyncMode.GROUP), files);
    CountDownLatch wait = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    AtomicInteger syncs = new AtomicInteger();
    store.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "first")).join();
    acknowledged.add("first");
    files.rule =
        (call, path) -> {
          if (call == Call.SYNC && path.toString().contains("/wal/")) {
            int sync = syncs.incrementAndGet();
            if (sync == 1) {
              waits.countDown();
              FaultyFiles.await(wait);
            }
            if (sync == 2) {
              throw new IOException("Input/output error");
            }
          }
        };
    Random random = new Random(1);
    List<CompletableFuture<Void>> durable = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      byte[] noise = new byte[700];
      random.nextBytes(noise);
      String line = i + " " + Base64.getEncoder().encodeToString(noise);
      durable.add(store.append(TENANT, EntryBatch.of(Labels.of("app", "app-" + i % 7), T0 + i, line)));
      acknowledged.add(line);
      waits.await();
    }
    wait.countDown();
    durable.forEach(CompletableFuture::join);
    files.rule = (call, path) -> {};
    return () -> store.close(false);
  }

  /**
   * A file of the log belongs to root, say: the store goes on without it, and what comes meanwhile is flushed. When the file
   * can be read again its pushes come back, though the days' frontiers lie behind them.
   */
  @Test
  void bringsBackWhatIsInAFileThatCouldNotBeReadForAWhile() throws IOException {
    Path root = temp.resolve("store");
    StoreOptions options = options(SyncMode.GROUP);
    List<String> acknowledged = new ArrayList<>();
    Store before = open(root, options, files);
    for (int i = 0; i < 20; i++) {
      before.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + i, "old " + i)).join();
      acknowledged.add("old " + i);
    }
    before.close(false);
    Path log = StoreFiles.LOCAL.list(new Layout(root).wal()).getFirst();
    files.rule =
        (call, path) -> {
          if ((call == Call.OPEN || call == Call.OPEN_TO_WRITE) && path.equals(log)) {
            throw new AccessDeniedException(path.toString());
          }
        };
    for (int start = 0; start < 2; start++) {
      try (Store without = open(root, options, files)) {
        assertThat(without.damages()).anyMatch(text -> text.contains(log + ": cannot be read"));
        String line = "new " + start;
        without.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0 + 1000 + start, line)).join();
        acknowledged.add(line);
      }
    }
    // Readable again, but the disk is full: nothing must be forgotten.
    files.rule = FaultyFiles.failing(Call.CREATE, ".lseg.tmp", "No space left on device");
    Store full = open(root, options, files);
    assertThat(lines(full)).containsExactlyElementsOf(acknowledged);
    full.close(false);
    files.rule = (call, path) -> {};
    Store with = open(root, options, files);
    assertThat(with.damages()).singleElement().asString().contains("could not be read; the pushes in it are missing");
    assertThat(lines(with)).containsExactlyElementsOf(acknowledged);
    with.close(false);
    assertThat(log).doesNotExist();
    try (Store again = open(root, options, files)) {
      assertThat(again.damages()).isEmpty();
      assertThat(lines(again)).containsExactlyElementsOf(acknowledged);
    }
  }

  /** The segment is there and the manifest does not take it, again and again: the disk must not fill with copies. */
  @Test
  void writesASegmentOnceHoweverOftenItsPublicationFails() throws IOException {
    Path root = temp.resolve("store");
    Path day = new Layout(root).day(TENANT, Layout.dayOf(T0));
    Store store = open(root, options(SyncMode.GROUP), files);
    store.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "line")).join();
    files.rule = (call, path) -> {
      if (call == Call.CREATE && path.getFileName().toString().startsWith("MANIFEST")) {
        throw new IOException("Input/output error");
      }
    };
    for (int attempt = 0; attempt < 5; attempt++) {
      assertThatThrownBy(store::flush).hasMessageContaining("Input/output error");
      assertThat(StoreFiles.LOCAL.list(day)).hasSize(1);
    }
    files.rule = (call, path) -> {};
    store.flush();
    assertThat(StoreFiles.LOCAL.list(day)).as("a segment and a manifest").hasSize(2);
    assertThat(lines(store)).containsExactly("line");
    store.close();
    try (Store again = open(root, options(SyncMode.GROUP), files)) {
      assertThat(lines(again)).containsExactly("line");
      assertThat(again.damages()).isEmpty();
    }
  }

  /** Without a flush of its own, too: once it is closed, another store may have the directory. */
  @Test
  void isNotClosedBeforeAFlushThatRunsIsDone() throws Exception {
    Store store = open(temp.resolve("store"), options(SyncMode.GROUP), files);
    store.append(TENANT, EntryBatch.of(Labels.of("app", "web"), T0, "line")).join();
    CountDownLatch wait = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    files.rule =
        (call, path) -> {
          if (call == Call.CREATE && path.toString().contains(".lseg")) {
            waits.countDown();
            FaultyFiles.await(wait);
          }
        };
    Thread flush = Threads.start("flush", store::flush);
    waits.await();
    Thread close = Threads.start("close", () -> store.close(false));
    Await.until(
        "closing to wait or to be over",
        Duration.ofSeconds(20),
        () -> close.getState() == Thread.State.WAITING || !close.isAlive());
    boolean waited = close.isAlive();
    wait.countDown();
    flush.join();
    close.join();
    assertThat(waited).isTrue();
  }
}
