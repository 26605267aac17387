package io.sigyn.logql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.MemorySource.Entry;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Vector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code variants}: the lines, windows, labels and refusals that are theirs alone. */
class VariantsTest {
  private static final long SECOND = 1_000_000_000L;

  private final MemorySource source = new MemorySource(3);
  private final QueryContext context = new QueryContext(Clock.SYSTEM, 60 * SECOND, 3);

  private VariantsTest add(String app, long second, String line, String... metadata) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    source.add(Labels.of("app", app), new Entry(second * SECOND, bytes, Labels.of(metadata)));
    return this;
  }

  /** Lines of gate at 1 s, 2 s, ..., 10 s. */
  private VariantsTest ticks() {
    for (int i = 1; i <= 10; i++) {
      add("gate", i, "n=" + i);
    }
    return this;
  }

  private String at(long second, String query, Extension... extensions) {
    Set<Extension> allowed = EnumSet.of(Extension.VARIANTS);
    allowed.addAll(Arrays.asList(extensions));
    QueryParams params =
        new QueryParams(second * SECOND, second * SECOND, 0, 0, 100, Direction.BACKWARD, allowed);
    Vector vector = (Vector) Engine.run(Parser.parse(query), params, source, context);
    return vector.samples().stream().map(VariantsTest::show).collect(Collectors.joining(" "));
  }

  private static String show(Sample sample) {
    return sample.labels() + "=" + sample.value();
  }

  @Test
  void takeTheLinesOfTheCommonSelectorAndNotTheirOwn() {
    add("crane", 10, "c").add("gate", 9, "g").add("gate", 10, "gg");

    String own = "count_over_time({app=\"crane\"}[5s]), bytes_over_time({}[5s])";
    assertThat(at(10, "variants(" + own + ") of ({app=\"gate\"}[5s])"))
        .isEqualTo("{__variant__=\"0\", app=\"gate\"}=2.0 {__variant__=\"1\", app=\"gate\"}=3.0");
  }

  @Test
  void haveMetadataTwice() {
    add("gate", 10, "g", "pod", "p");

    assertThat(at(10, "variants(count_over_time({app=\"x\"}[5s])) of ({app=\"gate\"}[5s])"))
        .isEqualTo("{__variant__=\"0\", app=\"gate\", pod=\"p\", pod_extracted=\"p\"}=1.0");
    assertThat(at(10, "variants(sum by (pod_extracted) (count_over_time({app=\"x\"}[5s]))) of ({app=\"gate\"}[5s])"))
        .isEqualTo("{__variant__=\"0\", pod_extracted=\"p\"}=1.0");
  }

  @Test
  void measureWhatTheCommonStagesMade() {
    ticks();

    String own = "sum_over_time({a=\"b\"} | unwrap n [5s]), max(max_over_time({a=\"b\"} | unwrap n [2s]))";
    assertThat(at(10, "variants(" + own + ") of ({app=\"gate\"} | logfmt | n != \"9\" [5s])"))
        .isEqualTo("{__variant__=\"0\", app=\"gate\"}=31.0 {__variant__=\"1\"}=10.0");
  }

  @Test
  void runTheirOwnStagesBelowAnAggregationOnly() {
    ticks();

    String own = "count_over_time({a=\"b\"} |= \"1\" | logfmt | n = \"10\" [5s])";
    assertThat(at(10, "variants(" + own + ", count(" + own + "), sum by (n) (" + own + ")) of ({app=\"gate\"}[5s])"))
        .isEqualTo(
            "{__variant__=\"0\", app=\"gate\"}=5.0 {__variant__=\"1\"}=1.0 {__variant__=\"2\", n=\"10\"}=1.0");
  }

  @Test
  void seeOfTheirWindowWhatTheCommonOneHas() {
    ticks();

    String counts =
        "variants(count_over_time({}[2s]), count_over_time({}[1h]), rate({}[10s]), count_over_time({}[3s] offset 2s),"
            + " count_over_time({}[3s] offset -2s)) of ({app=\"gate\"}[4s])";
    // The common window starts at 6 s, whose line is in for those whose own window started before.
    assertThat(at(10, counts))
        .isEqualTo(
            "{__variant__=\"0\", app=\"gate\"}=2.0 {__variant__=\"1\", app=\"gate\"}=5.0"
                + " {__variant__=\"2\", app=\"gate\"}=0.5 {__variant__=\"3\", app=\"gate\"}=3.0 {__variant__=\"4\", app=\"gate\"}=1.0");
    assertThat(at(10, "variants(count_over_time({}[1s])) of ({app=\"gate\"}[4s] offset 5s)")).isEmpty();
  }

  @Test
  void areToldApartInEveryGroup() {
    add("a", 10, "1").add("a", 10, "2").add("b", 10, "3");

    String count = "count_over_time({}[5s])";
    assertThat(
            at(
                10,
                "variants(sum(C), sum by (app) (C), max without (app) (C), topk(1, C), approx_topk(1, C))"
                    .concat(" of ({app=~\".+\"}[5s])")
                    .replace("C", count),
                Extension.APPROX_TOPK))
        .isEqualTo(
            "{__variant__=\"0\"}=3.0 {__variant__=\"1\", app=\"a\"}=2.0 {__variant__=\"1\", app=\"b\"}=1.0"
                + " {__variant__=\"2\"}=2.0 {__variant__=\"3\", app=\"a\"}=2.0 {__variant__=\"4\", app=\"a\"}=2.0");
  }

  @Test
  void averageInGroupsWhatWasMeasured() {
    add("a", 9, "n=1").add("a", 10, "n=3").add("a", 10, "none");

    assertThat(at(10, "variants(avg_over_time({}| unwrap n [5s]) by (app)) of ({app=\"a\"} | logfmt [5s])"))
        .isEqualTo("{__variant__=\"0\", app=\"a\"}=2.0");
  }

  @Test
  void tellWhatIsAbsent() {
    ticks();

    assertThat(at(10, "variants(absent_over_time({app=\"x\"}[1s])) of ({app=\"gate\"} |= \"none\" [5s])"))
        .isEqualTo("{__variant__=\"0\", app=\"x\"}=1.0");
    assertThat(at(10, "variants(absent_over_time({app=\"x\"}[1s])) of ({app=\"gate\"}[5s])")).isEmpty();
  }

  @Test
  void answerEveryStep() {
    ticks();
    QueryParams params =
        new QueryParams(2 * SECOND, 6 * SECOND, 2 * SECOND, 0, 0, Direction.FORWARD, Set.of(Extension.VARIANTS));
    String query = "variants(count_over_time({}[1s]), sum(count_over_time({}[3s]))) of ({app=\"gate\"}[2s])";

    Matrix matrix = (Matrix) Engine.run(Parser.parse(query), params, source, context);
    assertThat(matrix.series().stream().map(s -> s.labels() + Arrays.toString(s.values())))
        .containsExactly("{__variant__=\"0\", app=\"gate\"}[1.0, 1.0, 1.0]", "{__variant__=\"1\"}[2.0, 3.0, 3.0]");
  }

  @Test
  void failOverErrorsThatAreLeftAmongTheLabels() {
    add("gate", 10, "no json");

    String of = " of ({app=\"gate\"} | json [5s])";
    assertThatThrownBy(() -> at(10, "variants(count_over_time({}[5s]))" + of))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessageStartingWith("pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\", ")
        .hasMessageContaining(", __variant__=\"0\", app=\"gate\"}'");
    assertThat(at(10, "variants(sum(count_over_time({}[5s])))" + of)).isEqualTo("{__variant__=\"0\"}=1.0");
    assertThatThrownBy(() -> at(10, "variants(sum by (__error__) (count_over_time({}[5s])))" + of))
        .hasMessageStartingWith("pipeline error: ");
  }

  @Test
  void failOverSuchErrorsWhateverOthersTheQueryAskedFor() {
    add("gate", 8, "{\"a\":\"b\"}").add("gate", 9, "no json");

    // The second line has its error from the common stages; the first gets such a one from the variant, which asks for it.
    String own = "{} | line_format `{{ if .__error__ }}{}{{ else }}x{{ end }}` | json a=\"a\" ";
    String query = "variants(sum by (__error__) (count_over_time(" + own + "[9s]))) of ({app=\"gate\"} | json [9s])";
    assertThat(at(8, query)).isEqualTo("{__error__=\"JSONParserErr\", __variant__=\"0\"}=1.0");
    assertThatThrownBy(() -> at(9, query)).hasMessageStartingWith("pipeline error: 'JSONParserErr' ");
  }

  @Test
  void areReadOnce() {
    ticks();
    int[] selects = {0};
    EntrySource counting =
        (selection, stats) -> {
          selects[0]++;
          return source.select(selection, stats);
        };
    QueryParams params =
        new QueryParams(10 * SECOND, 10 * SECOND, 0, 0, 0, Direction.FORWARD, Set.of(Extension.VARIANTS));
    String query =
        "variants(count_over_time({}[5s]), sum(count_over_time({}|logfmt[2s])), sum_over_time({}|unwrap n[5s]))"
            + " of ({app=\"gate\"}|logfmt[5s])";

    assertThat(((Vector) Engine.run(Parser.parse(query), params, counting, context)).samples()).hasSizeGreaterThan(2);
    assertThat(selects[0]).isEqualTo(1);
    assertThat(context.stats().postFilterLines).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          C, 1                          | expected 1 extractor for variant 1, got 0
          C, sum(vector(1))             | expected 1 extractor for variant 1, got 0
          2 * C                         | expected 1 extractor for variant 0, got 0
          max(max(C)), 1                | expected 1 extractor for variant 1, got 0
          max(max(C))                   | expected range aggregation expression but got *syntax.VectorAggregationExpr
          sum(C * 2)                    | expected range aggregation expression but got *syntax.BinOpExpr
          label_replace(C,"a","b","c","d") | expected range aggregation expression but got *syntax.LabelReplaceExpr
          """)
  void refuseWhatIsNoAggregationOfLines(String variants, String text) {
    String query = "variants(" + variants.replace("C", "count_over_time({a=\"b\"}[5s])") + ") of ({app=\"gate\"}[5s])";

    assertThatThrownBy(() -> at(10, query))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL))
        .hasMessage(text);
  }

  @Test
  void areRefusedWhereNobodyAllowedThem() {
    QueryParams params = new QueryParams(SECOND, SECOND, 0, 0, 0, Direction.FORWARD);

    assertThatThrownBy(
            () -> Engine.run(Parser.parse("variants(1) of ({app=\"gate\"}[5s])"), params, source, context))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessage("multi variant queries are disabled for this instance");
  }

  @Test
  void standAtTheTopOfAQueryOnly() {
    String variants = "variants(count_over_time({}[5s])) of ({app=\"gate\"}[5s])";
    for (String around : List.of("sum(V)", "(V)", "vector(1) + V", "variants(V) of ({app=\"gate\"}[5s])")) {
      assertThatThrownBy(() -> Parser.parse(around.replace("V", variants)))
          .as(around)
          .hasMessageEndingWith("syntax error: unexpected variants");
    }
    assertThatThrownBy(() -> Parser.parse(variants + " > 1")).hasMessageContaining("syntax error: unexpected >");
  }
}
