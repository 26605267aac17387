package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import io.sigyn.testkit.LoopMount;
import io.sigyn.testkit.OverlayMount;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that nodes and containers have: each numbers its files in a way of its own. */
final class FileSystemsTest {
  @TempDir Path given;

  private static boolean untestable(String what, Optional<String> why) {
    why.ifPresent(reason -> System.out.println(what + ": not tested here: " + reason));
    return why.isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void rotationsAndRestartsLoseAndRepeatNothing(String kind) throws IOException {
    if (untestable("logs on " + kind, LoopMount.unavailable(kind))) {
      return;
    }
    try (LoopMount mount = LoopMount.of(kind, given, 400)) {
      rotate(mount.path());
    }
  }

  @Test
  void rotationsAndRestartsLoseAndRepeatNothingOnAnOverlay() throws IOException {
    if (untestable("logs on an overlay", OverlayMount.unavailable())) {
      return;
    }
    try (OverlayMount mount = OverlayMount.over(given.resolve("lower"))) {
      rotate(mount.path());
    }
  }

  private static void rotate(Path dir) throws IOException {
    try (Rig rig = new Rig(dir).patientTail()) {
      List<String> expected = new ArrayList<>(Rig.numbered("first", 0, 50));
      rig.append("a.log", expected);
      rig.start().awaitReceived(expected.size());
      for (int generation = 1; generation <= 4; generation++) {
        if (generation == 3) {
          rig.stop();
        }
        rig.rename("a.log", "a.log." + generation);
        List<String> late = Rig.numbered("late in " + generation, 0, 3);
        List<String> fresh = Rig.numbered("fresh after " + generation, 0, 20);
        rig.append("a.log." + generation, late);
        rig.append("a.log", fresh);
        expected.addAll(late);
        expected.addAll(fresh);
        if (generation == 3) {
          rig.start();
        }
        rig.awaitReceived(expected.size());
      }
      Files.writeString(rig.log("a.log"), "cut and written anew\n");
      expected.add("cut and written anew");
      rig.awaitReceived(expected.size());
      // The next file is likely to get the number of the deleted one.
      for (int i = 0; i < 3; i++) {
        Files.delete(rig.log("a.log"));
        rig.append("a.log", "made anew " + i);
        expected.add("made anew " + i);
        rig.awaitReceived(expected.size());
      }
      rig.stop();
      rig.append("a.log", "the last one");
      expected.add("the last one");
      rig.start().awaitExactly(expected);
    }
  }

  /** An agent that has the file open sees its content of before the copy, unless the kernel or the agent looks again. */
  @Test
  void aFileOfTheLowerLayerIsReadOnWhenItIsCopiedUp() throws IOException {
    if (untestable("files of lower layers", OverlayMount.unavailable())) {
      return;
    }
    Path lower = given.resolve("lower");
    Rig.append(lower.resolve("logs/a.log"), "lower 0\nlower 1\n");
    Rig.append(lower.resolve("logs/b.log"), "other\n");
    try (OverlayMount mount = OverlayMount.over(lower);
        Rig rig = new Rig(mount.path())) {
      rig.start().awaitReceived(3);
      rig.append("a.log", "upper 0");
      rig.awaitReceived(4);
      rig.stop();
      rig.append("a.log", "upper 1");
      // Copied up while nobody looks.
      rig.append("b.log", "upper 2");
      rig.start().awaitExactly(List.of("lower 0", "lower 1", "other", "upper 0", "upper 1", "upper 2"));
    }
  }

  /** Of the disk with the positions; the agent goes on for a while without it. */
  @Seeded(rounds = 1)
  void aLossOfPowerCostsNoLinesAndNothingIsStoredTwice(RandomGenerator random) throws Exception {
    if (untestable("positions and the loss of power", LoopMount.unavailable())) {
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(given.resolve("disk")), 16);
        Rig rig = new Rig(Files.createDirectories(given.resolve("rig")))) {
      Files.createDirectories(mount.path().resolve("state"));
      mount.again();
      Files.createSymbolicLink(rig.dir.resolve("state"), mount.path().resolve("state"));
      rig.stages("[{cri: {}}]").shutdown("300ms");
      List<String> expected = new ArrayList<>();
      int durable = 0;
      for (int round = 0; round < 4; round++) {
        Process agent = rig.launch();
        // One thread writes positions: what was said before the last that is seen is on the disk.
        for (int step = 0; step < 2; step++) {
          durable = expected.size();
          write(rig, "round " + round + " step " + step, 1 + random.nextInt(200), expected);
          rig.awaitStored(expected.size());
          rig.awaitPosition("a.log", Files.size(rig.log("a.log")));
        }
        if (random.nextBoolean()) {
          rig.rename("a.log", "a.log." + round);
          write(rig, "after rotation " + round, 20, expected);
        }
        write(rig, "late in round " + round, random.nextInt(200), expected);
        rig.awaitStored(random.nextInt(expected.size()));
        mount.cutPower();
        int before = expected.size();
        write(rig, "without positions " + round, random.nextInt(50), expected);
        rig.awaitStored(random.nextInt(before, expected.size() + 1));
        agent.destroyForcibly();
        assertThat(agent.waitFor(Rig.PATIENCE)).isTrue();
        mount.again();
      }
      rig.start().awaitStored(expected.size());
      assertThat(rig.server.storedLines()).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(rig.agent().linesRead()).as("lines read again").isLessThanOrEqualTo(expected.size() - durable);
      rig.stop();
    }
  }

  @Test
  void aFullDiskStopsNoLinesAndPositionsAreWrittenWhenThereIsRoom() throws IOException {
    if (untestable("positions on a full disk", LoopMount.unavailable())) {
      return;
    }
    try (LoopMount mount = LoopMount.ext4(Files.createDirectories(given.resolve("disk")), 4);
        Rig rig = new Rig(Files.createDirectories(given.resolve("rig")))) {
      Files.createSymbolicLink(rig.dir.resolve("state"), mount.path());
      Path filler = mount.path().resolve("filler");
      fill(filler);
      rig.append("a.log", "one");
      rig.start().awaitInOrder("one");
      Await.until("a word about the disk", Rig.PATIENCE, () -> degraded(rig).contains("No space left on device"), () -> degraded(rig));
      rig.append("a.log", "two");
      rig.awaitInOrder("one", "two");
      Files.delete(filler);
      rig.awaitPosition("a.log", 8);
      Await.until("the end of it", Rig.PATIENCE, () -> degraded(rig).isEmpty(), () -> degraded(rig));
      rig.stop();
    }
  }

  private static String degraded(Rig rig) {
    return String.join(" ", new AgentStatus(rig.agent(), "test").degraded());
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] some = new byte[4096];
      while (true) {
        out.write(some);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }

  private static void write(Rig rig, String what, int count, List<String> expected) {
    List<String> lines = Rig.numbered(what, 0, count);
    if (!lines.isEmpty()) {
      rig.append("a.log", Rig.cri(lines, expected.size()));
    }
    expected.addAll(lines);
  }
}
