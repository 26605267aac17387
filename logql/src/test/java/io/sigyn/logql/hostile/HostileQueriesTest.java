package io.sigyn.logql.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.MemorySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.BytesLimit;
import io.sigyn.model.Direction;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything ends: in an answer, or in an error that says what was too much. */
class HostileQueriesTest {
  private static final long SECOND = 1_000_000_000L;

  private static QueryContext context() {
    return new QueryContext(Clock.SYSTEM, 60 * SECOND, 500);
  }

  private static QueryResult run(String query, MemorySource source, QueryContext context) {
    boolean log = query.startsWith("{");
    QueryParams params =
        log
            ? new QueryParams(0, 1_000 * SECOND, 1, 0, 100, Direction.FORWARD)
            : new QueryParams(900 * SECOND, 900 * SECOND, 0, 0, 100, Direction.FORWARD, Set.of(Extension.VARIANTS));
    return Engine.run(Parser.parse(query), params, source, context);
  }

  private static MemorySource line(String line) {
    return new MemorySource(10).add(Labels.of("app", "x"), MemorySource.Entry.of(SECOND, line));
  }

  static List<String> deep() {
    int n = 20_000;
    return List.of(
        "(".repeat(n) + "1" + ")".repeat(n),
        "sum(".repeat(n) + "vector(1)" + ")".repeat(n),
        "1" + "+vector(1)".repeat(n / 2),
        "1" + "^vector(1)".repeat(n / 2),
        "{app=\"x\"} | " + "(".repeat(n) + "a=\"b\"" + ")".repeat(n),
        "{app=\"x\"} | a=\"b\"" + " or a=\"b\"".repeat(n / 2),
        "{app=\"x\"} | a=\"b\"" + " , a=\"b\"".repeat(n / 2),
        "{app=\"x\"}" + " |= \"a\"".repeat(n / 2),
        "{app=\"x\"} |= \"a\"" + " or \"a\"".repeat(n / 2),
        "{app=\"x\"}" + " | json".repeat(n / 2),
        "{app=\"x\"} | json" + " | drop a".repeat(n / 2),
        "{app=\"x\"} | json" + " | label_format a=b".repeat(n / 4),
        "{app=\"x\"} | json a=\"" + "a.".repeat(n) + "b\"",
        "{app=\"x\"} | json a=\"a" + "[0]".repeat(n) + "\"",
        "{app=\"x\"} | pattern `" + "<_> ".repeat(n / 2) + "<a>`",
        "{app=\"x\"} |> `" + "<_> ".repeat(n / 2) + "`",
        "variants(" + "rate({}[1h]),".repeat(n / 10) + "rate({}[1h])) of ({app=\"x\"}" + " | drop a".repeat(n / 10) + "[1h])",
        "{app=\"x\"} | line_format `{{" + "(".repeat(n) + ".a" + ")".repeat(n) + "}}`",
        "{app=\"x\"} | line_format `" + "{{if .a}}".repeat(n / 2) + "`",
        "{app=\"x\"} | line_format `" + "{{if .a}}".repeat(n / 3) + "{{end}}".repeat(n / 3) + "`",
        "{app=\"x\"} | line_format `{{.a" + ".b".repeat(n) + "}}`",
        "{app=\"x\"} | line_format `{{.a" + " | lower".repeat(n / 2) + "}}`");
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("deep")
  void deepAndLongQueriesAreAnsweredOrRefused(String query) {
    try {
      assertThat(run(query, line("{\"a\":\"b\"}"), context())).isNotNull();
    } catch (LokiException e) {
      assertThat(e.kind()).isIn(ErrorKind.BAD_REQUEST, ErrorKind.INTERNAL);
      assertThat(e.text()).isNotEmpty();
    }
  }

  static List<String> bombs() {
    return List.of(
        "{{repeat 2000000000 \"x\"}}",
        "{{repeat 100000 (repeat 100000 \"x\")}}",
        "{{indent 2000000000 \"x\"}}",
        "{{nindent 2000000000 \"x\"}}",
        "{{alignLeft 2000000000 \"x\"}}",
        "{{alignRight 2000000000 \"x\"}}",
        "{{printf \"%2000000000d\" 1}}",
        "{{range $i, $x := (fromJson .big)}}{{range 100000}}{{$i}}{{end}}{{end}}",
        "{{range 2000000000}}{{end}}",
        "{{range 2000000000}}x{{end}}",
        "{{define \"T\"}}x{{template \"T\"}}{{end}}{{template \"T\"}}",
        "{{define \"T\"}}{{template \"T\" .}}{{template \"T\" .}}{{end}}{{template \"T\" .}}",
        "{{$x := \"xxxxxxxx\"}}{{range 40}}{{$x = print $x $x}}{{end}}{{$x}}",
        "{{$x := \"xxxxxxxx\"}}{{range 40}}{{$x = Replace $x \"x\" \"xx\" -1}}{{end}}{{len $x}}",
        "{{regexReplaceAll \"(a*)*b\" (repeat 20000 \"a\") \"x\"}}",
        "{{fromJson (repeat 100000 \"[\")}}",
        "{{toDate \"2006\" (repeat 100000 \"9\")}}",
        "{{mulf 1e300 1e300 1e300}}",
        "{{round 1 2000000000}}",
        "{{trunc -2147483648 \"x\"}}{{substr -2147483648 2147483647 \"x\"}}");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bombs")
  void templatesThatWantTooMuchAreErrorsOfTheLine(String template) {
    String query = "{app=\"x\"} | json | line_format `" + template + "` | keep app";

    QueryResult.Streams result = (QueryResult.Streams) run(query, line("{\"big\":\"[1,2,3,4,5]\"}"), context());

    assertThat(result.streams()).hasSize(1);
    QueryResult.LogEntry entry = result.streams().get(0).entries().get(0);
    assertThat(entry.line().length).isLessThan(20 << 20);
  }

  @Test
  void refusesExpressionsOfAMegabyte() {
    assertThatThrownBy(() -> Parser.parse("{app=\"x\"} |~ `" + "ab|".repeat(350_000) + "`"))
        .hasMessage("parse error : input size too long (1050015 > 131072)");
  }

  @Test
  void linesWithVeryManyLabelsAreParsedInOnePass() {
    StringBuilder json = new StringBuilder("{");
    StringBuilder logfmt = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      json.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":1");
      logfmt.append('k').append(i).append("=1 ");
    }
    json.append('}');
    for (String query : List.of("{app=\"x\"} | %s | keep k7", "{app=\"x\"} | %s | k99999=\"1\" | label_format a=k1")) {
      assertLabels(query.formatted("json"), json.toString());
      assertLabels(query.formatted("logfmt"), logfmt.toString());
    }
  }

