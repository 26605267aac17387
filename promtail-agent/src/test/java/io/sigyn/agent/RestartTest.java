package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.config.ConfigException;
import io.sigyn.testkit.Await;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartTest {
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

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(Rig.PATIENCE)).isTrue();
  }

  @Test
  void goesOnAfterARestartWithoutAnyDuplicate() {
    rig.append("a.log", Rig.numbered("one", 0, 50));
    rig.start().awaitReceived(50);
    rig.stop();
    rig.append("a.log", Rig.numbered("two", 0, 50));
    rig.start().awaitReceived(100);
    List<String> expected = new ArrayList<>(Rig.numbered("one", 0, 50));
    expected.addAll(Rig.numbered("two", 0, 50));
    rig.awaitInOrder(expected);
    assertThat(rig.agent().linesRead()).isEqualTo(50);
  }

  @Test
  void positionsNeverPassWhatTheServerAcknowledged() {
    rig.shutdown("300ms");
    rig.append("a.log", "one");
    rig.start().awaitReceived(1);
    rig.awaitPosition("a.log", 4);
    rig.server.down();
    rig.append("a.log", "two", "three");
    Await.until("all lines to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 3);
    rig.stop();
    assertThat(Rig.read(rig.positions())).contains("a.log\": \"4\"");
    rig.server.up();
    rig.start().awaitInOrder("one", "two", "three");
    rig.awaitPosition("a.log", 14);
  }

  @Test
  void aPartialLineIsReadAgainFromItsFirstPart() {
    rig.stages("[{cri: {}}]").patientTail();
    rig.append("a.log", Rig.cri(List.of("whole"), 1));
    String part = "2024-05-01T09:00:00.000000002Z stdout P one ";
    rig.append("a.log", part);
    rig.start().awaitReceived(1);
    rig.append("a.log", "2024-05-01T09:00:00.000000003Z stderr F between", "2024-05-01T09:00:00.000000004Z stdout P two ");
    rig.awaitReceived(2);
    long first = Rig.cri(List.of("whole"), 1).getFirst().length() + 1L;
    rig.awaitPosition("a.log", first);
    rig.stop();
    assertThat(Rig.read(rig.positions())).contains("\": \"" + first + "\"");
    rig.append("a.log", "2024-05-01T09:00:00.000000005Z stdout F three");
    rig.start().awaitReceived(4);
    assertThat(rig.server.storedLines()).containsExactly("whole", "between", "one two three");
    rig.awaitPosition("a.log", Rig.read(rig.log("a.log")).length());
  }

  @Test
  void aPartialLineContinuesInTheNextFile() {
    rig.stages("[{cri: {}}]").patientTail();
    rig.append("0.log", "2024-05-01T09:00:00.000000001Z stdout P one ");
    rig.start();
    Await.until("the part to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 1);
    rig.rename("0.log", "0.log.20240501-090000");
    rig.append("0.log", "2024-05-01T09:00:00.000000002Z stdout F two");
    rig.awaitInOrder("one two");
  }

  @Test
  void aPartialLineThatContinuesInTheNextFileSurvivesARestart() {
    rig.stages("[{cri: {}}]").patientTail();
    rig.append("0.log", Rig.cri(List.of("whole"), 0));
    rig.append("0.log", "2024-05-01T09:00:00.000000001Z stdout P one ");
    rig.start().awaitReceived(1);
    rig.rename("0.log", "0.log.20240501-090000");
    rig.append("0.log", "2024-05-01T09:00:00.000000002Z stdout P two ");
    Await.until("both parts to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 3);
    rig.stop();
    rig.append("0.log", "2024-05-01T09:00:00.000000003Z stdout F three");
    rig.start().awaitInOrder("whole", "one two three");
  }

  @Test
  void aPartialLineWithoutEndIsSentMarkedWhenItsFileIsGone() throws IOException {
    rig.stages("[{cri: {}}]");
    rig.append("0.log", "2024-05-01T09:00:00.000000001Z stdout P one ");
    rig.start();
    Await.until("the part to be read", Rig.PATIENCE, () -> rig.agent().linesRead() == 1);
    Files.delete(rig.log("0.log"));
    rig.awaitInOrder("one ");
    assertThat(rig.server.received().getFirst().metadata().get("partial")).isEqualTo("true");
  }

  @Test
  void linesWithoutATimeKeepTheTimeOfTheirFirstReading() throws Exception {
    rig.append("a.log", Rig.numbered("before", 0, 10));
    Process agent = rig.launch();
    rig.awaitReceived(10);
    rig.awaitPosition("a.log", Rig.read(rig.log("a.log")).length());
    // The server takes the lines and the agent never hears of it.
    rig.server.script(
        (batch, exchange) -> {
          rig.server.keepAnyway(batch);
          return FakeServer.Reply.of(500);
        });
    rig.append("a.log", Rig.numbered("unacknowledged", 0, 100));
    rig.awaitReceived(110);
    kill(agent);
    rig.server.script(FakeServer.TAKE);
    rig.append("a.log", Rig.numbered("after", 0, 10));
    rig.start();
    // A request that was on its way when the agent was killed may be kept later than those of the next one.
    rig.awaitStored(120);
    List<String> expected = new ArrayList<>(Rig.numbered("before", 0, 10));
    expected.addAll(Rig.numbered("unacknowledged", 0, 100));
    expected.addAll(Rig.numbered("after", 0, 10));
    assertThat(rig.server.storedLines()).containsExactlyElementsOf(expected);
  }

  @Seeded(rounds = 2)
  void aKilledAgentLosesNothingAndNothingIsStoredTwice(RandomGenerator random) throws Exception {
    rig.close();
    rig = new Rig(Files.createDirectories(given.resolve("r" + random.nextInt(1_000_000_000)))).shutdown("300ms");
    List<String> expected = new ArrayList<>();
    int nanos = 0;
    rig.stages("[{match: {selector: '{filename=~\".*cri.*\"}', stages: [{cri: {}}]}}]");
    for (int round = 0; round < 3; round++) {
      Process agent = rig.launch();
      int steps = 3 + random.nextInt(5);
      for (int step = 0; step < steps; step++) {
        List<String> plain = Rig.numbered("plain " + round + " " + step, 0, 1 + random.nextInt(200));
        List<String> cri = Rig.numbered("cri " + round + " " + step, 0, 1 + random.nextInt(200));
        rig.append("plain.log", plain);
        rig.append("cri.log", inParts(Rig.cri(cri, nanos), random));
        nanos += cri.size();
        expected.addAll(plain);
        expected.addAll(cri);
        // A file that was never seen before it was rotated is nobody's: the first lines are waited for.
        boolean first = round == 0 && step == 0;
        int wanted = first ? expected.size() : random.nextInt(expected.size());
        Await.until(
            "some lines", Rig.PATIENCE, () -> rig.server.storedLines().size() >= wanted, () -> Rig.read(rig.dir.resolve("agent.log")));
        if (random.nextInt(3) == 0) {
          rig.rename("cri.log", "cri.log." + round + step);
        }
      }
      if (random.nextInt(3) == 0) {
        rig.server.down();
        rig.append("plain.log", "written while the server was down " + round);
        expected.add("written while the server was down " + round);
      }
      if (random.nextInt(4) == 0) {
        agent.destroy();
        assertThat(agent.waitFor(Rig.PATIENCE)).isTrue();
      } else {
        kill(agent);
      }
      rig.server.up();
    }
    rig.start();
    int all = expected.size();
    Await.until(
        all + " lines", Rig.PATIENCE, () -> rig.server.storedLines().size() >= all,
        () -> rig.server.storedLines().size() + " lines; missing " + missing(expected) + report());
    List<String> twice = new ArrayList<>(rig.server.storedLines());
    expected.forEach(twice::remove);
    assertThat(twice).as("lines stored twice").isEmpty();
  }

  /** Some of the lines in two parts, as the runtime writes long ones. */
  private static List<String> inParts(List<String> lines, RandomGenerator random) {
    List<String> all = new ArrayList<>();
    for (String line : lines) {
      int at = line.indexOf(" F ") + 3;
      if (random.nextInt(4) == 0) {
        all.add(line.substring(0, at - 3) + " P " + line.substring(at, at + 2));
        all.add(line.substring(0, at) + line.substring(at + 2));
      } else {
        all.add(line);
      }
    }
    return all;
  }

  private List<String> missing(List<String> expected) {
    Set<String> stored = new HashSet<>(rig.server.storedLines());
    return expected.stream().filter(line -> !stored.contains(line)).limit(3).toList();
  }

  private String report() {
    return "\n" + Rig.read(rig.dir.resolve("agent.log")) + Rig.read(rig.dir.resolve("state/positions.yaml.agent"));
  }

  @Test
  void endsQuicklyWhenToldToAndKeepsWhatWasNotDelivered() throws Exception {
    rig.append("a.log", Rig.numbered("one", 0, 100));
    Process agent = rig.launch();
    rig.awaitReceived(100);
    agent.destroy();
    assertThat(agent.waitFor(Rig.PATIENCE)).isTrue();
    assertThat(agent.exitValue()).isZero();
    assertThat(Rig.read(rig.positions())).contains("\"" + Rig.read(rig.log("a.log")).length() + "\"");
    rig.append("a.log", Rig.numbered("two", 0, 100));
    rig.server.down();
    rig.shutdown("300ms");
    Process second = rig.launch();
    Await.until("the failure to be logged", Rig.PATIENCE, () -> Rig.read(rig.dir.resolve("agent.log")).contains("cannot be reached"));
    second.destroy();
    assertThat(second.waitFor(Rig.PATIENCE)).isTrue();
    rig.server.up();
    rig.start().awaitReceived(200);
    assertThat(rig.server.storedLines()).hasSize(200).endsWith("two 99");
  }

  @Test
  void startsWhereTheFileOfPromtailSays() throws IOException {
    rig.append("a.log", "one", "two", "three");
    Files.createDirectories(rig.positions().getParent());
    Files.writeString(rig.positions(), "positions:\n  " + rig.log("a.log") + ": \"4\"\n");
    rig.start().awaitInOrder("two", "three");
    rig.stop();
    // promtail ran in between and read on.
    rig.append("a.log", "four", "five");
    Files.writeString(rig.positions(), "positions:\n  " + rig.log("a.log") + ": \"19\"\n");
    rig.start().awaitInOrder("two", "three", "five");
  }

  @Test
  void aSecondAgentWithTheSamePositionsIsRefused() {
    rig.start();
    assertThatThrownBy(() -> Agent.start(AgentConfig.parse(rig.yaml())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is in use by another process");
  }

  @Test
  void positionsThatCannotBeWrittenStopNothing() throws Exception {
    Files.writeString(rig.dir.resolve("state"), "a file where the directory should be");
    rig.append("a.log", "one");
    rig.start().awaitInOrder("one");
    assertThat(new AgentStatus(rig.agent(), "test").degraded())
        .anyMatch(problem -> problem.contains("cannot write the positions file"));
    assertThat(new AgentStatus(rig.agent(), "test").notReady()).isEmpty();
    rig.append("a.log", "two");
    rig.awaitInOrder("one", "two");
    Files.delete(rig.dir.resolve("state"));
    rig.awaitPosition("a.log", 8);
    assertThat(new AgentStatus(rig.agent(), "test").degraded()).isEmpty();
  }

  @Test
  void startsAtTheEndOfFilesThatAreThereWhenAskedTo() {
    rig.tail("start_at", "end");
    rig.append("a.log", "old");
    rig.start();
    Await.until("the file to be open", Rig.PATIENCE, () -> rig.agent().files().stream().anyMatch(v -> v.read() == 4));
    rig.append("a.log", "new");
    rig.append("b.log", "whole");
    rig.awaitExactly(List.of("new", "whole"));
  }

  @Test
  void closingTwiceDoesNothing() {
    rig.start();
    Agent agent = rig.agent();
    agent.close();
    assertThatCode(agent::close).doesNotThrowAnyException();
  }
}
