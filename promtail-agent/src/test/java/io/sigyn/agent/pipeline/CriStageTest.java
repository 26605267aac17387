package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.source.LineSink;
import io.sigyn.config.Binder;
import io.sigyn.config.YamlReader;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CriStageTest {
  private static final long BASE = 1_714_554_000_000_000_000L;

  /** A line whose time is BASE plus the nanoseconds. */
  private static String cri(int nanos, String rest) {
    return "2024-05-01T09:00:00.%09dZ %s".formatted(nanos, rest);
  }

  private static Run run() {
    return new Run("- cri: {}");
  }

  @Test
  void takesTimeStreamAndContent() {
    Run run = run().feed(cri(7, "stdout F hello  world "));
    assertThat(run.only())
        .isEqualTo(
            new Run.Out(
                "hello  world ", Labels.of("filename", "/f.log", "stream", "stdout"), BASE + 7, Labels.EMPTY, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdout F", "stdout F ", "stderr F:tag ", "stdout F:a:b "})
  void contentMayBeEmptyAndFlagsMayHaveTags(String rest) {
    assertThat(run().feed(cri(1, rest)).only().line()).isEmpty();
  }

  @Test
  void joinsPartsAndTakesTheTimeOfTheLast() {
    Run run = run().feed(cri(1, "stdout P aaa"), cri(2, "stdout P:x bbb"));
    assertThat(run.out).isEmpty();
    assertThat(run.heldFrom()).isEqualTo(1);
    run.feed(cri(3, "stdout F ccc"));
    assertThat(run.only().line()).isEqualTo("aaabbbccc");
    assertThat(run.only().timestamp()).isEqualTo(BASE + 3);
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
  }

  @Test
  void theTimeOfTheFirstPartIsTakenWhenAskedFor() {
    AgentBlock agent =
        Binder.bind(AgentBlock.class, YamlReader.read("f", "compat: {cri_partial_timestamp: first}")).value();
    Run run = new Run("- cri: {}", Labels.EMPTY, agent).feed(cri(1, "stdout P a"), cri(2, "stdout F b"));
    assertThat(run.only().timestamp()).isEqualTo(BASE + 1);
  }

  @Test
  void partsOfInterleavedStreamsAreNotMixed() {
    Run run =
        run()
            .feed(
                cri(1, "stdout P out1 "), cri(2, "stderr P err1 "), cri(3, "stdout P out2 "), cri(4, "stderr F err2"),
                cri(5, "stdout F out3"));
    assertThat(run.lines()).containsExactly("err1 err2", "out1 out2 out3");
    assertThat(run.out).extracting(o -> o.labels().get("stream")).containsExactly("stderr", "stdout");
  }

  @Test
  void heldFromIsTheEarliestOpenPart() {
    Run run = run().feed(cri(1, "stdout P a"), cri(2, "stderr P b"));
    assertThat(run.heldFrom()).isEqualTo(1);
    run.feed(cri(3, "stdout F a"));
    assertThat(run.heldFrom()).isEqualTo(2);
    run.feed(cri(4, "stderr F b"));
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
  }

  @Test
  void whatIsLeftOpenIsGivenOutMarked() {
    Run run = run().feed(cri(1, "stdout P aaa"), cri(2, "stderr P bbb")).flush();
    assertThat(run.lines()).containsExactly("aaa", "bbb");
    assertThat(run.out).allMatch(o -> o.metadata().equals(Labels.of("partial", "true")));
    assertThat(run.out.getFirst().timestamp()).isEqualTo(BASE + 1);
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
    run.flush();
    assertThat(run.out).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain text", "", "2024-05-01T09:00:00Z", "2024-05-01T09:00:00Z stdout", "2024-05-01T09:00:00Z stdin F x",
        "2024-05-01 09:00:00Z stdout F x", "2024-05-01T09:00:00Z  stdout F x", "2024-05-01T09:00:00Z stdout  x",
        "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T09:00:00Z\"}"
      })
  void otherLinesPassAsTheyAreWithTheTimeOfReading(String line) {
    Run.Out out = run().feed(line).only();
    assertThat(out.line()).isEqualTo(line);
    assertThat(out.timestamp()).isEqualTo(Run.READ_TIME + 100);
    assertThat(out.labels().has("stream")).isFalse();
  }

  @Test
  void aJoinedLineIsCutAtAWholeCharacterWhenAskedFor() {
    Run run =
        new Run("- cri: {max_partial_line_size: 10, max_partial_line_size_truncate: true}")
            .feed(cri(1, "stdout P 12345678"), cri(2, "stdout P 9😀"), cri(3, "stdout F tail"), cri(4, "stdout F next"));
    assertThat(run.lines()).containsExactly("123456789", "next");
  }

  @Test
  void anEntryThatGrowsWithoutEndIsGivenOutInPieces() {
    AgentBlock agent = Binder.bind(AgentBlock.class, YamlReader.read("f", "tail: {max_line_bytes: 1KB}")).value();
    Run run = new Run("- cri: {}", Labels.EMPTY, agent);
    String part = "x".repeat(300);
    for (int i = 0; i < 9; i++) {
      run.feed(cri(i, "stdout P " + part));
    }
    run.feed(cri(9, "stdout F end"));
    assertThat(String.join("", run.lines())).isEqualTo("x".repeat(2700) + "end");
    assertThat(run.out).extracting(o -> o.metadata().get("split")).containsExactly("1", "2", "3");
  }

  @Test
  void extractedValuesServeLaterStages() {
    Run run = new Run("- cri: {}\n- labels: {flags: , stream2: stream}").feed(cri(1, "stderr F:x hello"));
    assertThat(run.only().labels())
        .isEqualTo(Labels.of("filename", "/f.log", "flags", "F:x", "stream", "stderr", "stream2", "stderr"));
  }

  @Seeded(rounds = 200)
  void joiningRestoresWhatTheRuntimeSplit(RandomGenerator random) {
    List<String> expectedOut = new ArrayList<>();
    List<String> expectedErr = new ArrayList<>();
    List<String> out = records("stdout", expectedOut, random);
    List<String> err = records("stderr", expectedErr, random);
    Run run = run();
    int nanos = 0;
    while (!out.isEmpty() || !err.isEmpty()) {
      List<String> from = random.nextBoolean() ? out : err;
      if (!from.isEmpty()) {
        run.feed(cri(nanos++, from.removeFirst()));
      }
    }
    assertThat(linesOf(run, "stdout")).isEqualTo(expectedOut);
    assertThat(linesOf(run, "stderr")).isEqualTo(expectedErr);
  }

  private static List<String> linesOf(Run run, String stream) {
    return run.out.stream().filter(o -> o.labels().get("stream").equals(stream)).map(Run.Out::line).toList();
  }

  /** Lines of one stream, split at random; what they are made of is added to {@code whole}. */
  private static List<String> records(String stream, List<String> whole, RandomGenerator random) {
    List<String> records = new ArrayList<>();
    for (int n = random.nextInt(6); n >= 0; n--) {
      StringBuilder line = new StringBuilder();
      for (int parts = random.nextInt(4); parts >= 0; parts--) {
        String part = "p".repeat(random.nextInt(5)) + random.nextInt(100);
        line.append(part);
        records.add(stream + (parts > 0 ? " P " : " F ") + part);
      }
      whole.add(line.toString());
    }
    return records;
  }

  @Seeded(rounds = 500)
  void anyBytesPassWithoutException(RandomGenerator random) {
    Run run = new Run("- cri: {}\n- labels: {flags: }");
    for (int i = 0; i < 10; i++) {
      byte[] bytes = cri(i, random.nextBoolean() ? "stdout P some" : "stderr F some").getBytes(
          StandardCharsets.UTF_8);
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
