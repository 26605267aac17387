package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
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
import io.sigyn.testkit.Await;
import io.sigyn.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is said of a log that lacks pushes where its mark is old, where segments have some of them, and where it lacked others before. */
class LogLossTest {
  private static final Tenant FIRST = new Tenant("a");
  private static final Tenant SECOND = new Tenant("b");
  private static final long NOON = RandomBatches.NOON;
  private static final Path ROOT = Path.of("/sim/store");
  private static final Path LOG = new Layout(ROOT).wal();
  private static final Path MARK = LOG.resolve("MARK");

  private final FakeClock clock = new FakeClock(NOON);
  private final SimDisk disk = new SimDisk(new Random(1));

  private Store open(SimDisk on) {
    StoreOptions options = new StoreOptions(SyncMode.GROUP, 64 << 20, Duration.ofHours(1), 1 << 20, 0);
    Tuning tuning = new Tuning(4096, 64L << 20, Duration.ofHours(1), Duration.ofMillis(1));
    return Store.open(ROOT, options, clock, new SimpleMeterRegistry(), on, tuning);
  }

  private static void push(Store store, Tenant tenant, int from, int to) {
    for (int n = from; n < to; n++) {
      store.append(tenant, EntryBatch.of(Labels.of("app", "web"), NOON + n, "line " + n)).join();
    }
  }

  private static void kill(Store store, SimDisk disk) {
    disk.off();
    store.close(false);
    disk.plan = (number, call, path) -> null;
    disk.kill();
  }

  private static List<WalListing.Entry> records(SimDisk disk) throws IOException {
    List<WalListing.Entry> records = new ArrayList<>();
    WalListing.list(disk, LOG, records::add, finding -> {});
    return records;
  }

  private static List<Path> files(SimDisk disk) throws IOException {
    return records(disk).stream().map(WalListing.Entry::file).distinct().toList();
  }

  /** Flips bits of a record. */
  private static void spoil(SimDisk disk, WalListing.Entry record, int at) {
    byte[] bytes = disk.bytes(record.file());
    bytes[(int) record.offset() + at] ^= 0x3;
    disk.put(record.file(), bytes);
  }

  private static ScanStats asked(Store store, Tenant tenant, int from, int to) {
    ScanStats stats = new ScanStats();
    Reading.select(store, tenant, List.of(), new TimeRange(NOON + from, NOON + to), Direction.FORWARD, stats);
    return stats;
  }

  private static int lines(Store store, Tenant tenant) {
    return Reading.all(store, tenant).values().stream().mapToInt(List::size).sum();
  }

  /** The first tenant's pushes are in a segment, those of the second are not, when the process dies. */
  private void diesWhileItFlushes(int pushes) {
    Store store = open(disk);
    for (int n = 0; n < pushes; n++) {
      push(store, FIRST, n, n + 1);
      push(store, SECOND, n, n + 1);
    }
    disk.plan =
        (number, call, path) -> call == Call.CREATE && path.startsWith(new Layout(ROOT).tenants().resolve("b")) ? SimDisk.Fault.EIO : null;
    assertThatThrownBy(store::flush).isInstanceOf(LokiException.class);
    kill(store, disk);
  }

