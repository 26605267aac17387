package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.discovery.Glob;
import io.sigyn.agent.discovery.Listing;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and contents nobody wishes for. */
final class OddFilesTest {
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

  @Test
  void everyNameIsReadAndGoesOnAfterARestart() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "with space.log", "quo\"te'.log", "100%.log", "br[a]c{k}et*.log", "new\nline.log", "back\\slash.log",
                ": #.log", "-.log", "x".repeat(251) + ".log"));
    if (System.getProperty("sun.jnu.encoding", "").equals("UTF-8")) {
      names.add("größe-日本-😀.log");
    }
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    for (String name : names) {
      rig.append(name, "first of " + name.replace("\n", ""));
      first.add("first of " + name.replace("\n", ""));
    }
    rig.start().awaitExactly(first);
    assertThat(rig.server.received()).extracting(r -> r.labels().get("filename"))
        .containsExactlyInAnyOrderElementsOf(names.stream().map(name -> rig.log(name).toString()).toList());
    rig.stop();
    for (String name : names) {
      rig.append(name, "second of " + name.replace("\n", ""));
      second.add("second of " + name.replace("\n", ""));
    }
    rig.start();
    first.addAll(second);
    rig.awaitExactly(first);
  }

  @Test
  void aNameThatIsNoTextIsReportedAndTheOthersAreRead() throws IOException, InterruptedException {
    Path logs = rig.dir.resolve("logs");
    Process touch = new ProcessBuilder("sh", "-c", "printf 'x\\n' > \"$(printf '\\377\\376.log')\"").directory(logs.toFile()).start();
    assertThat(touch.waitFor()).isZero();
    rig.append("good.log", "one");
    rig.start().awaitInOrder("one");
    Listing listing = new Listing(System.currentTimeMillis());
    Glob.compile(logs + "/*.log").expand(listing);
    assertThat(listing.unnameable()).containsExactly(logs.toString());
  }

  @Seeded(rounds = 1)
  void randomBytesAreSentAsText(RandomGenerator random) throws IOException {
    byte[] bytes = new byte[2 << 20];
    random.nextBytes(bytes);
    bytes[bytes.length - 1] = '\n';
    int lines = 0;
    for (byte b : bytes) {
      lines += b == '\n' ? 1 : 0;
    }
    Files.write(rig.log("a.log"), bytes);
    rig.start().awaitReceived(lines);
    rig.awaitPosition("a.log", bytes.length);
    assertThat(rig.server.lines()).hasSize(lines);
    assertThat(rig.server.lines())
        .allMatch(line -> StandardCharsets.UTF_8.newEncoder().canEncode(line));
  }

  @Test
  void aLineThatGrowsByMegabytesComesInPieces() {
    Path file = rig.log("a.log");
    rig.tail("flush_partial_after", "0s");
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      String more = Integer.toString(i).repeat(1 << 20);
      Rig.append(file, more);
      whole.append(more);
      if (i == 0) {
        rig.start();
      }
      long written = whole.length();
      Await.until(
          "the new megabyte", Rig.PATIENCE, () -> rig.agent().files().stream().anyMatch(v -> v.read() >= written - (1 << 20)));
    }
    Rig.append(file, "\nnext\n");
    Await.until("the line after it", Rig.PATIENCE, () -> rig.server.lines().contains("next"));
    List<String> lines = rig.server.lines();
    assertThat(lines).last().isEqualTo("next");
    assertThat(String.join("", lines.subList(0, lines.size() - 1)).contentEquals(whole)).isTrue();
    assertThat(lines).allMatch(line -> line.length() <= 1 << 20);
  }

  @Test
  void aHoleOfManyMegabytesIsSteppedOver() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(rig.log("a.log").toFile(), "rw")) {
      file.setLength(96L << 20);
    }
    rig.append("a.log", "after the hole");
    rig.start().awaitInOrder("after the hole");
    rig.awaitPosition("a.log", (96L << 20) + "after the hole\n".length());
  }
}
