package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.wal.WalListing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A log whose end is missing is told from one that ends there by the mark beside it, whatever stops the process. */
class MarkTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final Path ROOT = Path.of("/sim/store");
  private static final Path LOG = new Layout(ROOT).wal();
  private static final Path MARK = LOG.resolve("MARK");

  private static Store open(SimDisk disk, SyncMode sync) {
    StoreOptions options =
        new StoreOptions(sync, 64 << 20, Duration.ofHours(1), 1 << 20, 0).withSync(sync, Duration.ofMillis(1));
    Tuning tuning = new Tuning(4096, 64L << 20, Duration.ofHours(1), Duration.ofMillis(1));
    return Store.open(ROOT, options, Clock.SYSTEM, new SimpleMeterRegistry(), disk, tuning);
  }

  private static void push(Store store, int from, int to) {
    for (int n = from; n < to; n++) {
      store.append(TENANT, EntryBatch.of(Labels.of("app", "web"), RandomBatches.NOON + n, "line " + n)).join();
    }
  }

  private static void kill(Store store, SimDisk disk) {
    disk.off();
    store.close(false);
    disk.kill();
  }

  /** What a process leaves that was killed after so many pushes, several files of the log. */
  private static SimDisk killed(SyncMode sync, int pushes) {
    SimDisk disk = new SimDisk(new Random(pushes));
    Store store = open(disk, sync);
    push(store, 0, pushes);
    kill(store, disk);
    return disk;
  }

  private static List<WalListing.Entry> records(SimDisk disk) throws IOException {
    List<WalListing.Entry> records = new ArrayList<>();
    WalListing.list(disk, LOG, records::add, finding -> {});
    return records;
  }

  private static List<String> findings(SimDisk disk) throws IOException {
    List<String> findings = new ArrayList<>();
    WalListing.list(disk, LOG, record -> {}, findings::add);
    return findings;
  }

  private static int lines(Store store) {
    return Reading.all(store, TENANT).values().stream().mapToInt(List::size).sum();
  }

  private static void cut(SimDisk disk, WalListing.Entry record) {
    disk.put(record.file(), Arrays.copyOf(disk.bytes(record.file()), (int) record.offset()));
  }

  /** Changes a bit of a record that nobody was told of, as far as the mark knows. */
  private static void cutOff(SimDisk disk, WalListing.Entry record, byte[] olderMark) {
    byte[] bytes = disk.bytes(record.file());
    bytes[(int) record.offset() + 40] ^= 1;
    disk.put(record.file(), bytes);
    disk.put(MARK, olderMark);
  }

  /** Changes two bits of a record's place in the log, so that it does not even look like the beginning of one. */
  private static void spoil(SimDisk disk, WalListing.Entry record) {
    byte[] bytes = disk.bytes(record.file());
    bytes[(int) record.offset() + 8] ^= 0x3;
    disk.put(record.file(), bytes);
  }

  @Test
  void reportsPushesThatAreGoneFromTheEndAtEachStartUntilItIsKnown() throws IOException {
    SimDisk disk = killed(SyncMode.GROUP, 100);
    List<WalListing.Entry> records = records(disk);
    assertThat(records).hasSize(100);
    assertThat(findings(disk)).isEmpty();
    WalListing.Entry first = records.get(95);
    assertThat(first.file()).isEqualTo(records.getLast().file());
    cut(disk, first);
    long end = records.getLast().lsn() + records.getLast().bytes();
    assertThat(findings(disk))
        .singleElement()
        .asString()
        .contains("the log ends at LSN " + first.lsn() + ", but was durable up to " + end);

    Store store = open(disk, SyncMode.GROUP);
    assertThat(lines(store)).isEqualTo(95);
    assertThat(store.damages())
        .singleElement()
        .asString()
        .contains("the log ends at LSN " + first.lsn() + ", but pushes up to " + end, (end - first.lsn()) + " bytes");
    push(store, 100, 105);
    kill(store, disk);
    assertThat(records(disk)).as("no LSN is used twice").filteredOn(record -> record.lsn() >= first.lsn()).hasSize(5).allMatch(record -> record.lsn() >= end);

    for (int start = 0; start < 2; start++) {
      Store again = open(disk, SyncMode.GROUP);
      assertThat(lines(again)).isEqualTo(100);
      assertThat(again.damages()).singleElement().asString().startsWith("loss ").contains("the log ends at LSN " + first.lsn());
      if (start == 0) {
        kill(again, disk);
      } else {
        again.close();
      }
    }
    disk.delete(ROOT.resolve("quarantine").resolve("wal@" + first.lsn() + ".lost"));
    try (Store known = open(disk, SyncMode.GROUP)) {
      assertThat(lines(known)).isEqualTo(100);
      assertThat(known.damages()).isEmpty();
    }
    assertThat(findings(disk)).isEmpty();
  }

  @Test
  void reportsFilesThatAreGone() throws IOException {
    SimDisk whole = killed(SyncMode.GROUP, 200);
    List<Path> files = records(whole).stream().map(WalListing.Entry::file).distinct().toList();
    assertThat(files).hasSizeGreaterThan(2);
    for (int left = 0; left < files.size(); left++) {
      SimDisk disk = whole.copy();
      files.subList(left, files.size()).forEach(disk::remove);
      int expected = records(disk).size();
      try (Store store = open(disk, SyncMode.GROUP)) {
        assertThat(lines(store)).isEqualTo(expected);
        assertThat(store.damages()).as("%d files left", left).singleElement().asString().contains("the log ends at LSN ");
      }
    }
  }

  @Test
  void keepsWhatIsLeftBehindTheEndForPeopleToLookAt() throws IOException {
    SimDisk disk = killed(SyncMode.GROUP, 100);
    WalListing.Entry last = records(disk).getLast();
    spoil(disk, last);
    byte[] spoiled = disk.bytes(last.file());
    try (Store store = open(disk, SyncMode.GROUP)) {
      assertThat(lines(store)).isEqualTo(99);
      assertThat(store.damages()).singleElement().asString().contains(last.file().toString());
    }
    assertThat(disk.bytes(ROOT.resolve("quarantine").resolve(last.file().getFileName()))).isEqualTo(spoiled);
  }

  @Test
  void suspectsOnlyWhatWasNotAcknowledged() throws IOException {
    for (SyncMode sync : List.of(SyncMode.GROUP, SyncMode.OS)) {
      SimDisk disk = killed(sync, 99);
      byte[] mark = disk.bytes(MARK);
      Store store = open(disk, sync);
      push(store, 99, 100);
      kill(store, disk);
      WalListing.Entry last = records(disk).getLast();
      cutOff(disk, last, mark);
      Store next = open(disk, sync);
      assertThat(lines(next)).isEqualTo(99);
      assertThat(next.damages()).isEmpty();
      assertThat(next.suspicions())
          .singleElement()
          .asString()
          .contains(last.file().toString(), "at offset " + last.offset())
          .endsWith(sync == SyncMode.GROUP ? "it was not acknowledged" : "if it was acknowledged, a push is lost");
      // What is written next takes its place.
      push(next, 100, 101);
      kill(next, disk);
      Store again = open(disk, sync);
      assertThat(lines(again)).isEqualTo(100);
      assertThat(again.damages()).isEmpty();
      assertThat(again.suspicions()).isEmpty();
      kill(again, disk);
    }
  }

  @Test
  void saysOfAHoleWhetherItsPushesWereAcknowledged() throws IOException {
    SimDisk whole = new SimDisk(new Random(1));
    Store writing = open(whole, SyncMode.GROUP);
    push(writing, 0, 95);
    byte[] older = whole.bytes(MARK);
    push(writing, 95, 100);
    kill(writing, whole);
    WalListing.Entry hole = records(whole).get(97);
    spoil(whole, hole);

    SimDisk acknowledged = whole.copy();
    try (Store store = open(acknowledged, SyncMode.GROUP)) {
      assertThat(lines(store)).isEqualTo(99);
      assertThat(store.damages()).singleElement().asString().contains("are no records; the pushes in them are lost;");
    }
    SimDisk unknown = whole.copy();
    unknown.remove(MARK);
    try (Store store = open(unknown, SyncMode.GROUP)) {
      assertThat(store.damages()).singleElement().asString().contains("unless a power cut came before they were acknowledged");
    }
    SimDisk not = whole.copy();
    not.put(MARK, older);
    try (Store store = open(not, SyncMode.GROUP)) {
      assertThat(lines(store)).isEqualTo(99);
      assertThat(store.damages()).isEmpty();
      assertThat(store.suspicions()).singleElement().asString().contains("were not acknowledged");
    }
  }

  @Test
  void isNotNeededByALogOfAnEarlierVersion() throws IOException {
    SimDisk disk = killed(SyncMode.GROUP, 100);
    disk.remove(MARK);
    Store store = open(disk, SyncMode.GROUP);
    assertThat(lines(store)).isEqualTo(100);
    assertThat(store.damages()).isEmpty();
    kill(store, disk);
    // The end that was found then is one that was there.
    cut(disk, records(disk).getLast());
    try (Store again = open(disk, SyncMode.GROUP)) {
      assertThat(again.damages()).singleElement().asString().contains("the log ends at LSN ");
    }
  }

  @Test
  void knowsWhatTheLogHasGivenUp() throws IOException {
    SimDisk disk = new SimDisk(new Random(3));
    Store store = open(disk, SyncMode.GROUP);
    push(store, 0, 100);
    store.flush();
    push(store, 100, 103);
    kill(store, disk);
    // With their days, what tells how far segments reach is gone, too.
    disk.all().stream().filter(path -> path.startsWith(ROOT.resolve("t"))).forEach(disk::remove);
    int left = records(disk).size();
    assertThat(left).isBetween(3, 90);
    Store next = open(disk, SyncMode.GROUP);
    assertThat(next.damages()).as("pushes between nothing and what the log has").isEmpty();
    assertThat(lines(next)).isEqualTo(left);
    next.close();
    try (Store last = open(disk, SyncMode.GROUP)) {
      assertThat(last.damages()).isEmpty();
    }
  }

  @Test
  void givesUpFilesOnlyOnceTheDiskKnowsThatTheyAreNotNeeded() {
    for (int seed = 0; seed < 40; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      Store store = open(disk, SyncMode.GROUP);
      push(store, 0, 100);
      int calls = 1 + seed;
      long[] seen = {0};
      disk.plan =
          (number, call, path) -> {
            boolean marked = seen[0] > 0 || path.equals(MARK);
            seen[0] += marked ? 1 : 0;
            if (seen[0] == calls) {
              disk.powerGoesAt = number;
            }
            return null;
          };
      try {
        store.flush();
      } catch (LokiException e) {
        // The power went.
      }
      kill(store, disk);
      disk.powerGoesAt = Long.MAX_VALUE;
      disk.plan = (number, call, path) -> null;
      disk.powerCut(SimDisk.Order.REORDERED);
      try (Store next = open(disk, SyncMode.GROUP)) {
        assertThat(lines(next)).as("seed " + seed).isEqualTo(100);
        assertThat(next.damages()).as("seed " + seed).isEmpty();
      }
    }
  }

  @Test
  void takesPushesWhenTheMarkCannotBeWrittenAndMakesItAnew() throws IOException {
    for (Call failing : List.of(Call.WRITE, Call.SYNC, Call.OPEN_TO_WRITE)) {
      SimDisk disk = killed(SyncMode.GROUP, 10);
      disk.plan =
          (number, call, path) -> call == failing && path.startsWith(MARK) ? SimDisk.Fault.EIO : null;
      Store store = open(disk, SyncMode.GROUP);
      push(store, 10, 20);
      store.flush();
      push(store, 20, 30);
      disk.plan = (number, call, path) -> null;
      byte[] before = disk.bytes(MARK);
      store.flush();
      assertThat(Arrays.equals(disk.bytes(MARK), before)).as("after %s failed", failing).isFalse();
      push(store, 30, 40);
      kill(store, disk);
      cut(disk, records(disk).getLast());
      try (Store next = open(disk, SyncMode.GROUP)) {
        assertThat(lines(next)).isEqualTo(39);
        assertThat(next.damages()).as("after %s failed", failing).singleElement().asString().contains("the log ends at");
      }
    }
  }

  @Test
  void isLeftOutWhenItIsDamagedOrOfAnotherStore() {
    SimDisk disk = killed(SyncMode.GROUP, 10);
    byte[] foreign = killed(SyncMode.GROUP, 12).bytes(MARK);
    byte[] mark = disk.bytes(MARK);
    byte[] zeros = new byte[mark.length];
    for (byte[] bytes : List.of(foreign, zeros, new byte[0], new byte[20_000])) {
      SimDisk damaged = disk.copy();
      damaged.put(MARK, bytes);
      Store store = open(damaged, SyncMode.GROUP);
      assertThat(lines(store)).isEqualTo(10);
      assertThat(store.damages()).singleElement().asString().startsWith("mark " + MARK);
      kill(store, damaged);
      Store again = open(damaged, SyncMode.GROUP);
      assertThat(lines(again)).isEqualTo(10);
      assertThat(again.damages()).isEmpty();
      kill(again, damaged);
    }
  }

  @Test
  void namesTheStoreWhenItsIdentityIsGone() {
    SimDisk disk = new SimDisk(new Random(4));
    Store store = open(disk, SyncMode.GROUP);
    push(store, 0, 10);
    store.close();
    disk.remove(ROOT.resolve("IDENTITY"));
    try (Store next = open(disk, SyncMode.GROUP)) {
      assertThat(lines(next)).isEqualTo(10);
      assertThat(next.damages()).isEmpty();
    }
  }

  private static ScanStats asked(Store store, long from, long to) {
    ScanStats stats = new ScanStats();
    Reading.select(store, TENANT, List.of(), new TimeRange(from, to), Direction.FORWARD, stats);
    return stats;
  }

  @Test
  void tellsAnswersAboutTheTimesThatTheLogHadEntriesOf() throws IOException {
    long hour = Duration.ofHours(1).toNanos();
    SimDisk disk = new SimDisk(new Random(5));
    Store store = open(disk, SyncMode.GROUP);
    store.append(TENANT, EntryBatch.of(Labels.of("app", "web"), RandomBatches.NOON - 90 * hour, "in a segment")).join();
    store.flush();
    // Fills what is left of the file, so that it is given up.
    push(store, 0, 60);
    store.flush();
    push(store, 60, 99);
    store.append(TENANT, EntryBatch.of(Labels.of("app", "old"), RandomBatches.NOON - 9 * hour, "late")).join();
    kill(store, disk);
    cut(disk, records(disk).getLast());
    for (int start = 0; start < 2; start++) {
      Store next = open(disk, SyncMode.GROUP);
      assertThat(asked(next, RandomBatches.NOON - 9 * hour, RandomBatches.NOON - 9 * hour + 1).damages()).hasSize(1);
      assertThat(asked(next, RandomBatches.NOON, RandomBatches.NOON + 10).damages()).hasSize(1);
      assertThat(asked(next, RandomBatches.NOON - 91 * hour, RandomBatches.NOON - 10 * hour).damages()).isEmpty();
      assertThat(asked(next, RandomBatches.NOON + hour, RandomBatches.NOON + 90 * hour).damages()).isEmpty();
      kill(next, disk);
    }
  }

  @Test
  void tellsAnswersOfWhatWasCutOffAsANotice() throws IOException {
    SimDisk disk = new SimDisk(new Random(6));
    Store store = open(disk, SyncMode.GROUP);
    push(store, 0, 9);
    byte[] mark = disk.bytes(MARK);
    push(store, 9, 10);
    kill(store, disk);
    cutOff(disk, records(disk).getLast(), mark);
    try (Store next = open(disk, SyncMode.GROUP)) {
      ScanStats stats = asked(next, RandomBatches.NOON, RandomBatches.NOON + 100);
      assertThat(stats.damages()).isEmpty();
      assertThat(stats.notices()).singleElement().asString().contains("it was not acknowledged");
      assertThat(asked(next, RandomBatches.NOON + 1000, RandomBatches.NOON + 2000).notices()).isEmpty();
    }
  }
}
