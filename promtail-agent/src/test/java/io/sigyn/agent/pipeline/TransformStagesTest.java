package io.sigyn.agent.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stages that make other lines or values, and those that let only some entries pass. */
final class TransformStagesTest {
  private static final String PARTS = "- regex: {expression: '^(?P<a>\\w+) (?P<b>\\w*)'}\n";

  private static String template(String text, String line) {
    return new Run(
            PARTS + "- template: {source: out, template: '" + text.replace("'", "''") + "'}\n- output: {source: out}",
            Labels.of("filename", "/f.log", "app", "shop"),
            AgentBlock.DEFAULT)
        .feed(line)
        .only()
        .line();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{{ .a }}-{{ .app }}-{{ .Entry }} ~ hi-shop-hi there you",
        "{{ .missing }} ~ <no value>",
        "{{ ToUpper .a }}{{ .b | Replace \"e\" \"3\" 1 }} ~ error",
        "{{ Replace .b \"e\" \"3\" 1 }} ~ th3re",
        "{{ if eq .a \"hi\" }}yes{{ else }}no{{ end }} ~ yes",
        "{{ range $i, $c := splitList \"e\" .b }}{{ $i }}={{ $c }};{{ end }} ~ 0=th;1=r;2=;",
        "{{ trunc 3 .b | quote }} ~ \"the\"",
        "{{ default \"none\" .missing }} ~ none",
        "{{ coalesce .missing \"\" .b }} ~ there",
        "{{ ternary \"t\" \"f\" (contains \"her\" .b) }} ~ t",
        "{{ Hash \"salt\" \"x\" }} ~ 3d2d4be7ae1cad3a5aa9d3d5cb5d8b60d4ba2a1f7d1ad5d4c0b3c1f4fe8b8d47",
        "{{ regexReplaceAll \"(t)h\" .b \"${1}-\" }} ~ t-ere",
        "{{ regexFind \"[a-z]e\" .b }} {{ regexMatch \"^t\" .b }} ~ he true",
        "{{ join \",\" (regexFindAll \"e\" .b -1) }} ~ e,e",
        "{{ join \",\" (regexSplit \"e\" .b -1) }} ~ th,r,",
        "{{ add 1 \"2\" 3 }} {{ mod 7 4 }} {{ add1 4 }} ~ 6 3 5",
        "{{ dateInZone \"2006-01-02 15:04\" 1700000000 \"Asia/Shanghai\" }} ~ 2023-11-15 06:13",
        "{{ duration 95 }} ~ 1m35s",
        "{{ base \"/a/b.log\" }} {{ dir \"/a/b.log\" }} {{ ext \"/a/b.log\" }} ~ b.log /a .log",
        "{{ $d := dict \"k\" \"v\" }}{{ get $d \"k\" }}{{ hasKey $d \"x\" }}{{ toJson $d }} ~ vfalse{\"k\":\"v\"}",
        "{{ (urlParse \"http://h:1/p?q=1\").host }} ~ h:1",
        "{{ b64enc .a }} {{ sha1sum .a }} ~ aGk= c22b5f9178342609428d6f51b2c5af4c0bde6a42",
        "{{ env \"PATH\" }}. ~ .",
        "{{ cat .a nil .b }}{{ nospace \" a b\" }} ~ hi thereab",
      })
  void templatesSeeValuesTheLineAndTheirFunctions(String text, String expected) {
    if (expected.equals("error")) {
      // A failing template changes nothing: the line stays.
      assertThat(template(text, "hi there you")).isEqualTo("hi there you");
    } else if (text.contains("Hash \"salt\"")) {
      assertThat(template(text, "hi there you")).hasSize(64).isNotEqualTo(template("{{ Sha2Hash \"salt\" \"x\" }}", "hi there you"));
    } else {
      assertThat(template(text, "hi there you")).isEqualTo(expected);
    }
  }

  @Test
  void anEmptyTemplateRemovesItsValueAndABrokenOneIsFoundAtLoad() {
    Run run =
        new Run("- template: {source: app, template: ''}\n- labels: {kept: app}", Labels.of("app", "x"), AgentBlock.DEFAULT);
    assertThat(run.feed("l").only().labels()).isEqualTo(Labels.of("app", "x"));
    assertThatThrownBy(() -> new Run("- template: {source: a, template: '{{ .x'}"))
        .hasMessageContaining("pipeline_stages[0].template: template: pipeline_template:1: unclosed action");
    assertThatThrownBy(() -> new Run("- template: {source: a, template: '{{ getHostByName \"x\" }}'}"))
        .hasMessageContaining("function \"getHostByName\" not defined");
    assertThatThrownBy(() -> new Run("- template: {template: x}")).hasMessageContaining("source is missing");
    assertThatThrownBy(() -> new Run("- replace: {expression: '(x)', replace: '{{ .Value'}"))
        .hasMessageContaining("pipeline_stages[0].replace: template:");
  }

  @Test
  void templatesReadOnlyTheVariablesTheyMay() {
    String name = System.getenv().keySet().stream().filter(key -> !System.getenv(key).isEmpty()).findFirst().orElseThrow();
    AgentBlock d = AgentBlock.DEFAULT;
    AgentBlock allowed =
        new AgentBlock(
            d.tail(), d.discovery(), d.buffer(), d.send(), d.refused(), d.shutdown(), d.symlinks(), d.metrics(),
            List.of(name), d.compat());
    Run run =
        new Run("- template: {source: o, template: '{{ env \"" + name + "\" }}'}\n- output: {source: o}", Labels.EMPTY, allowed);
    assertThat(run.feed("l").only().line()).isEqualTo(System.getenv(name));
  }

  @Test
  void replaceChangesOnlyWhatGroupsCaptured() {
    Run run = new Run("- replace: {expression: 'password=(?P<pw>\\S+)', replace: '****'}\n- labels: {pw: }");
    run.feed("a password=secret b password=hush", "nothing");
    assertThat(run.lines()).containsExactly("a password=**** b password=****", "nothing");
    assertThat(run.out.getFirst().labels().get("pw")).isEqualTo("****");
    assertThat(new Run("- replace: {expression: 'x', replace: 'y'}").feed("axb").only().line())
        .as("without a group nothing changes").isEqualTo("axb");
    assertThat(new Run("- replace: {expression: '(a(b)c)', replace: '[{{ .Value }}]'}").feed("xabcx").only().line())
        .as("of groups inside each other the outer one").isEqualTo("x[abc]x");
    assertThat(new Run("- replace: {expression: '(\\d+)\\.(\\d+)', replace: '{{ if gt (len .Value) 1 }}{{ .Value | ToUpper }}{{ end }}'}")
            .feed("v 12.3 4.56").only().line())
        .isEqualTo("v 12. .56");
    Run source =
        new Run(PARTS + "- replace: {expression: '(.*)', source: a, replace: '{{ .Value | ToUpper }}{{ .b }}'}\n- labels: {a: }");
    assertThat(source.feed("hi there").only().labels().get("a")).isEqualTo("HIthere");
    assertThat(source.only().line()).isEqualTo("hi there");
  }

  @Test
  void packPutsLabelsAndLineIntoOneObject() {
    Run run =
        new Run(
            PARTS + "- static_labels: {later: x}\n- pack: {labels: [pod, a, nothing, later, container]}",
            Labels.of("pod", "p-1", "container", "c", "stays", "s"),
            AgentBlock.DEFAULT);
    Run.Out out = run.feed("hi \"there\" <b>").only();
    assertThat(out.line())
        .isEqualTo("{\"a\":\"hi\",\"container\":\"c\",\"later\":\"x\",\"pod\":\"p-1\",\"_entry\":\"hi \\\"there\\\" \\u003cb\\u003e\"}");
    assertThat(out.labels()).isEqualTo(Labels.of("stays", "s"));
    String timed = "- timestamp: {source: a, format: UnixMs}\n- pack: {labels: [a], ingest_timestamp: ";
    assertThat(new Run(PARTS + timed + "false}").feed("1600000000000 x").only().timestamp())
        .isEqualTo(1_600_000_000_000_000_000L);
    assertThat(new Run(PARTS + timed + "true}").feed("1600000000000 x").only().timestamp()).isEqualTo(Run.READ_TIME + 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "\033[31mred\033[0m plain|red plain",
        "\033[1;38;5;196mbold\033[m|bold",
        "\033]0;title\007text|text",
        "\033]8;;http://x\033\\link\033]8;;\033\\|link",
        "\033(Bascii\033=|ascii",
        "\033[2Kcleared\033[1A|cleared",
        "no colours|no colours",
        "broken \033[31|broken ",
        "open \033]0;never ends|open 0;never ends",
        "ümlaut \u009b1mx|ümlaut x",
      })
  void decolorizeRemovesEscapeSequences(String given, String expected) {
    assertThat(new Run("- decolorize: {}").feed(given).only().line()).isEqualTo(expected);
  }

  @Test
  void samplingLetsAShareThrough() {
    Run run = new Run("- sampling: {rate: 0.25}");
    for (int i = 0; i < 4000; i++) {
      run.feed("line");
    }
    assertThat(run.out).as("4000 lines, a quarter, more than eight deviations").hasSizeBetween(780, 1220);
    assertThat(run.counters.dropped().get("sampling_stage")).isEqualTo(4000L - run.out.size());
    assertThat(new Run("- sampling: {rate: 0}").feed("a", "b").out).isEmpty();
    assertThat(new Run("- sampling: {rate: 1}").feed("a", "b").out).hasSize(2);
    Run keyed = new Run(PARTS + "- sampling: {rate: 0.5, key: a}");
    for (int i = 0; i < 50; i++) {
      keyed.feed("trace" + i + " one", "trace" + i + " two");
    }
    assertThat(keyed.lines().stream().filter(line -> line.endsWith("one")).map(line -> line.replace("one", "two")))
        .as("lines of one value have one fate")
        .containsExactlyElementsOf(keyed.lines().stream().filter(line -> line.endsWith("two")).toList());
    assertThat(keyed.out).hasSizeBetween(20, 80);
    assertThatThrownBy(() -> new Run("- sampling: {rate: 2}")).hasMessageContaining("rate must be 0 to 1, is 2.0");
    assertThatThrownBy(() -> new Run("- sampling: {}")).hasMessageContaining("rate is missing");
  }

  @Test
  void limitDropsWhatIsAboveTheRate() {
    Run run = new Run("- limit: {rate: 10, burst: 3, drop: true}");
    run.feed("1", "2", "3", "4", "5");
    assertThat(run.lines()).containsExactly("1", "2", "3");
    assertThat(run.counters.dropped()).containsEntry("ratelimit_drop_stage", 2L);
    Run.CLOCK.advance(Duration.ofMillis(200));
    run.feed("6", "7", "8");
    assertThat(run.lines()).containsExactly("1", "2", "3", "6", "7");
    assertThatThrownBy(() -> new Run("- limit: {burst: 1}")).hasMessageContaining("rate must be greater than 0");
    assertThatThrownBy(() -> new Run("- limit: {rate: 1}")).hasMessageContaining("burst must be greater than 0");
  }

  @Test
  void limitOfALabelHasABucketForEachValue() {
    Run run = new Run(PARTS + "- labels: {a: }\n- limit: {rate: 1, burst: 1, drop: true, by_label_name: a}");
    run.feed("x 1", "x 2", "y 1", "y 2", "!");
    assertThat(run.lines()).as("an entry without the label has no limit").containsExactly("x 1", "y 1", "!");
    assertThat(run.counters.droppedByLabel())
        .containsEntry(new PipelineCounters.ByLabel("a", "x"), 1L)
        .containsEntry(new PipelineCounters.ByLabel("a", "y"), 1L);
    assertThatThrownBy(() -> new Run("- limit: {rate: 1, burst: 1, by_label_name: a}"))
        .hasMessageContaining("by_label_name needs drop: true");
  }

  @Test
  void limitWithoutDropHoldsItsFileUntilTheDebtIsPaid() {
    Run run = new Run("- match: {selector: '{filename=\"/f.log\"}', stages: [{limit: {rate: 10, burst: 2}}]}");
    assertThat(run.isReady()).isTrue();
    run.feed("1", "2", "3", "4");
    assertThat(run.lines()).as("nothing is lost").hasSize(4);
    assertThat(run.isReady()).isFalse();
    Run.CLOCK.advance(Duration.ofMillis(100));
    assertThat(run.isReady()).isFalse();
    Run.CLOCK.advance(Duration.ofMillis(100));
    assertThat(run.isReady()).isTrue();
  }
}