  private static void assertLabels(String query, String line) {
    QueryResult.Streams result = (QueryResult.Streams) run(query, line(line), context());
    assertThat(result.streams().get(0).entries().get(0).parsed().size()).as(query).isIn(1, 100_000);
  }

  @Test
  void nestedDocumentsOfAnyDepthAreRead() {
    String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    String arrays = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    for (String line : List.of(deep, arrays)) {
      for (String stage : List.of("json", "json x=\"a.a\"", "unpack", "line_format `{{fromJson __line__}}`")) {
        assertThat(run("{app=\"x\"} | " + stage, line(line), context())).isInstanceOf(QueryResult.Streams.class);
      }
    }
  }

  @Test
  void holdsNoMoreMemoryThanAllowed() {
    MemorySource source = new MemorySource(100);
    for (int i = 0; i < 20_000; i++) {
      source.add(Labels.of("app", "x"), MemorySource.Entry.of(SECOND + i, "id=" + i + " v=" + i));
    }
    for (String query :
        List.of(
            "sum(count_over_time({app=\"x\"} | logfmt | id!=\"\" [10h])) or count(count_over_time({app=\"x\"} | logfmt [1h]))",
            "max(max_over_time({app=\"x\"} | logfmt | unwrap v [1h]) by (id))",
            "quantile_over_time(0.5, {app=\"x\"} | logfmt | unwrap v [1h]) by (app)",
            "variants(" + "rate({}[1h]),".repeat(24) + "rate({}[1h])) of ({app=\"x\"}[1h])")) {
      assertThatThrownBy(
              () -> run(query, source, holding(200_000)))
          .as(query)
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
          .hasMessageStartingWith("the query needs too much memory (so far: 2")
          .hasMessageContaining(", limit: 200kB); consider");
    }
    QueryParams params = new QueryParams(0, 100 * SECOND, 1, 1, 100, Direction.FORWARD);
    assertThatThrownBy(
            () ->
                Engine.run(
                    Parser.parse("{app=\"x\"}"),
                    params,
                    source,
                    holding(20_000)))
        .hasMessageStartingWith("the query needs too much memory");
    assertThat(run("{app=\"x\"}", source, holding(200_000)))
        .isInstanceOf(QueryResult.Streams.class);
  }

