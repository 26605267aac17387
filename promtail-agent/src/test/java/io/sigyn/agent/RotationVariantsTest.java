package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation as configured here and there: with dates, compressed late, across file systems. */
final class RotationVariantsTest {
  private static final Path MEMORY = Path.of("/dev/shm");

  @TempDir Path given;
  private Rig rig = new Rig(Path.of("/tmp"));

  @BeforeEach
  void makeRig() {
    rig.close();
    rig = new Rig(given);
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  private void compress(String name) throws IOException {
    try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(rig.log(name + ".gz")))) {
      Files.copy(rig.log(name), gz);
    }
    Files.delete(rig.log(name));
  }

  /** Of logrotate: dateext, delaycompress, nocreate. */
  @Test
  void datesLateCompressionAndNoNewFileAtOnceLoseNothing() throws IOException {
    rig.patientTail();
    List<String> expected = new ArrayList<>(Rig.numbered("day 1", 0, 20));
    rig.append("a.log", expected);
    rig.start().awaitReceived(20);
    for (int day = 2; day <= 5; day++) {
      String old = "a.log-2024050" + (day - 1);
      rig.rename("a.log", old);
      if (day > 2) {
        compress("a.log-2024050" + (day - 2));
      }
      if (day == 4) {
        rig.stop();
      }
      // The writer is not told yet and goes on in the file it has.
      List<String> late = Rig.numbered("late on day " + day, 0, 3);
      rig.append(old, late);
      List<String> fresh = Rig.numbered("day " + day, 0, 20);
      rig.append("a.log", fresh);
      if (day == 4) {
        rig.start();
      }
      expected.addAll(late);
      expected.addAll(fresh);
      rig.awaitReceived(expected.size());
    }
    rig.awaitExactly(expected);
  }

  @Test
  void aFileThatMovesToAnotherFileSystemGoesOnWhereItWas() throws IOException {
    assumeThat(Files.isWritable(MEMORY)).isTrue();
    assumeThat(Files.getFileStore(MEMORY)).isNotEqualTo(Files.getFileStore(rig.dir));
    Path elsewhere = Files.createTempDirectory(MEMORY, "sigyn-agent");
    try {
      Path here = rig.dir.resolve("volume/x.log");
      List<String> lines = new ArrayList<>(List.of("=".repeat(1200)));
      lines.addAll(Rig.numbered("line", 0, 50));
      Rig.append(here, String.join("\n", lines) + "\n");
      Files.createSymbolicLink(rig.log("a.log"), here);
      rig.start().awaitReceived(51);
      Path there = Files.copy(here, elsewhere.resolve("x.log"));
      Rig.append(there, "after the move\n");
      Files.createSymbolicLink(rig.dir.resolve("fresh"), there);
      Files.move(rig.dir.resolve("fresh"), rig.log("a.log"), StandardCopyOption.ATOMIC_MOVE);
      Files.delete(here);
      lines.add("after the move");
      rig.awaitInOrder(lines);
      Rig.append(there, "and more\n");
      lines.add("and more");
      rig.awaitInOrder(lines);
    } finally {
      try (Stream<Path> all = Files.walk(elsewhere, new FileVisitOption[0])) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    assertThat(rig.server.lines()).doesNotHaveDuplicates();
  }
}