  /** What is damaged begins in what segments have, and goes on into what they have not. */
  @Test
  void tellsWhatIsGoneThatBeginsInWhatIsInSegments() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 20);
    store.flush();
    push(store, FIRST, 20, 30);
    kill(store, disk);
    List<WalListing.Entry> records = records(disk);
    assertThat(files(disk)).as("files of the log").hasSize(1);
    assertThat(records).hasSize(30);
    Path file = records.getFirst().file();
    for (int from = 0; from < 30; from++) {
      for (int to = Math.max(from + 1, 21); to <= 30; to++) {
        SimDisk damaged = disk.copy();
        byte[] bytes = disk.bytes(file);
        int end = to == 30 ? bytes.length : (int) records.get(to).offset();
        Arrays.fill(bytes, (int) records.get(from).offset(), end, (byte) 0);
        damaged.put(file, bytes);
        assertTold(damaged, Math.max(20, from), to);
        SimDisk cut = disk.copy();
        cut.put(file, Arrays.copyOf(disk.bytes(file), (int) records.get(from).offset()));
        assertTold(cut, Math.max(20, from), 30);
      }
    }
  }

  /** Those pushes are missing, and whoever asks for one is told so, at the next start too. */
  private void assertTold(SimDisk damaged, int from, int to) {
    for (int start = 0; start < 2; start++) {
      Store store = open(damaged);
      assertThat(lines(store, FIRST)).isEqualTo(30 - (to - from));
      for (int missing = from; missing < to; missing++) {
        assertThat(asked(store, FIRST, missing, missing + 1).damages()).as("push %d of %d to %d", missing, from, to).isNotEmpty();
      }
      kill(store, damaged);
    }
  }

  /** How far segments reach must not hide what the log lacks: they have what is theirs of it, no more. */
  @Test
  void tellsWhatIsGoneFromTheLogThoughSegmentsOfSomeDaysHaveWhatIsTheirs() throws IOException {
    diesWhileItFlushes(100);
    SimDisk whole = disk.copy();
    try (Store store = open(whole)) {
      assertThat(lines(store, FIRST)).isEqualTo(100);
      assertThat(lines(store, SECOND)).isEqualTo(100);
      assertThat(store.damages()).isEmpty();
      assertThat(store.suspicions()).isEmpty();
    }
    List<Path> files = files(disk);
    assertThat(files).hasSizeGreaterThan(3);
    for (int first = 0; first < files.size(); first++) {
      for (int end = first + 1; end <= files.size(); end++) {
        SimDisk cut = disk.copy();
        files.subList(first, end).forEach(cut::remove);
        for (int start = 0; start < 2; start++) {
          Store store = open(cut);
          assertThat(lines(store, FIRST)).isEqualTo(100);
          assertThat(lines(store, SECOND)).isLessThan(100);
          ScanStats told = asked(store, SECOND, 0, 100);
          // That the first files are gone may be the work of an earlier version, which does not say so in the mark.
          List<String> said = first == 0 ? told.notices() : told.damages();
          assertThat(said).as("without files %d to %d, start %d", first, end, start).hasSize(first > 0 || start == 0 ? 1 : 0);
          assertThat(first == 0 ? told.damages() : told.notices()).isEmpty();
          assertThat(asked(store, SECOND, 200, 300).damages()).isEmpty();
          store.close();
        }
      }
    }
  }

  /** Right after a flush the mark says that the log has nothing that is needed, and knows no times; the power went before the next one. */
  @Test
  void tellsAnswersOfWhatLooksCutOffThoughTheMarkKnowsNoTimes() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 10);
    store.flush();
    byte[] mark = disk.bytes(MARK);
    push(store, FIRST, 1000, 1010);
    kill(store, disk);
    disk.put(MARK, mark);
    spoil(disk, records(disk).get(15), 8);
    try (Store next = open(disk)) {
      assertThat(lines(next, FIRST)).isEqualTo(19);
      ScanStats told = asked(next, FIRST, 1000, 1010);
      assertThat(told.damages()).isEmpty();
      assertThat(told.notices()).singleElement().asString().contains("were not acknowledged");
      assertThat(asked(next, FIRST, 2000, 3000).notices()).isEmpty();
    }
  }

  /** It went on for longer than any mark waits for the disk: what is behind the mark may have been acknowledged. */
  @Test
  void doesNotTakeTheWordOfAMarkThatAnEarlierVersionHasLeftBehind() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 10);
    store.close();
    byte[] mark = disk.bytes(MARK);
    Store earlier = open(disk);
    push(earlier, FIRST, 1000, 1010);
    clock.advance(Duration.ofHours(1));
    push(earlier, FIRST, 2000, 2010);
    kill(earlier, disk);
    disk.put(MARK, mark);
    SimDisk hole = disk.copy();
    spoil(hole, records(hole).get(5), 8);
    for (int start = 0; start < 2; start++) {
      Store next = open(hole);
      assertThat(lines(next, FIRST)).isEqualTo(29);
      assertThat(asked(next, FIRST, 1005, 1006).damages()).singleElement().asString().contains("unless a power cut came before");
      kill(next, hole);
    }
    SimDisk end = disk.copy();
    spoil(end, records(end).getLast(), 40);
    try (Store next = open(end)) {
      assertThat(lines(next, FIRST)).isEqualTo(29);
      assertThat(asked(next, FIRST, 2000, 2010).notices()).singleElement().asString().endsWith("if it was acknowledged, a push is lost");
    }
  }

  /** A process that dies over and over must not fill the disk because its log lacks something. */
  @Test
  void doesNotGrowFromStartToStartWhenPushesAreLost() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 60);
    kill(store, disk);
    List<WalListing.Entry> records = records(disk);
    SimDisk hole = disk.copy();
    spoil(hole, records.get(records.size() - 3), 8);
    SimDisk end = disk.copy();
    spoil(end, records.getLast(), 8);
    for (SimDisk lacking : List.of(hole, end)) {
      for (int start = 0; start < 12; start++) {
        Store next = open(lacking);
        assertThat(lines(next, FIRST)).isEqualTo(59);
        assertThat(next.damages()).hasSize(1);
        kill(next, lacking);
      }
      assertThat(files(lacking)).hasSizeLessThanOrEqualTo(3);
      byte[] kept = lacking.bytes(ROOT.resolve("quarantine").resolve(records.getLast().file().getFileName()));
      assertThat(kept).as("what people look at").hasSize(disk.bytes(records.getLast().file()).length);
    }
  }

  /** The log's directory was cleared, so it begins again where segments end: there the same LSNs were lost before. */
  @Test
  void aNoteDoesNotStandForWhatIsLostLater() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 10);
    kill(store, disk);
    files(disk).forEach(disk::remove);
    kill(open(disk), disk);
    disk.list(LOG).forEach(disk::remove);
    store = open(disk);
    push(store, FIRST, 1000, 1010);
    kill(store, disk);
    SimDisk whole = disk.copy();
    files(disk).forEach(disk::remove);
    for (int start = 0; start < 2; start++) {
      Store next = open(disk);
      assertThat(asked(next, FIRST, 0, 10).damages()).singleElement().asString().contains("the log ends at LSN 64,");
      assertThat(asked(next, FIRST, 1000, 1010).damages()).singleElement().asString().contains("the log ends at LSN 72,");
      kill(next, disk);
    }
    try (Store next = open(whole)) {
      assertThat(asked(next, FIRST, 1000, 1010).damages()).isEmpty();
      assertThat(next.damages()).hasSize(1);
    }
  }

  /** The first start of this version finds no mark and a full disk: what it could not write again is not durable at first. */
  @Test
  void knowsTheTimesOfWhatIsWrittenAgainAfterTheStart() throws IOException {
    // All in one file: none of it is known to be durable.
    diesWhileItFlushes(10);
    disk.remove(MARK);
    disk.plan =
        (number, call, path) ->
            call == Call.CREATE && path.startsWith(LOG) && path.toString().contains(".wal") ? SimDisk.Fault.ENOSPC : null;
    Store full = open(disk);
    Await.until("a log that refuses", Duration.ofSeconds(10), () -> full.refusal().isPresent());
    disk.plan = (number, call, path) -> null;
    full.close(false);
    files(disk).forEach(disk::remove);
    try (Store next = open(disk)) {
      assertThat(lines(next, SECOND)).isZero();
      assertThat(asked(next, SECOND, 0, 100).notices()).hasSize(1);
      assertThat(asked(next, SECOND, 200, 300).notices()).isEmpty();
    }
  }

  /** A store that is open gives files up, and writes its mark, while somebody looks at them. */
  @Test
  void listingFindsNothingInAStoreThatGoesOn() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 200);
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger read = new AtomicInteger();
    disk.plan =
        (number, call, path) -> {
          if (call == Call.OPEN && path.toString().endsWith(".wal") && opened.getAndIncrement() == 1) {
            store.flush();
          }
          boolean halfWritten = call == Call.READ && path.equals(MARK) && read.getAndIncrement() == 0;
          return halfWritten ? SimDisk.Fault.EIO : null;
        };
    List<String> findings = new ArrayList<>();
    WalListing.list(disk, LOG, record -> {}, findings::add);
    assertThat(opened.get()).isGreaterThan(2);
    assertThat(findings).isEmpty();
    kill(store, disk);
    disk.put(MARK, new byte[8192]);
    WalListing.list(disk, LOG, record -> {}, findings::add);
    assertThat(findings).singleElement().asString().contains("MARK");
  }

  /** Its disk gives it back, with zeros for what it could not read: what was flushed since says nothing of what was there. */
  @Test
  void aFileThatIsReadableAgainMayLackPushesThatWereNeeded() throws IOException {
    Store store = open(disk);
    push(store, FIRST, 0, 30);
    kill(store, disk);
    List<WalListing.Entry> records = records(disk);
    Path file = records.getFirst().file();
    for (int start = 0; start < 2; start++) {
      disk.plan =
          (number, call, path) ->
              (call == Call.OPEN || call == Call.OPEN_TO_WRITE) && path.equals(file) ? SimDisk.Fault.EIO : null;
      Store without = open(disk);
      push(without, FIRST, 1000, 1010);
      without.flush();
      push(without, FIRST, 1010 + start, 1011 + start);
      kill(without, disk);
    }
    SimDisk whole = disk.copy();
    spoil(disk, records.get(10), 8);
    for (int start = 0; start < 3; start++) {
      Store next = open(disk);
      assertThat(lines(next, FIRST)).isEqualTo(41);
      assertThat(asked(next, FIRST, 0, 30).damages()).as("start " + start).singleElement().asString().contains("the pushes in them are lost");
      kill(next, disk);
    }
    Store again = open(whole);
    assertThat(lines(again, FIRST)).isEqualTo(42);
    kill(again, whole);
    try (Store last = open(whole)) {
      assertThat(lines(last, FIRST)).isEqualTo(42);
      assertThat(last.damages()).isEmpty();
      assertThat(last.suspicions()).isEmpty();
    }
  }
}