  /** What counts or measurements of many windows take is more than their lines do, and in the end more than the answer. */
  @Test
  void countsTheMemoryOfWindows() {
    MemorySource source = new MemorySource(100);
    for (int i = 0; i < 20_000; i++) {
      source.add(Labels.of("app", "x" + i % 100), MemorySource.Entry.of(SECOND * (i / 20), "v=" + i));
    }
    QueryParams params = new QueryParams(SECOND, 1000 * SECOND, SECOND, 0, 100, Direction.FORWARD);
    for (String query :
        List.of(
            "count_over_time({app=~\".+\"}[1s])",
            "bytes_over_time({app=~\".+\"}[1s])",
            "sum by (app) (max_over_time({app=~\".+\"} | logfmt | unwrap v [100s]))")) {
      assertThatThrownBy(() -> Engine.run(Parser.parse(query), params, source, holding(500_000)))
          .as(query)
          .hasMessageStartingWith("the query needs too much memory");
      assertThat(Engine.run(Parser.parse(query), params, source, holding(5_000_000)))
          .as(query)
          .isInstanceOf(QueryResult.Matrix.class);
    }
  }

  /** A query over a long time is run in parts, and what one part has measured is gone when the next is read. */
  @Test
  void givesBackTheMemoryOfWhatWasMeasured() {
    MemorySource source = new MemorySource(100);
    for (int i = 0; i < 20_000; i++) {
      source.add(Labels.of("app", "x"), MemorySource.Entry.of(SECOND + i, "v=" + i));
    }
    QueryContext context = holding(1_000_000);
    for (int part = 0; part < 5; part++) {
      assertThat(run("max_over_time({app=\"x\"} | logfmt | unwrap v [1h])", source, context.part()))
          .isInstanceOf(QueryResult.Vector.class);
    }
  }

  private static QueryContext holding(long bytes) {
    return new QueryContext(Clock.SYSTEM, 60 * SECOND, 0, BytesLimit.NONE, bytes);
  }

  @Test
  void stopsInTheMiddleOfABlock() {
    MemorySource source = new MemorySource(100_000);
    for (int i = 0; i < 10_000; i++) {
      source.add(Labels.of("app", "x"), MemorySource.Entry.of(SECOND + i, "v=" + i));
    }
    for (String query :
        List.of(
            "{app=\"x\"} | logfmt | v=\"\"",
            "count_over_time({app=\"x\"} | logfmt | v=\"\" [1h])",
            "sum(sum_over_time({app=\"x\"} | logfmt | unwrap v [1h]))")) {
      long[] asked = {0};
      Clock clock =
          new Clock() {
            @Override
            public long epochNanos() {
              return 0;
            }

            @Override
            public long ticks() {
              return ++asked[0];
            }
          };

      assertThatThrownBy(() -> run(query, source, new QueryContext(clock, 20, 0)))
          .as(query)
          .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT));
    }
  }
}
