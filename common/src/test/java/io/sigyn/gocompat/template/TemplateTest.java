package io.sigyn.gocompat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.gocompat.GoTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final Functions FUNCTIONS =
      name ->
          switch (name) {
            case "upper" -> new Function(name, "s", a -> String.valueOf(a[0]).toUpperCase(java.util.Locale.ROOT));
            case "fail" ->
                new Function(
                    name,
                    "",
                    a -> {
                      throw new TemplateException("it did");
                    });
            case "list" -> new Function(name, "a*", a -> java.util.Arrays.asList(a));
            case "json" -> new Function(name, "", a -> Map.of("a", Map.of("b", List.of(10L, 20L)), "s", "text"));
            case "t" -> new Function(name, "", a -> GoTime.ofUnixNanos(1_709_294_401_500_000_000L, ZoneOffset.UTC));
            default -> null;
          };

  private static String run(String template) {
    StringMap data = new StringMap();
    data.put("name", "ann");
    data.put("n", "42");
    data.put("empty", "");
    Template parsed = Template.parse("line", template, FUNCTIONS);
    StringBuilder direct = new StringBuilder("before ");
    boolean ran = parsed.run(name -> (String) data.getOrDefault(name, ""), FUNCTIONS, new Arguments(), direct);
    try {
      String out = parsed.run(data, FUNCTIONS);
      assertThat(direct.toString()).as("by fields").isEqualTo(ran ? "before " + out : "before ");
      return out;
    } catch (TemplateException e) {
      assertThat(ran).as("by fields").isFalse();
      throw e;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\u0001',
      value = {
        "a {{.name}} {{.nope}}{{.n | upper}}; true",
        "{{if eq .name `ann`}}{{upper .name}}{{else}}{{.n}}{{end}}; true",
        "{{(t.Sub t).Seconds}}; false",
        "{{t}} {{printf `%s %v` (upper .name) t}}; true",
        "{{$x := .name}}{{$x}}; false",
        "{{.}}; false",
        "{{range 3}}{{end}}; false",
        "{{fail}}; false",
        "{{upper 1}}; false",
      })
  void runsByFieldsWhereNothingElseIsNeeded(String template, boolean runs) {
    Template parsed = Template.parse("line", template, FUNCTIONS);
    assertThat(parsed.run(name -> name.equals("name") ? "ann" : "", FUNCTIONS, new Arguments(), new StringBuilder()))
        .isEqualTo(runs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\u0002',
      quoteCharacter = '\u0001',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain ; plain",
        "{{.name}} ; ann",
        "{{ .nope }}x ; x",
        "a {{- .name -}} b ; aannb",
        "{{/* c */}}x ; x",
        "{{if .name}}y{{else}}n{{end}} ; y",
        "{{if .empty}}y{{else if .name}}z{{else}}n{{end}} ; z",
        "{{with .name}}{{.}}{{end}} ; ann",
        "{{range list 3 1 2}}<{{.}}>{{end}} ; <3><1><2>",
        "{{range $i, $v := list `a` `b`}}{{$i}}{{$v}}{{end}} ; 0a1b",
        "{{range 3}}{{.}}{{end}} ; 012",
        "{{range list}}x{{else}}none{{end}} ; none",
        "{{range list 1 2 3}}{{if eq . 2}}{{continue}}{{end}}{{.}}{{end}} ; 13",
        "{{range list 1 2 3}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}} ; 1",
        "{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}} ; 2",
        "{{define `t`}}T{{.}}{{end}}{{template `t` .name}} ; Tann",
        "{{block `b` .n}}[{{.}}]{{end}} ; [42]",
        "{{.name @ upper @ printf `%s-%s` `x`}} ; x-ANN",
        "{{json.a.b}} ; [10 20]",
        "{{(json).s}} ; text",
        "{{json.nope}} ; <no value>",
        "{{json}} ; map[a:map[b:[10 20]] s:text]",
        "{{index json `a` `b` 1}} ; 20",
        "{{index . `n`}} ; 42",
        "{{len .name}} {{slice .name 1 2}} ; 3 n",
        "{{and 1 0}} {{or `` `x`}} {{not true}} ; 0 x false",
        "{{eq .name `bob` `ann`}} {{ne 1 2}} {{lt 1 2}} {{ge 1.5 1.5}} ; true true true true",
        "{{printf `%5.1f@%-4d@%04d@%q@%x@%v` 2.25 7 7 `a` 255 true}} ;   2.2@7   @0007@\"a\"@ff@true",
        "{{print `a` 1 2 `b` 3.5}} ; a1 2b3.5",
        "{{1e3}} {{0x1F}} {{'a'}} {{1.50}} ; 1000 31 97 1.5",
        "{{t}} ; 2024-03-01 12:00:01.5 +0000 UTC",
        "{{t.Year}} {{t.Format `15:04`}} {{(t.Sub t).Seconds}} ; 2024 12:00 0",
        "{{html `<a>`}} ; &lt;a&gt;",
        "{{len `é`}} {{`\\x`}} ; 2 \\x",
        "{{.name @}} ; ann"
      })
  void runsAsInGo(String row) {
    // The pipe separates columns for the reader of this table; in templates it is written @.
    String[] columns = row.split(" ; ", 2);
    String template = columns[0].replace("@ upper", "| upper").replace("@ printf", "| printf").replace("@}}", "|}}");

    assertThat(run(template)).isEqualTo(columns[1]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\u0001',
      value = {
        "{{~template: line:1: unclosed action",
        "{{if}}x{{end}}~template: line:1: missing value for if",
        "{{if .a}}~template: line:1: unexpected EOF",
        "{{end}}~template: line:1: unexpected {{end}}",
        "a#{{nope .x}}~template: line:2: function \"nope\" not defined",
        "{{$x}}~template: line:1: undefined variable \"$x\"",
        "{{\"a}}~template: line:1: unterminated quoted string",
        "{{.1a}}~template: line:1: bad number syntax: \".1a\"",
        "{{.a-b}}~template: line:1: bad character U+002D '-'",
        "{{(.a}}~template: line:1: unclosed left paren",
        "{{.a)}}~template: line:1: unexpected right paren",
        "{{break}}~template: line:1: {{break}} outside {{range}}"
      })
  void refusesAsGoDoes(String template, String message) {
    assertThatThrownBy(() -> run(template.replace('#', '\n')))
        .isInstanceOf(TemplateException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\u0001',
      value = {
        "{{ fail }}~template: line:1:3: executing \"line\" at <fail>: error calling fail: it did",
        "{{ upper }}~template: line:1:3: executing \"line\" at <upper>: wrong number of args for upper: want 1 got 0",
        "{{ upper 5 }}~template: line:1:9: executing \"line\" at <5>: expected string; found 5",
        "{{ .name.x }}~template: line:1:8: executing \"line\" at <.name.x>: can't evaluate field x in type string",
        "{{ 1 2 }}~template: line:1:3: executing \"line\" at <1>: can't give argument to non-function 1",
        "{{ eq .n 42 }}~template: line:1:3: executing \"line\" at <eq .n 42>: error calling eq: incompatible types for comparison: string and int",
        "{{ eq .n 42 `and much more` }}~template: line:1:3: executing \"line\" at <eq .n 42 `and much more`>: error calling eq: incompatible types for comparison: string and int",
        "{{ range .name }}{{end}}~template: line:1:9: executing \"line\" at <.name>: range can't iterate over ann",
        "{{ template \"x\" }}~template: line:1:12: executing \"line\" at <{{template \"x\"}}>: template \"x\" not defined"
      })
  void failsAsGoDoes(String template, String message) {
    assertThatThrownBy(() -> run(template)).isInstanceOf(TemplateException.class).hasMessage(message);
  }

  @Test
  void seesTheFieldsThatAreNamed() {
    String text = "{{.a}}{{if .b}}{{.c.d}}{{else}}{{(.e)}}{{end}}{{$.f}}{{index . `g`}}{{printf `%s` .h | upper}}";

    assertThat(Template.parse("line", text, FUNCTIONS).fields()).containsExactly("a", "b", "c", "e", "h");
    assertThat(Template.parse("line", "{{ .a }}", FUNCTIONS).onlyField()).isEqualTo("a");
    assertThat(Template.parse("line", "{{ .a }} ", FUNCTIONS).onlyField()).isEmpty();
  }

  @Test
  void stopsEndlessTemplates() {
    assertThatThrownBy(() -> run("{{define `t`}}{{template `t`}}{{end}}{{template `t`}}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("exceeded maximum template depth");
    for (String loop :
        new String[] {"{{range 9999999}}{{range 9999999}}xx{{end}}{{end}}", "{{range 999999999}}{{end}}"}) {
      assertThatThrownBy(() -> run(loop)).isInstanceOf(TemplateException.class).hasMessageContaining("exceeded");
    }
  }

  @Test
  void refusesRandomTextInOneWayOnly() {
    String alphabet = "{{}}.$|()\"`'ab1- :=,\nif end range with define x /*";
    for (long seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("{{");
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      text.append(random.nextBoolean() ? "}}" : "");
      try {
        run(text.toString());
      } catch (TemplateException e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith("template: ");
      }
    }
  }
}
