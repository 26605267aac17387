package io.sigyn.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.life.ThreadSource;
import io.sigyn.life.Threads;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import io.sigyn.model.Tenant;
import io.sigyn.storage.codec.Compression;
import io.sigyn.storage.codec.Crc32c;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.InMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final UUID STORE = new UUID(1, 2);

  @TempDir(factory = InMemory.class) Path temp;
  private Path directory;
  private Path quarantine;
  private final FaultyFiles files = new FaultyFiles();
  private WalSync sync = WalSync.EVERY_GROUP;
  private Duration syncInterval = Duration.ofMillis(50);
  private long maxBytes = 1 << 30;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectories(temp.resolve("wal"));
    quarantine = temp.resolve("quarantine");
  }

  @Test
  void replaysRecordsInOrderOverSeveralFiles() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 200; i++) {
        append(writer, i).join();
      }
    }
    assertThat(walFiles()).hasSizeGreaterThan(3);
    Replay replay = replay();
    assertThat(replay.numbers).containsExactlyElementsOf(range(0, 200));
    assertThat(replay.damages.newest()).isEmpty();
    assertThat(replay.lsns).isSorted().doesNotHaveDuplicates();
    assertThat(replay.found.nextLsn()).isGreaterThan(replay.lsns.getLast());
  }

  @Test
  void givesARecordThatIsLongerThanAFileAFileOfItsOwn() throws IOException {
    byte[] line = new byte[20_000];
    new java.util.Random(1).nextBytes(line);
    EntryBatch large =
        EntryBatch.builder(line).stream(Labels.of("n", "1")).entry(5, 0, line.length, Labels.EMPTY).build();
    try (WalWriter writer = writer(4096)) {
      append(writer, 0).join();
      WalRecord record = WalRecord.push(TENANT, large, 0);
      writer.reserve(record);
      writer.append(record).join();
      append(writer, 2).join();
    }
    assertThat(replay().numbers).containsExactly(0, 1, 2);
  }

  @Test
  void aCutLosesNothingBeforeItWhereverItIsAndIsReported() throws IOException {
    write(10);
    Path file = walFiles().getFirst();
    byte[] whole = Files.readAllBytes(file);
    long last = replay().lsns.getLast();
    int start = (int) (last - 64 + 64);
    int end = (int) (replay().found.nextLsn() - 64 + 64);
    for (int cut = start; cut < end; cut++) {
      byte[] torn = whole.clone();
      java.util.Arrays.fill(torn, cut, torn.length, (byte) 0);
      Files.write(file, torn);
      quarantine = temp.resolve("zeros-" + cut);
      Replay zeroed = replay();
      // Cut inside the zeros that pad the record, or right before bytes that are zero anyway, it is still whole.
      boolean same = java.util.Arrays.equals(torn, whole);
      assertThat(zeroed.numbers).as("zeros from " + cut).containsExactlyElementsOf(range(0, same ? 10 : 9));
      assertThat(zeroed.damages.newest()).as("zeros from " + cut).hasSize(same ? 0 : 1);
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      quarantine = temp.resolve("cut-" + cut);
      Replay shorter = replay();
      assertThat(shorter.numbers).as("file ends at " + cut).containsExactlyElementsOf(range(0, 9));
      assertThat(shorter.damages.newest()).singleElement().asString().contains("the log ends at LSN " + last + ", but pushes up to ");
      assertThat(shorter.found.nextLsn()).isEqualTo(end);
    }
    Files.write(file, whole);
    assertThat(replay().numbers).containsExactlyElementsOf(range(0, 10));
  }

  @Test
  void everyFlippedBitCostsAtMostTheRecordItIsIn() throws IOException {
    write(6);
    Path file = walFiles().getFirst();
    byte[] whole = Files.readAllBytes(file);
    Replay before = replay();
    int end = (int) (before.found.nextLsn() - before.lsns.getFirst() + 64);
    byte[] mark = Files.readAllBytes(directory.resolve("MARK"));
    for (int bit = 0; bit < end * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      Files.write(file, flipped);
      boolean marked = bit % 3 > 0;
      Files.deleteIfExists(directory.resolve("MARK"));
      if (marked) {
        Files.write(directory.resolve("MARK"), mark);
      }
      quarantine = temp.resolve("quarantine-" + bit);
      Replay replay = replay();
      int hit = record(before, bit >>> 3);
      List<Integer> expected = new ArrayList<>(range(0, 6));
      if (replay.numbers.size() < 6) {
        assertThat(hit).as("bit " + bit).isNotNegative();
        expected.remove(Integer.valueOf(hit));
        // Without the mark the last record may be one that nobody was told of.
        boolean suspected = hit == 5 && !marked;
        assertThat(replay.damages.newest()).as("bit " + bit).hasSize(suspected ? 0 : 1);
        assertThat(replay.damages.suspicions()).as("bit " + bit).hasSize(suspected ? 1 : 0);
      }
      assertThat(replay.numbers).as("bit " + bit).containsExactlyElementsOf(expected);
      assertThat(replay.found.nextLsn()).isGreaterThanOrEqualTo(before.lsns.get(4));
    }
  }

  /** The record a byte of the file belongs to, -1 for the header and for padding is the record before it. */
  private static int record(Replay replay, int offset) {
    int hit = -1;
    for (int i = 0; i < replay.lsns.size(); i++) {
      if (offset >= replay.lsns.get(i) - replay.lsns.getFirst() + 64) {
        hit = i;
      }
    }
    return hit;
  }

  /** A file that cannot be read today may be read tomorrow: what came meanwhile must not have its LSNs, and it stays. */
  @Test
  void givesNoLsnAgainThatAnUnreadableFileMayHave() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 100; i++) {
        append(writer, i).join();
      }
    }
    Path unreadable = walFiles().getLast();
    long readable = replay().lsns.getLast();
    files.rule = FaultyFiles.failing(Call.READ, unreadable.getFileName().toString(), "bad sector");
    Replay partly = replay();
    assertThat(partly.numbers).hasSizeBetween(1, 99);
    assertThat(partly.damages.newest())
        .singleElement()
        .satisfies(damage -> assertThat(damage.toString()).contains("cannot be read: bad sector"));
    assertThat(partly.found.nextLsn()).isGreaterThan(readable);
    assertThat(partly.found.files()).noneMatch(file -> file.path().equals(unreadable));
    try (WalWriter writer =
        WalWriter.start(options(STORE, 4096), WalMetrics.in(new SimpleMeterRegistry()), partly.found)) {
      for (int i = 100; i < 120; i++) {
        append(writer, i).join();
      }
      writer.truncate(Long.MAX_VALUE - 1);
      assertThat(unreadable).exists();
      for (int i = 120; i < 140; i++) {
        append(writer, i).join();
      }
    }
    files.rule = (call, path) -> {};
    Replay whole = replay();
    assertThat(whole.numbers).containsAll(range(partly.numbers.size(), 100)).contains(139).doesNotHaveDuplicates();
    assertThat(whole.lsns).isSorted().doesNotHaveDuplicates();
  }

  /** The LSNs that a start left to files it could not read are no loss once they can be read; others that are missing are. */
  @Test
  void takesLsnsLeftToUnreadableFilesForNoLoss() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 100; i++) {
        append(writer, i).join();
      }
    }
    List<Path> before = walFiles();
    List<String> unreadable =
        before.subList(before.size() - 2, before.size()).stream().map(path -> path.getFileName().toString()).toList();
    files.rule =
        (call, path) -> {
          if (call == Call.READ && unreadable.contains(path.getFileName().toString())) {
            throw new IOException("bad sector");
          }
        };
    try (WalWriter writer =
        WalWriter.start(options(STORE, 4096), WalMetrics.in(new SimpleMeterRegistry()), replay().found)) {
      for (int i = 100; i < 240; i++) {
        append(writer, i).join();
      }
    }
    files.rule = (call, path) -> {};
    Replay whole = replay();
    assertThat(whole.numbers).containsExactlyElementsOf(range(0, 240));
    assertThat(whole.damages.newest()).isEmpty();

    Files.delete(walFiles().get(before.size()));
    assertThat(replay().damages.newest())
        .singleElement()
        .satisfies(damage -> assertThat(damage.toString()).contains("the pushes between are lost"));
  }

  @Test
  void keepsACopyOfAFileDamagedInTheMiddle() throws IOException {
    write(10);
    Path file = walFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (long) replay().lsns.get(4) + 40] ^= 1;
    Files.write(file, bytes);
    Replay replay = replay();
    assertThat(replay.numbers).containsExactly(0, 1, 2, 3, 5, 6, 7, 8, 9);
    assertThat(replay.damages.newest().getFirst().detail()).contains("no records").contains("are lost");
    assertThat(quarantine.resolve(file.getFileName())).hasBinaryContent(bytes);
  }

  @Test
  void goesOnAfterAFileWithoutAHeader() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 100; i++) {
        append(writer, i).join();
      }
    }
    Path first = walFiles().getFirst();
    byte[] bytes = Files.readAllBytes(first);
    java.util.Arrays.fill(bytes, 0, 64, (byte) 0);
    Files.write(first, bytes);
    Files.write(directory.resolve(WalFormat.fileName(0)), new byte[0]);
    Replay replay = replay();
    assertThat(replay.numbers).isNotEmpty().isSorted().endsWith(99);
    assertThat(replay.damages.newest()).hasSize(3);
  }

  @Test
  void refusesALaterFormatInsteadOfLosingIt() throws IOException {
    write(1);
    Path file = walFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[8] = 2;
    int crc = io.sigyn.storage.codec.Crc32c.of(bytes, 0, 60);
    java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(60, crc);
    Files.write(file, bytes);
    assertThatThrownBy(this::replay)
        .isInstanceOf(LokiException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("log format 2, this program knows 1");
  }

  @Test
  void doesNotReplayTheLogOfAnotherStore() throws IOException {
    write(3);
    Replay replay = replay(new UUID(3, 4));
    assertThat(replay.numbers).isEmpty();
    assertThat(replay.damages.newest().getFirst().detail()).contains("belongs to store");
  }

  @Test
  void truncatesFilesBelowTheFrontierAndUsesOneAgain() throws IOException {
    WalWriter writer = writer(4096);
    for (int i = 0; i < 200; i++) {
      append(writer, i).join();
    }
    int before = walFiles().size();
    writer.truncate(writer.nextLsn() - 1);
    assertThat(walFiles()).hasSize(1);
    assertThat(before).isGreaterThan(2);
    assertThat(directory.resolve("spare.free")).exists();
    for (int i = 200; i < 250; i++) {
      append(writer, i).join();
    }
    writer.close();
    Replay replay = replay();
    assertThat(replay.numbers).isSorted().doesNotHaveDuplicates().endsWith(249);
    assertThat(replay.numbers.getFirst()).isGreaterThan(100);
    // Nobody told the replay how far segments reach, but the mark did.
    assertThat(replay.damages.newest()).isEmpty();
    assertThat(replay.found.tornTails()).isZero();
    Files.delete(directory.resolve("MARK"));
    assertThat(replay().damages.newest()).hasSize(1).first().asString().contains("begins at LSN ");
  }

  /** Left by a time when files were longer, it would make up most of what the log may have, and every push start a flush. */
  @Test
  void usesNoSpareFileOfAnotherLength() throws IOException {
    leaveSpareFile();
    try (WalWriter writer = writer(1024)) {
      assertThat(directory.resolve("spare.free")).doesNotExist();
      append(writer, 200).join();
      assertThat(writer.bytes()).isEqualTo(bytesOnDisk()).isLessThan(4096);
    }
  }

  @Test
  void makesANewFileWhenTheSpareOneCannotBeOpened() throws IOException {
    leaveSpareFile();
    files.rule = FaultyFiles.failing(Call.OPEN_TO_WRITE, "spare.free", "Permission denied");
    try (WalWriter writer = writer(4096)) {
      append(writer, 200).join();
      assertThat(writer.distress()).isEmpty();
      assertThat(directory.resolve("spare.free")).doesNotExist();
      assertThat(writer.bytes()).isEqualTo(bytesOnDisk());
    }
    assertThat(replay().numbers).containsExactly(200);
  }

  private void leaveSpareFile() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 50; i++) {
        append(writer, i).join();
      }
      writer.truncate(writer.nextLsn() - 1);
    }
    for (Path file : walFiles()) {
      Files.delete(file);
    }
    assertThat(directory.resolve("spare.free")).hasSize(4096);
  }

  @Test
  void commitsWaitingRecordsTogether() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      files.rule =
          (call, path) -> {
            if (call == Call.SYNC) {
              FaultyFiles.await(hold);
            }
          };
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (int i = 1; i <= 100; i++) {
        waiting.add(append(writer, i));
      }
      long syncs = files.syncs.get();
      hold.countDown();
      waiting.forEach(CompletableFuture::join);
      assertThat(files.syncs.get() - syncs).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void writesEverythingNotDurableToAnotherFileWhenASyncFailsOnce() throws IOException {
    Set<Path> failed = ConcurrentHashMap.newKeySet();
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      for (int round = 1; round < 20; round++) {
        failOnceThenNeverAgain(round % 2 == 0 ? Call.SYNC : Call.WRITE, failed);
        append(writer, round).join();
        assertThat(writer.distress()).isEmpty();
      }
      assertThat(failed).hasSize(19);
    }
    Replay replay = replay();
    assertThat(replay.numbers).containsExactlyElementsOf(range(0, 20));
    assertThat(replay.lsns).isSorted().doesNotHaveDuplicates();
  }

  /** The next call of the kind fails; any later call on the same file is an error of the writer. */
  private void failOnceThenNeverAgain(Call wanted, Set<Path> failed) {
    AtomicBoolean armed = new AtomicBoolean(true);
    files.rule =
        (call, path) -> {
          if (failed.contains(path)) {
            throw new AssertionError("touched again: " + call + " " + path);
          }
          if (call == wanted && path.toString().contains(".wal") && armed.compareAndSet(true, false)) {
            failed.add(path);
            throw new IOException("Input/output error");
          }
        };
  }

  @Test
  void failsWhatWaitsWhenTheOtherFileFailsTooAndComesBackByItself() throws IOException {
    WalWriter writer = writer(1 << 20);
    append(writer, 0).join();
    Path file = walFiles().getFirst();
    files.freeBytes = 4711;
    files.rule = FaultyFiles.failing(Call.SYNC, "", "No space left on device");
    assertThatThrownBy(() -> append(writer, 1).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining("disk full: write-ahead log " + file + " failed: No space left on device")
        .hasMessageContaining("4711 bytes are free, 1048576 are needed");
    files.rule =
        (call, path) -> {
          if (path.equals(file)) {
            throw new AssertionError("touched again: " + call + " " + path);
          }
          if (call == Call.CREATE) {
            throw new IOException("No space left on device");
          }
        };
    assertThatThrownBy(() -> append(writer, 2)).isInstanceOf(LokiException.class).hasMessageContaining("disk full");
    for (int i = 0; i < 3; i++) {
      writer.probe();
    }
    assertThat(writer.distress()).isPresent();
    files.rule = (call, path) -> {};
    Await.until(
        "the log to work again",
        Duration.ofSeconds(20),
        () -> {
          writer.probe();
          return writer.distress().isEmpty();
        });
    append(writer, 3).join();
    writer.close();
    assertThat(walFiles()).hasSize(2);
    // The one that failed was in memory and has been written after all.
    assertThat(replay().numbers).containsExactly(0, 1, 3);
    assertThat(writer.bytes()).isEqualTo(bytesOnDisk());
  }

  /** Its entries are in memory by then; were it not in the log, a crash between two days of a flush would leave a part. */
  @Test
  void writesWhatFailedBetweenTheReservationAndItsPlace() throws IOException {
    WalWriter writer = writer(1 << 20);
    append(writer, 0).join();
    List<WalRecord> late = List.of(WalRecord.push(TENANT, batch(2), 77), WalRecord.push(TENANT, batch(3), 77));
    late.forEach(writer::reserve);
    files.rule = FaultyFiles.failing(Call.SYNC, "", "Input/output error");
    assertThatThrownBy(() -> append(writer, 1).join()).hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> writer.append(late.get(0)).join()).hasMessageContaining("Input/output error");
    assertThat(writer.awaitDurable(writer.nextLsn() - 1)).isFalse();
    files.rule = (call, path) -> {};
    Await.until(
        "the log to work again",
        Duration.ofSeconds(20),
        () -> {
          writer.probe();
          return writer.distress().isEmpty();
        });
    assertThat(writer.awaitDurable(writer.nextLsn() - 1)).isTrue();
    assertThat(replay().numbers).containsExactly(0, 1, 2);
    // And when there is no time left but that for closing.
    files.rule = FaultyFiles.failing(Call.SYNC, "", "Input/output error");
    assertThatThrownBy(() -> append(writer, 4).join()).hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> writer.append(late.get(1)).join()).hasMessageContaining("Input/output error");
    files.rule = (call, path) -> {};
    writer.close();
    assertThat(replay().numbers).containsExactly(0, 1, 2, 4, 3);
  }

  @Test
  void leavesNoFilesBehindOnADiskThatStaysFull() throws IOException {
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      AtomicInteger probes = new AtomicInteger();
      files.rule =
          (call, path) -> {
            if (call == Call.WRITE) {
              probes.incrementAndGet();
              throw new IOException("No space left on device");
            }
          };
      assertThatThrownBy(() -> append(writer, 1).join()).hasMessageContaining("No space left");
      for (int i = 0; i < 20; i++) {
        int before = probes.get();
        writer.probe();
        Await.until("a probe", Duration.ofSeconds(20), () -> probes.get() > before);
      }
      files.rule = (call, path) -> {};
    }
    assertThat(files.list(directory)).hasSize(3).contains(directory.resolve("MARK"));
    assertThat(replay().numbers).containsExactly(0, 1);
  }

  @Test
  void syncsWithinTheIntervalAndKeepsWhatWasAcknowledgedWhenThatFails() throws IOException {
    sync = WalSync.INTERVAL;
    syncInterval = Duration.ofMillis(20);
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      long syncs = files.syncs.get();
      append(writer, 1).join();
      Await.until("a sync by time", Duration.ofSeconds(20), () -> files.syncs.get() > syncs);
      Set<Path> failed = ConcurrentHashMap.newKeySet();
      failOnceThenNeverAgain(Call.SYNC, failed);
      append(writer, 2).join();
      Await.until("a sync that fails", Duration.ofSeconds(20), () -> !failed.isEmpty());
      writer.awaitDurable(writer.nextLsn() - 1);
      // The file that failed is gone together with what the disk may not have; all of it stands in the next one.
      files.rule = (call, path) -> {};
      for (Path written : failed) {
        Path path = directory.resolve(written.getFileName().toString().replace(".tmp", ""));
        byte[] bytes = Files.readAllBytes(path);
        java.util.Arrays.fill(bytes, (int) (long) replay().lsns.get(2), bytes.length, (byte) 0);
        Files.write(path, bytes);
      }
      assertThat(replay().numbers).containsExactly(0, 1, 2);
    }
  }

  /** The death of the process loses nothing that was acknowledged, with an interval neither, and not when the disk is full. */
  @Test
  void keepsAFileThatFailedUntilAnotherHasWhatWasAcknowledged() throws IOException {
    sync = WalSync.INTERVAL;
    syncInterval = Duration.ofHours(1);
    WalWriter writer = writer(1 << 20);
    for (int i = 0; i < 5; i++) {
      append(writer, i).join();
    }
    files.rule = FaultyFiles.failing(Call.WRITE, "", "No space left on device");
    assertThatThrownBy(() -> append(writer, 5).join()).hasMessageContaining("No space left");
    files.rule = (call, path) -> {};
    assertThat(replay().numbers).startsWith(0, 1, 2, 3, 4);
    // What was written again is in both files, and one of them goes when it is not needed any more.
    writer.close();
    Replay replay = replay();
    assertThat(replay.numbers).containsExactlyElementsOf(range(0, 6));
    assertThat(replay.damages.newest()).isEmpty();
    writer.truncate(writer.nextLsn() - 1);
    assertThat(walFiles()).isEmpty();
  }

  @Test
  void waitsForASyncOfItsOwnWhenAskedTo() {
    sync = WalSync.INTERVAL;
    syncInterval = Duration.ofHours(1);
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      long syncs = files.syncs.get();
      writer.awaitDurable(writer.nextLsn() - 1);
      assertThat(files.syncs.get()).isEqualTo(syncs + 1);
    }
  }

  @Test
  void doesNotSyncWhenTheSystemDecides() {
    sync = WalSync.NEVER;
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      long syncs = files.syncs.get();
      for (int i = 1; i < 100; i++) {
        append(writer, i).join();
      }
      writer.awaitDurable(writer.nextLsn() - 1);
      assertThat(files.syncs.get()).isEqualTo(syncs);
    }
  }

  @Test
  void refusesMoreOnDiskThanAllowedUntilFilesAreGivenUp() throws IOException {
    maxBytes = 64 << 10;
    try (WalWriter writer = writer(8 << 10)) {
      int number = 0;
      String refusal = "";
      while (refusal.isEmpty()) {
        try {
          append(writer, number).join();
          number++;
          assertThat(writer.bytes()).isEqualTo(bytesOnDisk()).isLessThanOrEqualTo(maxBytes);
        } catch (LokiException e) {
          refusal = e.text();
        }
      }
      assertThat(number).isGreaterThan(200);
      assertThat(refusal).contains("write-ahead log is full", directory.toString(), "at most 65536 until");
      writer.truncate(writer.nextLsn() - 1);
      assertThat(writer.refusal()).isEmpty();
      append(writer, number).join();
      assertThat(writer.bytes()).isEqualTo(bytesOnDisk()).isLessThanOrEqualTo(maxBytes);
    }
  }

  private long bytesOnDisk() throws IOException {
    long bytes = 0;
    for (Path path : files.list(directory)) {
      bytes += path.endsWith("MARK") ? 0 : Files.size(path);
    }
    return bytes;
  }

  @Test
  void refusesWhatTheDiskCannotKeepUpWith() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    files.rule =
        (call, path) -> {
          if (call == Call.SYNC && path.toString().contains(".wal")) {
            FaultyFiles.await(hold);
          }
        };
    WalOptions options =
        new WalOptions(
            files,
            directory,
            STORE,
            WalSync.EVERY_GROUP,
            Duration.ofMillis(50),
            1 << 20,
            2000,
            1 << 30,
            Clock.SYSTEM);
    try (WalWriter writer =
        WalWriter.start(
            options,
            WalMetrics.in(new SimpleMeterRegistry()),
            WalRecovery.Found.nothing(64))) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  append(writer, i);
                }
              })
          .isInstanceOf(LokiException.class)
          .hasMessageContaining("bytes wait for the disk at " + directory + ", at most 2000 may");
      hold.countDown();
    }
  }

  private static void assertSame(EntryBatch expected, EntryBatch actual) {
    assertThat(PushPayloadTest.text(actual)).isEqualTo(PushPayloadTest.text(expected));
  }

  private static List<Integer> range(int from, int to) {
    return java.util.stream.IntStream.range(from, to).boxed().toList();
  }

  @Test
  void hasRoomAgainForWhatWasReservedInVain() {
    WalOptions tight = new WalOptions(files, directory, STORE, sync, syncInterval, 1 << 16, 1, maxBytes, Clock.SYSTEM);
    WalRecovery.Found nothing = WalRecovery.Found.nothing(64);
    try (WalWriter writer = WalWriter.start(tight, WalMetrics.in(new SimpleMeterRegistry()), nothing)) {
      WalRecord vain = WalRecord.push(TENANT, batch(1), 77);
      writer.reserve(vain);
      assertThatThrownBy(() -> append(writer, 2)).hasMessageContaining("log is busy");
      writer.giveBack(vain);
      append(writer, 3).join();
    }
  }

  private static WalRecord record(int number, long lsn) {
    WalRecord record = WalRecord.push(TENANT, batch(number), 77);
    record.place(lsn);
    return record;
  }

  private static WalRecovery.Found found(WalRecord... unsynced) {
    WalRecord last = unsynced[unsynced.length - 1];
    return new WalRecovery.Found(List.of(), last.lsn() + last.size(), 1, 0, 0, 0, List.of(), List.of(unsynced), Optional.empty(), TimeSpan.NONE, 0, Long.MAX_VALUE);
  }

  /** Between two records that are to be written again there may be one that was damaged. */
  @Test
  void writesRecordsAgainWhereTheyBelong() throws IOException {
    WalRecord first = record(0, 64);
    WalRecord second = record(1, 64 + first.size() + 200);
    WalWriter.start(options(STORE, 4096), WalMetrics.in(new SimpleMeterRegistry()), found(first, second)).close();
    Replay replay = replay();
    assertThat(replay.numbers).containsExactly(0, 1);
    assertThat(replay.lsns).containsExactly(first.lsn(), second.lsn());
  }

  /** What comes while records are written again is durable as they are, and so is what a flush waits for. */
  @Test
  void tellsThoseWhoWaitWhenRecordsAreWrittenAgain() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    ThreadSource late =
        new ThreadSource() {
          @Override
          public Thread start(String name, Runnable task) {
            return ThreadSource.SYSTEM.start(
                name,
                () -> {
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  task.run();
                });
          }

          @Override
          public ScheduledExecutorService scheduler(String name) {
            return ThreadSource.SYSTEM.scheduler(name);
          }

          @Override
          public ExecutorService virtual(String name) {
            return ThreadSource.SYSTEM.virtual(name);
          }
        };
    WalOptions options =
        new WalOptions(
            files, directory, STORE, sync, syncInterval, 4096, 64 << 20, maxBytes, Clock.SYSTEM, late, new java.util.Random(1));
    WalRecord first = record(0, 64);
    try (WalWriter writer = WalWriter.start(options, WalMetrics.in(new SimpleMeterRegistry()), found(first))) {
      AtomicBoolean durable = new AtomicBoolean();
      Thread flush = Threads.start("flush", () -> durable.set(writer.awaitDurable(first.lsn())));
      Await.until("one to wait", Duration.ofSeconds(20), () -> flush.getState() == Thread.State.WAITING);
      CompletableFuture<Void> appended = append(writer, 1);
      go.countDown();
      appended.get(20, TimeUnit.SECONDS);
      flush.join(Duration.ofSeconds(20));
      assertThat(durable).isTrue();
    }
    assertThat(replay().numbers).containsExactly(0, 1);
  }

  private void write(int records) {
    try (WalWriter writer = writer(1 << 16)) {
      for (int i = 0; i < records; i++) {
        append(writer, i).join();
      }
    }
  }

  private WalOptions options(UUID store, long fileBytes) {
    return new WalOptions(
        files, directory, store, sync, syncInterval, fileBytes, 64 << 20, maxBytes, Clock.SYSTEM);
  }

  private WalWriter writer(long fileBytes) {
    return WalWriter.start(
        options(STORE, fileBytes),
        WalMetrics.in(new SimpleMeterRegistry()),
        WalRecovery.Found.nothing(64));
  }

  private static CompletableFuture<Void> append(WalWriter writer, int number) {
    WalRecord record = WalRecord.push(TENANT, batch(number), 77);
    writer.reserve(record);
    return writer.append(record);
  }

  /** Of even number without a body, of odd number with one, and a line behind it. */
  private static EntryBatch batch(int number) {
    byte[] lines = ("line number " + number + " and its tail").getBytes(StandardCharsets.UTF_8);
    int inflated = lines.length - 4;
    byte[] body = Compression.SNAPPY.compress(lines, 0, inflated);
    return EntryBatch.builder(lines).stream(Labels.of("n", Integer.toString(number)))
        .entry(1_000_000L * number, 0, lines.length - 13, Labels.of("trace", "x" + number))
        .entry(1_000_000L * number - 1, inflated, lines.length, Labels.EMPTY)
        .body(
            number % 2 == 0
                ? Optional.empty()
                : Optional.of(
                    new ReceivedBody(ReceivedBody.Codec.SNAPPY_BLOCK, body, 0, body.length, inflated)))
        .build();
  }

  private List<Path> walFiles() throws IOException {
    return files.list(directory).stream().filter(path -> path.toString().endsWith(".wal")).toList();
  }

  private record Replay(
      List<Integer> numbers, List<Long> lsns, DamageLog damages, WalRecovery.Found found) {}

  private Replay replay() throws IOException {
    return replay(STORE);
  }

  private Replay replay(UUID store) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    List<Long> lsns = new ArrayList<>();
    DamageLog damages = new DamageLog(damage -> {});
    WalRecovery.Found found =
        WalRecovery.recover(
            options(store, 4096),
            damages,
            quarantine,
            (place, tenant, batch) -> {
              assertThat(tenant).isEqualTo(TENANT);
              int number = Integer.parseInt(batch.labels(0).get("n"));
              if (batch.entries() == 2) {
                assertSame(batch(number), batch);
              }
              numbers.add(number);
              lsns.add(place.lsn());
            },
            64);
    return new Replay(numbers, lsns, damages, found);
  }

  /** The mark is an aid: a disk that is slow with it makes nobody wait who appends. */
  @Test
  void takesRecordsWhileTheMarkWaitsForTheDisk() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    try (WalWriter writer = writer(4096)) {
      append(writer, 0).join();
      files.rule =
          (call, path) -> {
            if (call == FaultyFiles.Call.SYNC && path.endsWith("MARK")) {
              waits.countDown();
              FaultyFiles.await(slow);
            }
          };
      Thread settling = Thread.ofPlatform().start(writer::settleMark);
      try {
        waits.await();
        // Fails after a while instead of never.
        append(writer, 1).get(10, TimeUnit.SECONDS);
      } finally {
        slow.countDown();
        settling.join();
      }
      files.rule = (call, path) -> {};
      long before = files.syncs.get();
      writer.settleMark();
      assertThat(files.syncs.get()).as("the mark that came meanwhile").isEqualTo(before + 1);
      writer.settleMark();
      assertThat(files.syncs.get()).as("nothing new").isEqualTo(before + 1);
    }
  }

  /** After that the directory may belong to another process. */
  @Test
  void leavesTheMarkAloneOnceItIsClosed() throws IOException {
    WalWriter writer = writer(4096);
    append(writer, 0).join();
    files.rule =
        (call, path) -> {
          if (path.toString().contains("MARK")) {
            throw new IOException("no");
          }
        };
    writer.close();
    files.rule = (call, path) -> {};
    byte[] theirs = {1, 2, 3};
    Files.write(directory.resolve("MARK"), theirs);
    writer.settleMark();
    assertThat(Files.readAllBytes(directory.resolve("MARK"))).isEqualTo(theirs);
  }

  /** A file of the log goes, and the mark on the disk knows it, though the first attempt to say so failed. */
  @Test
  void saysAtOnceInANewFileWhatIsNotNeededWhenTheMarkFails() throws IOException {
    try (WalWriter writer = writer(4096)) {
      for (int i = 0; i < 100; i++) {
        append(writer, i).join();
      }
      files.rule = FaultyFiles.failing(FaultyFiles.Call.SYNC, "MARK", "no");
      byte[] before = Files.readAllBytes(directory.resolve("MARK"));
      long end = writer.nextLsn();
      writer.truncate(end - 1);
      files.rule = (call, path) -> {};
      byte[] mark = Files.readAllBytes(directory.resolve("MARK"));
      assertThat(mark).hasSameSizeAs(before);
      // Both places of a new file say the same.
      for (int place : new int[] {0, 4096}) {
        assertThat(ByteBuffer.wrap(mark).order(ByteOrder.LITTLE_ENDIAN).getLong(place + 24)).isEqualTo(end);
      }
    }
  }

  /** Makes a record of a type that nobody knows, with a checksum that holds. */
  private static void makeUseless(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes[offset + WalFormat.TYPE] = 99;
    int covered = WalFormat.RECORD_HEADER + record.getShort(offset + WalFormat.TENANT_LENGTH) + record.getInt(offset) - WalFormat.LSN;
    int crc = Crc32c.salted(record.getInt(12), bytes, offset + WalFormat.LSN, covered);
    record.putInt(offset + WalFormat.RECORD_CRC, crc);
    Files.write(file, bytes);
  }

  @Test
  void whatIsLostBelowNeededIsMissedByNobody() throws IOException {
    long needed;
    try (WalWriter writer = writer(4096)) {
      append(writer, 0).join();
      needed = writer.nextLsn();
      writer.truncate(needed - 1);
      append(writer, 1).join();
    }
    Path file = walFiles().getFirst();
    makeUseless(file, WalFormat.HEADER);
    Replay first = replay();
    assertThat(first.numbers).containsExactly(1);
    assertThat(first.damages.newest()).singleElement().matches(damage -> damage.reach().isEmpty());
    assertThat(quarantine.resolve("wal@64.lost")).doesNotExist();
    // The first LSN is as much as a header is long.
    makeUseless(file, (int) needed);
    Replay second = replay();
    assertThat(second.numbers).isEmpty();
    assertThat(second.damages.newest()).hasSize(2).last().matches(damage -> damage.reach().isPresent());
    assertThat(quarantine.resolve("wal@" + needed + ".lost")).exists();
  }
}
