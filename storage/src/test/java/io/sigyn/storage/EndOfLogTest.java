package io.sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.files.FaultyFiles.Call;
import io.sigyn.storage.files.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of the end of the log that a killed process leaves, when starting, too, is interrupted. */
class EndOfLogTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long T0 = RandomBatches.NOON;
  private static final Path ROOT = Path.of("/sim/store");
  private static final Path LOG = new Layout(ROOT).wal();

  private static StoreOptions options(SyncMode sync) {
    return new StoreOptions(sync, 64 << 20, Duration.ofHours(1), 1 << 20, 0).withSync(sync, Duration.ofMillis(20));
  }

  private static Store open(StoreOptions options, SimDisk disk) {
    return open(options, disk, 1 << 20);
  }

  private static Store open(StoreOptions options, SimDisk disk, int fileBytes) {
    return Store.open(
        ROOT,
        options,
        Clock.SYSTEM,
        new SimpleMeterRegistry(),
        disk,
        new Tuning(fileBytes, 64L << 20, Duration.ofHours(1), Duration.ofMillis(1)));
  }

  private static List<String> lines(Store store) {
    List<String> lines = new ArrayList<>();
    Reading.all(store, TENANT).values().forEach(entries -> entries.forEach(entry -> lines.add(entry.line())));
    return lines;
  }

  /** A line of today and one of tomorrow, which do not get much shorter in the log. */
  private static EntryBatch ofTwoDays(int n) {
    byte[] noise = new byte[300];
    new Random(n).nextBytes(noise);
    String line = "line " + n + " " + Base64.getEncoder().encodeToString(noise);
    int length = line.length() + 1;
    return EntryBatch.builder((line + "a" + line + "b").getBytes(StandardCharsets.UTF_8))
        .stream(Labels.of("app", "web"))
        .entry(T0 + n, 0, length, Labels.EMPTY)
        .entry(T0 + RandomBatches.DAY + n, length, 2 * length, Labels.EMPTY)
        .build();
  }

  private static EntryBatch ofOneDay(int n) {
    return EntryBatch.of(Labels.of("app", "web"), T0 + n, "line " + n);
  }

  private static EntryBatch ofOneDay(int n, int bytes) {
    byte[] noise = new byte[bytes];
    new Random(n).nextBytes(noise);
    return EntryBatch.of(Labels.of("app", "web"), T0 + n, Base64.getEncoder().encodeToString(noise));
  }

  private static void die(Store store, SimDisk disk) {
    disk.off();
    store.close(false);
  }

  /** Leaves so many pushes of two days, all acknowledged, in the log of a process that was killed. */
  private static void fill(SimDisk disk, int pushes) {
    Store store = open(options(SyncMode.GROUP), disk);
    for (int n = 0; n < pushes; n++) {
      store.append(TENANT, ofTwoDays(n)).join();
    }
    die(store, disk);
    disk.kill();
  }

  /** Everything was durable, and the power goes at any moment of the next start: nothing is lost, and nothing is said to be. */
  @Test
  void reportsNoLossWhenThePowerGoesWhileItIsWrittenAgain() {
    for (int seed = 0; seed < 60; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      fill(disk, 100);
      AtomicInteger calls = new AtomicInteger(seed / 2 % 10);
      disk.plan =
          (number, call, path) -> {
            if ((call == Call.WRITE || call == Call.SYNC) && path.startsWith(LOG) && calls.getAndDecrement() == 0) {
              disk.powerGoesAt = number + 1;
            }
            return null;
          };
      try {
        die(open(options(SyncMode.GROUP), disk), disk);
      } catch (LokiException e) {
        // The power went.
      }
      boolean full = seed % 2 == 0;
      disk.plan =
          (number, call, path) -> full && call == Call.CREATE && path.startsWith(LOG) ? SimDisk.Fault.ENOSPC : null;
      disk.powerCut(SimDisk.Order.REORDERED);
      try (Store last = open(options(SyncMode.GROUP), disk)) {
        assertThat(lines(last)).as("seed " + seed).hasSize(200).doesNotHaveDuplicates();
        assertThat(last.damages()).as("seed " + seed).isEmpty();
      }
    }
  }

  /** Killed in the middle of a write of the copy, over and over: what each start left must not add up. */
  @Test
  void doesNotGrowWhenItIsKilledWhileItIsWrittenAgain() throws IOException {
    SimDisk disk = new SimDisk(new Random(3));
    fill(disk, 1000);
    for (int kill = 0; kill < 12; kill++) {
      AtomicInteger writes = new AtomicInteger();
      disk.plan =
          (number, call, path) -> {
            // Behind the header and the zeros.
            if (call != Call.WRITE || !path.startsWith(LOG) || writes.getAndIncrement() < 2) {
              return null;
            }
            disk.powerGoesAt = number + 1;
            return SimDisk.Fault.SHORT;
          };
      try {
        die(open(options(SyncMode.GROUP), disk), disk);
      } catch (LokiException e) {
        // Killed.
      }
      disk.plan = (number, call, path) -> null;
      disk.kill();
    }
    Map<String, Integer> sizes = new HashMap<>();
    for (Path path : disk.list(LOG)) {
      sizes.put(path.getFileName().toString(), disk.bytes(path).length);
    }
    assertThat(sizes).hasSizeLessThanOrEqualTo(3);
    try (Store last = open(options(SyncMode.GROUP), disk)) {
      assertThat(lines(last)).hasSize(2000).doesNotHaveDuplicates();
      assertThat(last.damages()).isEmpty();
    }
  }

  /** All was flushed on the way, and the log given up: what comes next begins where it ended, though two files had its end. */
  @Test
  void missesNothingBehindWhatTwoFilesHadThatWasFlushedOnTheWay() {
    SimDisk disk = new SimDisk(new Random(1));
    Store failing = open(options(SyncMode.GROUP), disk);
    failing.append(TENANT, ofOneDay(0)).join();
    AtomicInteger syncs = new AtomicInteger();
    disk.plan =
        (number, call, path) ->
            call == Call.SYNC && path.startsWith(LOG) && syncs.getAndIncrement() == 0 ? SimDisk.Fault.EIO : null;
    failing.append(TENANT, ofOneDay(1)).join();
    die(failing, disk);
    disk.kill();
    Store next = open(new StoreOptions(SyncMode.GROUP, 1, Duration.ofHours(1), 1 << 20, 0), disk);
    next.append(TENANT, ofOneDay(2)).join();
    die(next, disk);
    disk.kill();
    try (Store last = open(options(SyncMode.GROUP), disk)) {
      assertThat(lines(last)).containsExactly("line 0", "line 1", "line 2");
      assertThat(last.damages()).isEmpty();
    }
  }

  /** A file became the spare one, which the disk has not got; the next file is made of it, and the power goes. */
  @Test
  void makesNoFileOfASpareOneThatMayGetItsOldNameBack() {
    for (int seed = 0; seed < 40; seed++) {
      SimDisk disk = new SimDisk(new Random(seed));
      Store store = open(options(SyncMode.GROUP), disk, 4096);
      List<String> acknowledged = new ArrayList<>();
      for (int n = 0; n < 100; n++) {
        store.append(TENANT, ofOneDay(n)).join();
        acknowledged.add("line " + n);
      }
      disk.plan =
          (number, call, path) -> call == Call.SYNC_DIRECTORY && path.equals(LOG) ? SimDisk.Fault.EIO : null;
      assertThatThrownBy(store::flush).isInstanceOf(LokiException.class);
      AtomicInteger calls = new AtomicInteger(seed % 8);
      disk.plan =
          (number, call, path) -> {
            if (path.startsWith(LOG) && !path.toString().endsWith(".wal") && calls.getAndDecrement() == 0) {
              disk.powerGoesAt = number + 1;
            }
            return null;
          };
      try {
        for (int n = 100; n < 300; n++) {
          store.append(TENANT, ofOneDay(n)).join();
          acknowledged.add("line " + n);
        }
      } catch (LokiException | CompletionException e) {
        // The power went.
      }
      die(store, disk);
      disk.plan = (number, call, path) -> null;
      disk.powerCut(SimDisk.Order.REORDERED);
      try (Store last = open(options(SyncMode.GROUP), disk, 4096)) {
        assertThat(lines(last)).as("seed " + seed).containsAll(acknowledged).doesNotHaveDuplicates();
        assertThat(last.damages()).as("seed " + seed).isEmpty();
      }
    }
  }

  /** The last file cannot be opened when the end of the log is looked for, and can be when all of it is read. */
  @Test
  void removesNoFileBeforeOneThatCannotBeReadForAMoment() throws IOException {
    SimDisk disk = new SimDisk(new Random(1));
    Store store = open(options(SyncMode.GROUP), disk, 4096);
    for (int n = 0; n < 12; n++) {
      store.append(TENANT, ofTwoDays(n)).join();
    }
    die(store, disk);
    disk.kill();
    Path log = disk.list(LOG).stream().filter(path -> path.toString().endsWith(".wal")).toList().getLast();
    AtomicInteger opens = new AtomicInteger();
    disk.plan =
        (number, call, path) ->
            call == Call.OPEN && path.equals(log) && opens.getAndIncrement() == 0 ? SimDisk.Fault.EIO : null;
    try (Store next = open(options(SyncMode.GROUP), disk, 4096)) {
      assertThat(lines(next)).hasSize(24).doesNotHaveDuplicates();
      assertThat(next.damages()).isEmpty();
    }
  }

  /**
   * One bit of one read of what a killed process left is wrong, any of those of the next start: nothing is missing, for all is read
   * again in another file or in the same.
   */
  @Test
  void missesNothingWhicheverReadOfWhatIsCopiedIsWrong() throws IOException {
    for (int wrong = 0; wrong < 6; wrong++) {
      for (int seed = 0; seed < 30; seed++) {
        SimDisk disk = new SimDisk(new Random(seed * 0x9E3779B97F4A7C15L));
        Store killed = open(options(SyncMode.GROUP), disk);
        killed.append(TENANT, ofOneDay(0, 400_000)).join();
        killed.append(TENANT, ofOneDay(1, 100)).join();
        die(killed, disk);
        disk.kill();
        Path log = disk.list(LOG).getLast();
        AtomicInteger reads = new AtomicInteger(wrong);
        disk.plan =
            (number, call, path) ->
                call == Call.READ && path.equals(log) && reads.getAndDecrement() == 0 ? SimDisk.Fault.BIT_ROT : null;
        try (Store next = open(options(SyncMode.GROUP), disk)) {
          assertThat(lines(next).size()).as("read %d, seed %d", wrong, seed).isEqualTo(2);
        }
      }
    }
  }

  /** The last file of the log belonged to root for a while; meanwhile another day went to segments. */
  @Test
  void bringsBackWhatIsInAFileThatCouldNotBeReadForAWhile() throws IOException {
    for (SyncMode sync : List.of(SyncMode.GROUP, SyncMode.INTERVAL)) {
      SimDisk disk = new SimDisk(new Random(1));
      fill(disk, 3);
      Path log = disk.list(LOG).getFirst();
      disk.plan =
          (number, call, path) ->
              (call == Call.OPEN || call == Call.OPEN_TO_WRITE) && path.equals(log) ? SimDisk.Fault.EIO : null;
      Store without = open(options(sync), disk);
      without.append(TENANT, ofOneDay(1000)).join();
      without.close();
      disk.plan = (number, call, path) -> null;
      try (Store with = open(options(sync), disk)) {
        assertThat(lines(with)).as("with %s", sync).hasSize(7).doesNotHaveDuplicates();
      }
      try (Store again = open(options(sync), disk)) {
        assertThat(lines(again)).hasSize(7);
        assertThat(again.damages()).as("with %s", sync).isEmpty();
      }
    }
  }

  /** Ends with the process killed right after a sync of its log has failed; returns what was acknowledged. */
  private static int killedAfterAFailedSync(SimDisk disk, StoreOptions options) {
    Store killed = open(options, disk);
    killed.append(TENANT, ofOneDay(0)).join();
    disk.stopBehindAFailedSync(LOG);
    int acknowledged = 1;
    for (boolean on = true; on; ) {
      try {
        killed.append(TENANT, ofOneDay(acknowledged)).join();
        acknowledged++;
      } catch (LokiException | CompletionException e) {
        on = false;
      }
    }
    killed.close(false);
    disk.plan = (number, call, path) -> null;
    disk.kill();
    return acknowledged;
  }

  /** What another one appended behind it is acknowledged, and then the power goes: no acknowledged push is lost or said to be. */
  @Test
  void reportsNoLossOfWhatWasNeverAcknowledged() {
    for (int seed = 0; seed < 30; seed++) {
      for (SyncMode before : List.of(SyncMode.GROUP, SyncMode.INTERVAL)) {
        SimDisk disk = new SimDisk(new Random(seed));
        int acknowledged = killedAfterAFailedSync(disk, options(before));
        Store next = open(options(SyncMode.GROUP), disk);
        next.append(TENANT, ofOneDay(100_000)).join();
        List<String> lines = lines(next);
        die(next, disk);
        disk.powerCut(SimDisk.Order.REORDERED);
        try (Store last = open(options(SyncMode.GROUP), disk)) {
          assertThat(lines(last)).as("seed %d after %s, %d acknowledged", seed, before, acknowledged).containsAll(lines);
          assertThat(last.damages()).as("seed %d after %s", seed, before).isEmpty();
        }
      }
    }
  }
}
