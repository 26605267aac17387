package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.source.LineSink;
import io.sigyn.model.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StagesTest {
  private static final Labels FILE = Labels.of("filename", "/pods/shop_cart-1_u1/web/0.log");

  private static Run run(String yaml) {
    return new Run(yaml, FILE, AgentBlock.DEFAULT);
  }

  @Test
  void labelsComeOutOfTheFileName() {
    Run run =
        run(
                """
                - regex:
                    source: filename
                    expression: '/(?P<namespace>[^/_]+)_(?P<pod>[^/_]+)_[^/]+/(?P<container>[^/]+)/[^/]+$'
                - labels: {namespace: , pod: , container: }
                - labeldrop: [filename]
                """)
            .feed("one", "two");
    assertThat(run.out).hasSize(2);
    assertThat(run.out.getLast().labels())
        .isEqualTo(Labels.of("container", "web", "namespace", "shop", "pod", "cart-1"));
    assertThat(run.out.getLast().labels()).as("equal labels are one object").isSameAs(run.out.getFirst().labels());
  }

  @Test
  void regexTakesNamedGroupsOfTheFirstMatchInTheLine() {
    Run run = run("- regex: {expression: 'level=(?P<level>\\w+)(?: (?P<rest>x))?'}\n- labels: {level: , rest: }");
    run.feed("t level=warn level=info", "nothing here", "level=error x");
    assertThat(run.out).extracting(o -> o.labels().get("level")).containsExactly("warn", "", "error");
    assertThat(run.out.getLast().labels().get("rest")).isEqualTo("x");
  }

  @Test
  void jsonTakesPathsAndKeepsDigits() {
    Run run =
        run(
                """
                - json:
                    expressions: {a: , deep: b.c, 'el': 'd[1]', last: 'd[-1]', dashed: '"k8s.pod-name"', big: n, obj: o, none: zz}
                - labels: {a: , deep: , el: , last: , dashed: , big: , obj: , none: }
                """)
            .feed(
                "{\"a\":true,\"b\":{\"c\":\"x\"},\"d\":[1,2,3],\"k8s.pod-name\":\"p\",\"n\":9007199254740993,"
                    + "\"o\":{\"z\":1,\"a\":[null,\"q\"]}}",
                "no json",
                "[1]",
                "{\"a\":1} trailing");
    assertThat(run.out).hasSize(4);
    Labels labels = run.out.getFirst().labels();
    assertThat(labels.get("a")).isEqualTo("true");
    assertThat(labels.get("deep")).isEqualTo("x");
    assertThat(labels.get("el")).isEqualTo("2");
    assertThat(labels.get("last")).isEqualTo("3");
    assertThat(labels.get("dashed")).isEqualTo("p");
    assertThat(labels.get("big")).isEqualTo("9007199254740993");
    assertThat(labels.get("obj")).isEqualTo("{\"a\":[null,\"q\"],\"z\":1}");
    assertThat(labels.has("none")).isFalse();
    assertThat(run.out.subList(1, 4)).allMatch(o -> o.labels().equals(FILE));
    assertThat(run.counters.errors()).containsEntry("json", 3L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "length(items) | 3",
        "items[?n > `1`].name | [\"b\",\"c\"]",
        "items[*].n | [1,2,9007199254740993]",
        "items[-1].n | 9007199254740993",
        "(items[?name == 'b'])[0].n | 2",
        "max_by(items, &n).name | c",
        "join('-', items[].name) | a-b-c",
        "{x: flag, y: items[0].name} | {\"x\":true,\"y\":\"a\"}",
        "missing || flag | true",
        "keys(deep) | [\"a b\",\"z\"]",
        "deep.\"a b\" | 1.50",
        "to_string(deep) | {\"a b\":1.50,\"z\":null}",
        "sum(flag) | ",
        "nothing.at.all | ",
      })
  void jsonKnowsAllOfJmesPath(String expression, String expected) {
    Run run =
        run("- json: {expressions: {x: '" + expression.replace("'", "''") + "'}}\n- output: {source: x}")
            .feed(
                "{\"items\":[{\"n\":1,\"name\":\"a\"},{\"n\":2,\"name\":\"b\"},{\"n\":9007199254740993,\"name\":\"c\"}],"
                    + "\"flag\":true,\"deep\":{\"a b\":1.50,\"z\":null}}");
    String line = run.only().line();
    assertThat(expected == null ? "unchanged" : line).isEqualTo(expected == null ? "unchanged" : expected);
    assertThat(line.startsWith("{\"items\"")).isEqualTo(expected == null);
  }

  @Test
  void malformedJsonIsDroppedAndCountedWhenAskedFor() {
    Run run = run("- json: {expressions: {a: }, drop_malformed: true}").feed("x", "{\"a\":1}");
    assertThat(run.lines()).containsExactly("{\"a\":1}");
    assertThat(run.counters.dropped()).containsEntry("json_malformed", 1L);
  }

  @Test
  void logfmtTakesFields() {
    Run run =
        run("- logfmt: {mapping: {lvl: level, msg: , flag: }}\n- labels: {lvl: , msg: , flag: }")
            .feed("ts=1 level=warn msg=\"a \\\"b\\\" c\" flag other=", "level=info msg=\"broken");
    assertThat(run.out.getFirst().labels().get("msg")).isEqualTo("a \"b\" c");
    assertThat(run.out.getFirst().labels().get("lvl")).isEqualTo("warn");
    assertThat(run.out.getLast().labels().get("lvl")).as("what stands before an error counts").isEqualTo("info");
  }

  @Test
  void logfmtKnowsEscapesAndCharactersOfEveryLength() {
    Run run =
        run("- logfmt: {mapping: {a: , u: ü, b: }}\n- labels: {a: , u: , b: }")
            .feed(
                "x=\"\\n\" a=\"\\u00e4\\t€\\\\\\\"\" b=é😀",
                "a=\"\\ud83d\\ude00ü\" ü=1 b==2",
                "b=1 a=\"\\u12",
                "b=1 a=\"\\uzzzz\" b=2",
                "b=1 a=\"x\\",
                "b=\"\" a= ü=\"q\"b=3");
    assertThat(run.out.stream().map(out -> out.labels().toString().replaceAll(", filename=\"[^\"]*\"", "")).toList())
        .containsExactly(
            "{a=\"ä\\t€\\\\\\\"\", b=\"é😀\"}",
            "{a=\"😀ü\", b=\"=2\", u=\"1\"}",
            "{b=\"1\"}",
            "{b=\"1\"}",
            "{b=\"1\"}",
            "{b=\"3\", u=\"q\"}");
  }

  /** What a stage before extracted is what the line held then, whatever becomes of the line. */
  @Test
  void extractedTextDoesNotFollowTheLine() {
    Run run =
        run(
                """
                - cri: {}
                - logfmt: {mapping: {a: , b: }}
                - logfmt: {mapping: {c: d}, source: b}
                - output: {source: a}
                - labels: {time: , flags: , content: , b: , c: }
                """)
            .feed("2026-01-01T00:00:00Z stderr F:t a=1 b=\"d=\\\"5 6\\\"\"");
    assertThat(run.out.getFirst().line()).isEqualTo("1");
    assertThat(run.out.getFirst().labels().toMap())
        .containsEntry("time", "2026-01-01T00:00:00Z")
        .containsEntry("flags", "F:t")
        .containsEntry("content", "a=1 b=\"d=\\\"5 6\\\"\"")
        .containsEntry("b", "d=\"5 6\"")
        .containsEntry("c", "5 6");
  }

  @Test
  void outputStaticLabelsMetadataAndTenant() {
    Run run =
        run(
                """
                - json: {expressions: {m: msg, u: user, team: team}}
                - static_labels: {env: prod, empty: ''}
                - structured_metadata: {user: u, env: }
                - tenant: {source: team}
                - output: {source: m}
                """)
            .feed("{\"msg\":\"hi\",\"user\":\"joe\",\"team\":\"red\"}", "{\"other\":1}");
    Run.Out first = run.out.getFirst();
    assertThat(first.line()).isEqualTo("hi");
    assertThat(first.labels()).isEqualTo(FILE);
    assertThat(first.metadata()).isEqualTo(Labels.of("env", "prod", "user", "joe"));
    assertThat(first.tenant()).isEqualTo("red");
    assertThat(run.out.getLast().line()).as("no value, no change").isEqualTo("{\"other\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- drop: {expression: 'de.ug'} | debug;info | info",
        "- drop: {value: debug} | debug;debug2 | debug2",
        "- drop: {longer_than: 4b} | 1234;12345 | 1234",
        "- drop: {longer_than: 4b, expression: x} | 12345;x2345 | 12345",
      })
  void dropsWhatMeetsEveryCondition(String yaml, String given, String left) {
    assertThat(run(yaml).feed(given.split(";")).lines()).containsExactly(left);
  }

  @Test
  void dropBySourceNeedsAllOfThemAndNullIsNone() {
    String yaml = "- json: {expressions: {a: , b: }}\n- drop: {source: [a, b], value: 1;2}";
    Run run = run(yaml).feed("{\"a\":1,\"b\":2}", "{\"a\":1}", "{\"a\":1,\"b\":null}");
    assertThat(run.lines()).containsExactly("{\"a\":1}", "{\"a\":1,\"b\":null}");
    assertThat(run.counters.dropped()).containsEntry("drop_stage", 1L);
    Run presence = run("- json: {expressions: {level: }}\n- drop: {source: level}").feed("{\"level\":\"x\"}", "{}");
    assertThat(presence.lines()).containsExactly("{}");
  }

  @Test
  void dropsWhatIsTooOld() {
    Run run =
        run(
                """
                - regex: {expression: '^(?P<t>\\d+)'}
                - timestamp: {source: t, format: Unix}
                - drop: {older_than: 1h, drop_counter_reason: old}
                """)
            .feed("1699999000 young", "1699990000 old");
    assertThat(run.lines()).containsExactly("1699999000 young");
    assertThat(run.counters.dropped()).containsEntry("old", 1L);
  }

  @Test
  void aDayIsADurationToo() {
    Run run =
        run("- regex: {expression: '^(?P<t>\\d+)'}\n- timestamp: {source: t, format: Unix}\n- drop: {older_than: 1d}")
            .feed("1699920000 22 hours", "1699910000 25 hours");
    assertThat(run.lines()).containsExactly("1699920000 22 hours");
  }

  @Test
  void matchRunsStagesOnlyForWhatItSelects() {
    Run run =
        new Run(
                """
                - regex: {expression: '^(?P<app>\\w+) (?P<msg>.*)$'}
                - labels: {app: }
                - match:
                    selector: '{app=~"cart|pay", filename!=""} |= "keep" !~ "dr.p"'
                    stages:
                      - output: {source: msg}
                - match: {selector: '{app="noise"}', action: drop, drop_counter_reason: noise}
                """)
            .feed("cart keep this", "cart keep drop", "other keep this", "noise x");
    assertThat(run.lines()).containsExactly("keep this", "cart keep drop", "other keep this");
    assertThat(run.counters.dropped()).containsEntry("noise", 1L);
  }

  @Test
  void partsAreJoinedInsideAMatch() {
    Run run =
        new Run("- match:\n    selector: '{filename=~\".+\"}'\n    stages:\n      - cri: {}\n- static_labels: {a: b}")
            .feed("2024-05-01T09:00:00Z stdout P one ");
    assertThat(run.heldFrom()).isEqualTo(1);
    run.flush();
    assertThat(run.only().line()).isEqualTo("one ");
    assertThat(run.only().labels().get("a")).as("flushed entries take the later stages too").isEqualTo("b");
  }

  @Test
  void multilineJoinsBlocksAndHoldsTheOpenOne() {
    Run run = new Run("- multiline: {firstline: '^\\S', max_lines: 3}");
    run.feed(" before any start", "first", " a", " b", " c", "second");
    assertThat(run.lines()).containsExactly(" before any start", "first\n a\n b", " c");
    assertThat(run.out.get(2).timestamp()).as("the rest has the time of the block").isEqualTo(run.out.get(1).timestamp());
    assertThat(run.heldFrom()).isEqualTo(6);
    run.flush();
    assertThat(run.lines().getLast()).isEqualTo("second");
    assertThat(run.out.getLast().timestamp()).isEqualTo(Run.READ_TIME + 600);
    assertThat(run.heldFrom()).isEqualTo(LineSink.NOTHING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{source: t, format: RFC3339} | 2023-11-14T22:00:00+08:00 | 1699970400000000000",
        "{source: t, format: UnixMs} | 1699970400123 | 1699970400123000000",
        "{source: t, format: Unix} | 1699970400.5 | 1699970400500000000",
        "{source: t, format: UnixNs} | 1699970400000000001 | 1699970400000000001",
        "{source: t, format: '2006-01-02T15:04', location: Asia/Shanghai} | 2023-11-14T22:00 | 1699970400000000000",
        "{source: t, format: ANSIC, location: Asia/Shanghai} | Tue Nov 14 22:00:00 2023 | 1699970400000000000",
        "{source: t, format: RFC3339, location: Asia/Shanghai} | 2023-11-14T14:00:00Z | 1699970400000000000",
        "{source: t, format: RFC3339, fallback_formats: [UnixUs]} | 1699970400000001 | 1699970400000001000",
      })
  void timestampsAreReadInTheirFormat(String options, String text, long expected) {
    Run run = run("- regex: {expression: '^(?P<t>.+?) x$'}\n- timestamp: " + options).feed(text + " x");
    assertThat(run.only().timestamp()).isEqualTo(expected);
  }

  @Test
  void anUnreadableTimeIsOneNanosecondAfterTheLastGoodOne() {
    String regex = "- regex: {expression: '^(?P<t>\\S+)'}\n";
    Run fudge = run(regex + "- timestamp: {source: t, format: Unix}").feed("x", "1699970400", "x", "1699970400000", "y");
    assertThat(fudge.out)
        .extracting(Run.Out::timestamp)
        .containsExactly(
            Run.READ_TIME + 100, 1699970400000000000L, 1699970400000000001L, 1699970400000000002L,
            1699970400000000003L);
    Run skip =
        run(regex + "- timestamp: {source: t, format: Unix, action_on_failure: skip}").feed("1699970400", "x");
    assertThat(skip.out.getLast().timestamp()).isEqualTo(Run.READ_TIME + 200);
  }

  @ParameterizedTest
  @CsvSource({
    "RFC3339, 0000-01-01T00:00:00Z", "RFC3339, 1969-12-31T23:59:59Z", "RFC3339, 9999-12-31T23:59:59Z", "Unix, -1",
    "Unix, 99999999999999999999", "UnixNs, 9223372036854775807", "Unix, 1699970400123", "UnixMs, NaN",
  })
  void aTimeThatCannotBeIsRepairedForThatEntryAlone(String format, String text) {
    Run run = run("- regex: {expression: '^(?P<t>\\S+)'}\n- timestamp: {source: t, format: " + format + "}").feed(text, "x");
    assertThat(run.out).extracting(Run.Out::timestamp).containsExactly(Run.READ_TIME + 100, Run.READ_TIME + 200);
    assertThat(run.counters.errors()).containsEntry("timestamp", 2L);
  }

  @Test
  void localTimeTakenForUtcIsNoticedAndCorrectedByALocation() {
    String parse = "- regex: {expression: '^(?P<t>\\S+ \\S+)'}\n- timestamp: {source: t, format: '2006-01-02 15:04:05'";
    // Run.READ_TIME is 2023-11-14T22:13:20Z: in Shanghai it is the next morning.
    Run wrong = run(parse + "}");
    Run right = run(parse + ", location: Asia/Shanghai}");
    for (int second = 0; second < 25; second++) {
      String line = "2023-11-15 06:13:%02d hello".formatted(second);
      wrong.feed(line);
      right.feed(line);
    }
    assertThat(wrong.counters.errors()).containsEntry("timestamp_zone", 1L);
    assertThat(wrong.out.getFirst().timestamp()).as("UTC, as in promtail").isEqualTo(1_700_028_780_000_000_000L);
    assertThat(right.counters.errors()).isEmpty();
    assertThat(right.out.getFirst().timestamp()).isEqualTo(1_699_999_980_000_000_000L);
  }
}
