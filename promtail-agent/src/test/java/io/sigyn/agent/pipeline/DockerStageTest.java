package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.source.LineSink;
import io.sigyn.config.Binder;
import io.sigyn.config.YamlReader;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerStageTest {
  private static final long BASE = 1_714_554_000_000_000_000L;

  private static String docker(int nanos, String stream, String log) {
    JsonWriter out = JsonWriter.inMemory();
    out.beginObject().name("log").value(log).name("stream").value(stream);
    out.name("time").value("2024-05-01T09:00:00.%09dZ".formatted(nanos)).endObject();
    return out.toString();
  }

  private static Run run() {
    return new Run("- docker: {}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello\n", "hello\r\n"})
  void takesTimeStreamAndTextWithoutItsLineFeed(String log) {
    assertThat(run().feed(docker(7, "stderr", log)).only())
        .isEqualTo(
            new Run.Out("hello", Labels.of("filename", "/f.log", "stream", "stderr"), BASE + 7, Labels.EMPTY, ""));
  }

  @Test
  void keepsTheLineFeedWhenAskedTo() {
    AgentBlock agent =
        Binder.bind(AgentBlock.class, YamlReader.read("f", "compat: {docker_keep_newline: true}")).value();
    assertThat(new Run("- docker: {}", Labels.EMPTY, agent).feed(docker(1, "stdout", "a\n")).only().line())
        .isEqualTo("a\n");
  }

  @Test
  void decodesEveryEscape() {
    String log = "q\\\" \\u2028 \\ud83d\\ude00 \\ud800 \\t\\/ tail\\n";
    Run run = run().feed("{\"log\":\"" + log + "\",\"stream\":\"stdout\",\"time\":\"2024-05-01T09:00:00Z\"}");
    assertThat(run.only().line()).isEqualTo("q\" \u2028 😀 \ufffd \t/ tail");
  }

  @Test
  void joinsPartsPerStreamAndTakesTheTimeOfTheFirst() {
    Run run =
        run()
            .feed(
                docker(1, "stdout", "aaa"), docker(2, "stderr", "xxx"), docker(3, "stdout", "bbb"),
                docker(4, "stdout", "ccc\n"));
    assertThat(run.only().line()).isEqualTo("aaabbbccc");
    assertThat(run.only().timestamp()).isEqualTo(BASE + 1);
    assertThat(run.heldFrom()).isEqualTo(2);
    run.feed(docker(5, "stderr", "\n"));
    assertThat(run.lines()).containsExactly("aaabbbccc", "xxx");
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
  }

  @Test
  void whatIsLeftOpenIsGivenOutMarked() {
    Run run = run().feed(docker(1, "stdout", "aaa")).flush();
    assertThat(run.only())
        .isEqualTo(
            new Run.Out(
                "aaa",
                Labels.of("filename", "/f.log", "stream", "stdout"),
                BASE + 1,
                Labels.of("partial", "true"),
                ""));
  }

  @Test
  void resynchronisesAfterNulBytesAndGluedRecords() {
    String torn = docker(1, "stdout", "torn away").substring(0, 20);
    Run run = run().feed("\0\0\0" + docker(2, "stdout", "a\n"), torn + docker(3, "stdout", "b\n"));
    assertThat(run.lines()).containsExactly("a", "b");
    assertThat(run.counters.errors().get("docker")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain", "", "{", "[]", "{}", "{\"a\":1}", "{\"log\":\"x", "2024-05-01T09:00:00.1Z stdout F hello", "null"
      })
  void otherLinesPassAsTheyAre(String line) {
    Run.Out out = run().feed(line).only();
    assertThat(out.line()).isEqualTo(line);
    assertThat(out.timestamp()).isEqualTo(Run.READ_TIME + 100);
  }

  @Test
  void attributesAreExtracted() {
    Run run =
        new Run("- docker: {}\n- labels: {team: attrs_team}")
            .feed(
                "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{\"team\":\"red\",\"n\":1},"
                    + "\"time\":\"2024-05-01T09:00:00Z\"}");
    assertThat(run.only().labels().get("team")).isEqualTo("red");
  }

  @Seeded(rounds = 500)
  void anyBytesPassWithoutException(RandomGenerator random) {
    Run run = new Run("- docker: {}\n- labels: {timestamp: }");
    for (int i = 0; i < 10; i++) {
      byte[] bytes =
          docker(i, random.nextBoolean() ? "stdout" : "stderr", "some\n").getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      run.feed(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
    }
    run.flush();
    assertThat(run.counters.errors()).doesNotContainKey("unexpected");
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
  }
}
