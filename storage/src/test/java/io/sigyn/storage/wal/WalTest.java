package io.sigyn.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.FaultyFiles.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final UUID STORE = new UUID(1, 2);

  @TempDir Path temp;
  private Path directory;
  private final FaultyFiles files = new FaultyFiles();

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectories(temp.resolve("wal"));
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
  void tornTailLosesNothingBeforeItWhereverItWasCut() throws IOException {
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
      Replay zeroed = replay();
      // Cut inside the zeros that pad the record, or right before bytes that are zero anyway, it is still whole.
      boolean same = java.util.Arrays.equals(torn, whole);
      assertThat(zeroed.numbers).as("zeros from " + cut).containsExactlyElementsOf(range(0, same ? 10 : 9));
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      assertThat(replay().numbers).as("file ends at " + cut).containsExactlyElementsOf(range(0, 9));
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
    for (int bit = 0; bit < end * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      Files.write(file, flipped);
      Replay replay = replay();
      int hit = record(before, bit >>> 3);
      List<Integer> expected = new ArrayList<>(range(0, 6));
      if (replay.numbers.size() < 6) {
        assertThat(hit).as("bit " + bit).isNotNegative();
        expected.remove(Integer.valueOf(hit));
        boolean last = hit == 5;
        assertThat(last ? replay.found.tornTails() : replay.damages.newest().size()).as("bit " + bit).isEqualTo(1);
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
    assertThat(temp.resolve("quarantine").resolve(file.getFileName())).hasBinaryContent(bytes);
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
    // Nobody told the replay how far segments reach, so it misses what was truncated.
    assertThat(replay.damages.newest()).hasSize(1).first().asString().contains("begins at LSN ");
    assertThat(replay.found.tornTails()).isZero();
  }

  @Test
  void commitsWaitingRecordsTogether() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    try (WalWriter writer = writer(1 << 20)) {
      append(writer, 0).join();
      files.rule =
          (call, path) -> {
            if (call == Call.SYNC) {
              await(hold);
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

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void failsEverythingAfterAFailedSyncAndNeverTouchesTheFileAgain() throws IOException {
    WalWriter writer = writer(1 << 20);
    append(writer, 0).join();
    files.rule = FaultyFiles.failing(Call.SYNC, "", "Input/output error");
    Path file = walFiles().getFirst();
    assertThatThrownBy(() -> append(writer, 1).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("Input/output error");
    files.rule =
        (call, path) -> {
          if (call == Call.WRITE || call == Call.SYNC) {
            throw new AssertionError("touched again: " + call + " " + path);
          }
        };
    assertThatThrownBy(() -> append(writer, 2)).isInstanceOf(LokiException.class).hasMessageContaining(file.toString());
    files.rule = (call, path) -> {};
    try (WalWriter next = writer.successor()) {
      append(next, 3).join();
    }
    assertThat(walFiles()).hasSize(2);
    assertThat(replay().numbers).contains(0, 3).doesNotContain(2).isSorted();
  }

  @Test
  void refusesWhatTheDiskCannotKeepUpWith() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    files.rule =
        (call, path) -> {
          if (call == Call.SYNC) {
            await(hold);
          }
        };
    WalOptions options = new WalOptions(files, directory, STORE, true, 1 << 20, 2000, Clock.SYSTEM);
    try (WalWriter writer =
        WalWriter.start(
            options,
            WalMetrics.in(new SimpleMeterRegistry()),
            new WalRecovery.Found(List.of(), 64, 1, 0, 0, 0))) {
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

  private static List<Integer> range(int from, int to) {
    return java.util.stream.IntStream.range(from, to).boxed().toList();
  }

  private void write(int records) {
    try (WalWriter writer = writer(1 << 16)) {
      for (int i = 0; i < records; i++) {
        append(writer, i).join();
      }
    }
  }

  private WalOptions options(UUID store, long fileBytes) {
    return new WalOptions(files, directory, store, true, fileBytes, 64 << 20, Clock.SYSTEM);
  }

  private WalWriter writer(long fileBytes) {
    return WalWriter.start(
        options(STORE, fileBytes),
        WalMetrics.in(new SimpleMeterRegistry()),
        new WalRecovery.Found(List.of(), 64, 1, 0, 0, 0));
  }

  private static CompletableFuture<Void> append(WalWriter writer, int number) {
    byte[] line = ("line number " + number).getBytes(StandardCharsets.UTF_8);
    EntryBatch batch =
        EntryBatch.builder(line).stream(Labels.of("n", Integer.toString(number)))
            .entry(1_000_000L * number, 0, line.length, Labels.of("trace", "x" + number))
            .build();
    WalRecord record = WalRecord.push(TENANT, batch, 77);
    writer.reserve(record);
    return writer.append(record);
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
            temp.resolve("quarantine"),
            (lsn, tenant, batch) -> {
              assertThat(tenant).isEqualTo(TENANT);
              numbers.add(Integer.parseInt(batch.labels(0).get("n")));
              lsns.add(lsn);
            },
            64);
    return new Replay(numbers, lsns, damages, found);
  }
}
