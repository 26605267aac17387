package io.sigyn.storage.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.FaultyFiles;
import io.sigyn.storage.files.SimDisk;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.segment.SegmentWriter;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What the manifest of a day says, however often and wherever the power goes. */
final class DayManifestTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final int DAY = 19_675;
  private static final long NOON = DAY * 86_400_000_000_000L + 43_200_000_000_000L;
  private static final Path DIRECTORY = Path.of("/sim/day");
  private static final Path QUARANTINE = Path.of("/sim/quarantine");

  private final DamageLog damages = new DamageLog(damage -> {});

  private DayManifest load(SimDisk disk) throws IOException {
    return DayManifest.load(disk, DIRECTORY, TENANT, DAY, QUARANTINE, damages);
  }

  private static SegmentInfo segment(SimDisk disk, RandomGenerator random, long frontier) throws IOException {
    Labels labels = Labels.of("app", "web");
    byte[] line = {'x'};
    try (SegmentWriter writer =
        new SegmentWriter(
            disk, DIRECTORY, SegmentId.create(random, frontier), TENANT, DAY, 0, frontier, NOON, 1 << 20)) {
      writer.stream(labels, 1);
      writer.rows(EntryBlock.of(labels, 0, 1, new long[] {NOON + frontier}, new int[] {0, 1}, line));
      return writer.finish();
    }
  }

  /**
   * The frontier above all: with it lost, the log would bring back entries that a delete request, which is done and
   * forgotten, had removed from the segments.
   */
  @Seeded(rounds = 60)
  void beginningAnotherFileNeverForgetsWhatTheOneBeforeSaid(RandomGenerator random) throws IOException {
    for (int calls = 0; ; calls++) {
      SimDisk disk = new SimDisk(new Random(random.nextLong()));
      disk.createDirectory(DIRECTORY);
      disk.syncDirectory(Path.of("/sim"));
      DayManifest manifest = DayManifest.create(disk, DIRECTORY, TENANT, DAY);
      List<SegmentId> ids = new ArrayList<>();
      for (int n = 1; n <= 3; n++) {
        SegmentInfo segment = segment(disk, random, n * 100L);
        manifest.add(segment, n * 100L);
        ids.add(segment.id());
      }
      disk.powerGoesAt = disk.calls() + calls;
      boolean done = true;
      try {
        manifest.renew();
      } catch (IOException e) {
        done = false;
      }
      disk.powerCut(random.nextBoolean() ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED);
      DayManifest again = load(disk);
      assertThat(again.frontier()).as("power gone at call " + calls).isEqualTo(300);
      assertThat(again.segments()).extracting(SegmentInfo::id).containsExactlyElementsOf(ids);
      assertThat(damages.newest()).isEmpty();
      if (done) {
        return;
      }
    }
  }

  /**
   * A process is killed between the write of an edit and its sync; the next one reads the edit and removes what it took out;
   * then the power goes. The edit must not be lost while the files are.
   */
  @Seeded(rounds = 60)
  void removesNothingBeforeTheEditThatTookItOutIsDurable(RandomGenerator random) throws IOException {
    SimDisk disk = new SimDisk(new Random(random.nextLong()));
    disk.createDirectory(DIRECTORY);
    disk.syncDirectory(Path.of("/sim"));
    DayManifest manifest = DayManifest.create(disk, DIRECTORY, TENANT, DAY);
    List<SegmentInfo> old = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      SegmentInfo segment = segment(disk, random, n * 100L);
      manifest.add(segment, n * 100L);
      old.add(segment);
    }
    SegmentInfo merged = segment(disk, random, 300);
    // Opened, written, and not synced any more.
    disk.powerGoesAt = disk.calls() + 2;
    assertThatThrownBy(() -> manifest.replace(old, List.of(merged))).isInstanceOf(IOException.class);
    disk.kill();
    assertThat(load(disk).segments()).extracting(SegmentInfo::id).containsExactly(merged.id());
    disk.powerCut(random.nextBoolean() ? SimDisk.Order.ORDERED : SimDisk.Order.REORDERED);
    assertThat(load(disk).segments()).extracting(SegmentInfo::id).containsExactly(merged.id());
    assertThat(damages.newest()).isEmpty();
  }

  /** A file that could not be begun may be there all the same, and be the newest: no edit may go to the one before it. */
  @Seeded(rounds = 20)
  void anEditGoesToNoFileBeforeOneThatFailed(RandomGenerator random) throws IOException {
    boolean failed = true;
    for (int calls = 0; failed; calls++) {
      for (SimDisk.Order order : SimDisk.Order.values()) {
        SimDisk disk = new SimDisk(new Random(random.nextLong()));
        disk.createDirectory(DIRECTORY);
        disk.syncDirectory(Path.of("/sim"));
        DayManifest first = DayManifest.create(disk, DIRECTORY, TENANT, DAY);
        SegmentInfo old = segment(disk, random, 100);
        first.add(old, 100);
        DayManifest manifest = load(disk);
        long at = disk.calls() + calls;
        disk.plan = (number, call, path) -> number == at ? SimDisk.Fault.EIO : null;
        failed = false;
        try {
          manifest.secure();
        } catch (IOException e) {
          failed = true;
        }
        disk.plan = (number, call, path) -> null;
        SegmentInfo merged = segment(disk, random, 100);
        manifest.replace(List.of(old), List.of(merged));
        disk.delete(DIRECTORY.resolve(old.fileName()));
        disk.syncDirectory(DIRECTORY);
        if (random.nextBoolean()) {
          disk.kill();
        } else {
          disk.powerCut(order);
        }
        assertThat(load(disk).segments()).as("call %d fails", calls).extracting(SegmentInfo::id).containsExactly(merged.id());
        assertThat(damages.newest()).as("call %d fails", calls).isEmpty();
      }
    }
  }

  /** What a failed append left in a file is never looked at again. */
  @Seeded(rounds = 60)
  void anEditThatFailedIsNoPartOfTheNextOne(RandomGenerator random) throws IOException {
    SimDisk disk = new SimDisk(new Random(random.nextLong()));
    disk.createDirectory(DIRECTORY);
    disk.syncDirectory(Path.of("/sim"));
    DayManifest manifest = DayManifest.create(disk, DIRECTORY, TENANT, DAY);
    List<SegmentId> ids = new ArrayList<>();
    List<Path> before = List.of();
    for (int n = 1; n <= 6; n++) {
      SegmentInfo segment = segment(disk, random, n * 100L);
      long from = disk.calls();
      SimDisk.Fault fault = List.of(SimDisk.Fault.EIO, SimDisk.Fault.ENOSPC, SimDisk.Fault.SHORT).get(random.nextInt(3));
      int at = random.nextInt(4);
      boolean fails = n > 1 && random.nextBoolean();
      disk.plan = (number, call, path) -> fails && number == from + at ? fault : null;
      boolean failed = false;
      try {
        manifest.add(segment, n * 100L);
        ids.add(segment.id());
      } catch (IOException e) {
        failed = true;
      }
      disk.plan = (number, call, path) -> null;
      if (failed) {
        before = manifests(disk);
        manifest.add(segment, n * 100L);
        ids.add(segment.id());
        assertThat(manifests(disk)).as("a file of its own").doesNotContainAnyElementsOf(before);
      }
    }
    disk.powerCut(SimDisk.Order.REORDERED);
    DayManifest again = load(disk);
    assertThat(again.frontier()).isEqualTo(600);
    assertThat(again.segments()).extracting(SegmentInfo::id).containsExactlyElementsOf(ids);
    assertThat(damages.newest()).isEmpty();
  }

  /** What the disk says and what memory says must not part: the edit is durable once the new file has its name. */
  @Test
  void anEditIsDoneThoughTheFileBeforeCannotBeRemoved() throws IOException {
    Random random = new Random(1);
    for (FaultyFiles.Call failing : List.of(FaultyFiles.Call.LIST, FaultyFiles.Call.DELETE)) {
      SimDisk disk = new SimDisk(random);
      disk.createDirectory(DIRECTORY);
      DayManifest manifest = DayManifest.create(disk, DIRECTORY, TENANT, DAY);
      manifest.add(segment(disk, random, 100), 100);
      SegmentInfo second = segment(disk, random, 200);
      disk.plan = (number, call, path) -> call == FaultyFiles.Call.SYNC ? SimDisk.Fault.EIO : null;
      assertThatThrownBy(() -> manifest.add(second, 200)).isInstanceOf(IOException.class);
      disk.plan =
          (number, call, path) ->
              call == failing && !path.toString().endsWith(".tmp") ? SimDisk.Fault.EIO : null;
      manifest.add(second, 200);
      disk.plan = (number, call, path) -> null;
      DayManifest again = load(disk);
      assertThat(again.segments()).extracting(SegmentInfo::id).isEqualTo(manifest.segments().stream().map(SegmentInfo::id).toList()).hasSize(2);
      assertThat(again.frontier()).isEqualTo(manifest.frontier()).isEqualTo(200);
      manifest.renew();
      assertThat(manifests(disk)).hasSize(1);
    }
  }

  private static List<Path> manifests(SimDisk disk) {
    return disk.all().stream().filter(path -> path.getFileName().toString().startsWith("MANIFEST")).toList();
  }
}
