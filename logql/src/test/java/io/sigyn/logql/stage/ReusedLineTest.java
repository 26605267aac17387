package io.sigyn.logql.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.logql.syntax.LogExpr;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Unwrap;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a line remembers of the lines before it must not be seen: a new one for every line gives the same. */
final class ReusedLineTest {
  private static final List<String> KEYS =
      List.of(
          "a", "b", "level", "le_vel", "le-vel", "a_extracted", "status_code_of_the_last_request", "9", "\u00e9", "a b", "le\\u0076el",
          "app", "a\\", "x12345678901234567890123456789012345678901234567890123456789012345678901234567890");
  private static final List<String> VALUES =
      List.of("\"v\"", "1", "true", "null", "\"a=\\\"b\\\" c\"", "{\"a\":1,\"b\":{\"level\":\"x\"}}", "[1,\"]\"]", "\"\\u00e9\"",
          "\"\"", "x", "\"a long value of more than eight bytes\"", "{\"a\"", "\"\\x\"", "\"open");
  private static final List<String> STAGES =
      List.of(
          "| json", "| logfmt", "| logfmt --strict --keep-empty", "| logfmt --keep-empty", "| logfmt x=\"a\", level",
          "| json | logfmt", "| logfmt | json | level=\"v\"",
          "| json | line_format \"{{.level}} {{__line__ | upper}} {{if .a}}<{{.a}}>{{end}}\" | logfmt",
          "| json | label_format x=\"{{.a}}-{{.level}}\", y=\"{{.x}}{{.__error__}}\" | line_format \"{{.y}}\u00e9{{.x}}\"",
          "| pattern \"<a>:<_>,<level>:<b>\" | line_format \"{{.b}}\"");

  @Seeded(rounds = 30)
  void leavesNoTrace(RandomGenerator random) {
    String stages = STAGES.get(random.nextInt(STAGES.size()));
    LogExpr expr = (LogExpr) Parser.parse("{app=\"web\"} " + stages);
    Use use =
        switch (random.nextInt(3)) {
          case 0 -> Use.LOGS;
          case 1 -> Use.grouped(new Grouping(Grouping.Kind.BY, List.of("level", "a")), Unwrap.NONE, false);
          default -> Use.grouped(new Grouping(Grouping.Kind.BY, List.of("le_vel", "b_level")), Unwrap.NONE, true);
        };
    Pipeline pipeline = Pipelines.of(expr.stages(), use);
    Labels stream = Labels.of("app", "web", "b", "of the stream");
    Line reused = new Line();
    for (int i = 0; i < 200; i++) {
      byte[] text = line(random, stages).getBytes(StandardCharsets.UTF_8);
      int from = random.nextInt(3);
      byte[] padded = new byte[from + text.length + random.nextInt(20)];
      System.arraycopy(text, 0, padded, from, text.length);

      assertThat(shown(pipeline, stream, reused, padded, from, from + text.length))
          .as("%s on %s", stages, new String(text, StandardCharsets.UTF_8))
          .isEqualTo(shown(pipeline, stream, new Line(), padded, from, from + text.length));
    }
  }

  private static String line(RandomGenerator random, String stages) {
    boolean json = stages.contains("json") && random.nextInt(8) > 0;
    List<String> pairs = new ArrayList<>();
    int most = random.nextInt(20) == 0 ? 90 : 7;
    for (int n = random.nextInt(most); n > 0; n--) {
      // Mostly in the same order, as lines have them.
      String key = random.nextInt(4) > 0 ? KEYS.get(pairs.size() % KEYS.size()) : KEYS.get(random.nextInt(KEYS.size()));
      key = most > 7 ? key + random.nextInt(200) : key;
      String value = VALUES.get(random.nextInt(random.nextInt(10) == 0 ? VALUES.size() : 8));
      pairs.add(json ? "\"" + key + "\":" + (random.nextInt(4) == 0 ? " " : "") + value : key + "=" + value);
    }
    String all = String.join(json ? "," : " ", pairs);
    return json ? "{" + all + (random.nextInt(20) > 0 ? "}" : "") : all;
  }

  private static String shown(Pipeline pipeline, Labels stream, Line line, byte[] text, int from, int to) {
    line.text(text, from, to);
    line.labels().begin(stream, Labels.of("meta", "m"));
    boolean kept = true;
    for (Stage stage : pipeline.stages()) {
      kept = kept && stage.apply(line);
    }
    return kept + " " + line.labels().all() + " " + new String(line.copy(), StandardCharsets.UTF_8);
  }
}
