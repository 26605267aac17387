package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as container runtimes write them, read and sent. */
final class ContainerFilesTest {
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
  void partsOfManyFilesWithEqualLabelsAreNotMixed() {
    rig.stages("[{cri: {}}, {labeldrop: [filename]}]").patientTail();
    String wide = "x".repeat(16 << 10);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      rig.append(i + ".log", "2024-05-01T09:00:00.%09dZ stdout P begin %d ".formatted(i, i));
      expected.add("begin " + i + " end " + i);
    }
    rig.append("wide.log", "2024-05-01T09:00:01.000000001Z stdout P " + wide, "2024-05-01T09:00:01.000000002Z stdout P " + wide);
    expected.add(wide.repeat(3));
    rig.start();
    Await.until("every part to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 152);
    assertThat(rig.server.lines()).as("nothing is given out early").isEmpty();
    for (int i = 149; i >= 0; i--) {
      rig.append(i + ".log", "2024-05-01T09:00:02.%09dZ stdout F end %d".formatted(i, i));
    }
    rig.append("wide.log", "2024-05-01T09:00:03.000000003Z stdout F " + wide);
    rig.awaitExactly(expected);
    FakeServer.Received joined =
        rig.server.received().stream().filter(r -> r.line().startsWith("x")).findFirst().orElseThrow();
    assertThat(joined.timestamp() % 1_000_000_000L).as("the time of the last part").isEqualTo(3);
  }

  @Test
  void aContainerThatStartsAgainAndAgainIsReadInTheOrderOfItsLives() throws IOException {
    rig.glob("shop_cart_u1/cart/*.log").stages("[{cri: {}}]").start();
    List<String> expected = new ArrayList<>();
    for (int life = 0; life < 5; life++) {
      List<String> lines = Rig.numbered("life " + life, 0, 20);
      rig.append("shop_cart_u1/cart/" + life + ".log", Rig.cri(lines, life * 1000));
      expected.addAll(lines);
      if (life >= 2) {
        // The kubelet keeps the log of the life before this one only.
        String gone = "/" + (life - 2) + ".log";
        Await.until(
            gone + " to be open", Rig.PATIENCE,
            () -> rig.agent().files().stream().anyMatch(v -> v.path().endsWith(gone) && v.state().equals("reading")));
        Files.delete(rig.log("shop_cart_u1/cart" + gone));
      }
    }
    rig.awaitReceived(expected.size());
    List<String> byTime =
        rig.server.received().stream()
            .sorted(Comparator.comparingLong(FakeServer.Received::timestamp))
            .map(FakeServer.Received::line)
            .toList();
    assertThat(byTime).containsExactlyElementsOf(expected);
  }

  @Test
  void aBlockOfLinesSurvivesARestartInItsMiddle() {
    String stage = "[{multiline: {firstline: '^\\d', max_lines: 1000, max_wait_time: %s}}]";
    List<String> trace = new ArrayList<>(List.of("2024 java.lang.Boom"));
    trace.addAll(Rig.numbered("  at some.Place", 0, 399));
    rig.stages(stage.formatted("60s"));
    rig.append("a.log", trace.subList(0, 200));
    rig.start();
    Await.until("half of it to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 200);
    rig.stop();
    assertThat(rig.server.lines()).as("half a block is not sent").isEmpty();
    rig.append("a.log", trace.subList(200, 400));
    rig.append("a.log", "2024 next");
    rig.start().awaitInOrder(String.join("\n", trace));
    rig.stop();
    rig.stages(stage.formatted("50ms")).start();
    rig.awaitInOrder(String.join("\n", trace), "2024 next");
  }

  @Test
  void aLimitOnANoisyFileLeavesTheOthersAlone() {
    rig.stages("[{match: {selector: '{filename=~\".*noisy.*\"}', stages: [{limit: {rate: 1, burst: 5}}]}}]");
    rig.append("noisy.log", Rig.numbered("noise " + "x".repeat(300), 0, 20_000));
    rig.start();
    Await.until("noise", Rig.PATIENCE, () -> !rig.server.lines().isEmpty());
    rig.append("quiet.log", Rig.numbered("quiet", 0, 1000));
    Await.until("the quiet file", Rig.PATIENCE, () -> rig.server.lines().contains("quiet 999"));
    assertThat(rig.server.lines()).as("the noisy one waits").noneMatch(line -> line.endsWith(" 19999"));
  }
}
