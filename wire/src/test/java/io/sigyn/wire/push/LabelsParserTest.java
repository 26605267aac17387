package io.sigyn.wire.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '@',
      value = {
        "{app=\"t3\"} § {app=\"t3\"}",
        "{b=\"2\",a=\"1\"} § {a=\"1\", b=\"2\"}",
        "@  {  a  =  \"1\"  ,\n b=\"2\" , } @ § {a=\"1\", b=\"2\"}",
        "{} § {}",
        "{ } § {}",
        "@@ § {}",
        "@ @ § {}",
        "{a='it\"s', b=`raw\\n`} § {a=\"it\\\"s\", b=\"raw\\\\n\"}",
        "{a=\"\\n\\t\\\\\\\"\\x41\\u00e9\\U0001F6A2\\101\"} § {a=\"\\n\\t\\\\\\\"Aé🚢A\"}",
        "{a='\\''} § {a=\"'\"}",
        "{a=\"é海\"} § {a=\"é海\"}",
        "{a=\"\", b=\"x\"} § {b=\"x\"}",
        "foo{a=\"b\"} § {__name__=\"foo\", a=\"b\"}",
        "foo:bar {a=\"b\"} § {__name__=\"foo:bar\", a=\"b\"}",
        "foo § {__name__=\"foo\"}",
        "{__name__=\"x\", __y=\"z\", _=\"u\"} § {_=\"u\", __name__=\"x\", __y=\"z\"}",
        "@{a=\"b\", # comment\n c=\"d\"}@ § {a=\"b\", c=\"d\"}",
      })
  void readsWhatPrometheusReads(String text, String canonical) {
    Labels labels = LabelsParser.parse(text);
    // Printed in order of bytes, where an underscore sorts before a lower-case letter.
    assertThat(labels).hasToString(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '@',
      value = {
        "{app=\"t3\" § 1:10: parse error: unexpected end of input inside braces",
        "{ § 1:2: parse error: unexpected end of input inside braces",
        "{a § 1:3: parse error: unexpected end of input inside braces",
        "{a= § 1:4: parse error: unexpected end of input inside braces",
        "app=\"t3\" § 1:4: parse error: unexpected \"=\"",
        "{app=t3} § 1:6: parse error: unexpected identifier \"t3\" in label set, expected string",
        "{app=elevenchars} § 1:6: parse error: unexpected identifier \"elevenchar\"... in label set, expected string",
        "{app!=\"t3\"} § 1:5: parse error: unexpected <op:!=> in label set, expected \"=\"",
        "{app=~\"t3\"} § 1:5: parse error: unexpected <op:=~> in label set, expected \"=\"",
        "{app!~\"t3\"} § 1:5: parse error: unexpected <op:!~> in label set, expected \"=\"",
        "{app!x} § 1:5: parse error: unexpected character after '!' inside braces: 'x'",
        "{a-b=\"x\"} § 1:3: parse error: unexpected character inside braces: '-'",
        "{a.b=\"x\"} § 1:3: parse error: unexpected character inside braces: '.'",
        "{1a=\"x\"} § 1:2: parse error: unexpected character inside braces: '1'",
        "{é=\"x\"} § 1:2: parse error: unexpected character inside braces: 'é'",
        "{=\"x\"} § 1:2: parse error: unexpected \"=\" in label set, expected identifier or \"}\"",
        "{a b=\"x\"} § 1:4: parse error: unexpected identifier \"b\" in label set, expected \"=\"",
        "{a=\"x\" b=\"y\"} § 1:8: parse error: unexpected identifier \"b\" in label set, expected \",\" or \"}\"",
        "{a=\"x\",,b=\"y\"} § 1:8: parse error: unexpected \",\" in label set, expected identifier or \"}\"",
        "{a=\"x\" \"y\"} § 1:8: parse error: unexpected string \"\\\"y\\\"\" in label set, expected \",\" or \"}\"",
        "{a={ § 1:4: parse error: unexpected left brace '{'",
        "{a=} § 1:4: parse error: unexpected \"}\" in label set, expected string",
        "{\"a.b\"=\"x\"} § 1:2: parse error: unexpected character inside braces: '\"'",
        "{app=\"t3\"} |= \"x\" § 1:12: parse error: unexpected character: '|'",
        "{a=\"b\"} x § 1:9: parse error: unexpected identifier \"x\"",
        "{a=\"b\"}} § 1:8: parse error: unexpected character: '}'",
        "{a=\"b\"}{ § 1:8: parse error: unexpected \"{\"",
        "{a=\"b\"} + § 1:9: parse error: unexpected <op:+>",
        "{a=\"b\"} 5 § 1:9: parse error: unexpected number \"5\"",
        "{a=\"b\"} \"x\" § 1:9: parse error: unexpected string \"\\\"x\\\"\"",
        "{a=\"b\"} =~ § 1:9: parse error: unexpected character after '=': '~'",
        "{v=\"\\q\"} § 1:4: parse error: unknown escape sequence U+0071 'q'",
        "{v=\"\\'\"} § 1:4: parse error: unknown escape sequence U+0027 '''",
        "{v=\"\\xg0\"} § 1:4: parse error: illegal character U+0067 'g' in escape sequence",
        "{v=\"\\ud800\"} § 1:4: parse error: escape sequence is an invalid Unicode code point",
        "{v=\"\\777\"} § 1:4: parse error: escape sequence is an invalid Unicode code point",
        "{v=\"\\ § 1:4: parse error: escape sequence not terminated",
        "{v=\"\\u00 § 1:4: parse error: escape sequence not terminated",
        "{v=\"abc § 1:4: parse error: unterminated quoted string",
        "{v=`abc § 1:4: parse error: unterminated raw string",
        "@{v=\"a\nb\"}@ § 1:4: parse error: unterminated quoted string",
        "@{\n  a.b=\"x\"}@ § 2:4: parse error: unexpected character inside braces: '.'",
      })
  void complainsInPrometheusWords(String text, String message) {
    assertThatThrownBy(() -> LabelsParser.parse(text))
        .isInstanceOf(LokiException.class)
        .hasMessage("couldn't parse labels: " + message);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] bad = {'{', 'a', '=', '"', (byte) 0xff, '"', '}'};
    assertThatThrownBy(() -> LabelsParser.parse(bad, 0, bad.length))
        .hasMessage("couldn't parse labels: 1:4: parse error: invalid UTF-8 rune");
  }

  @Test
  void saysWhichNameIsGivenTwice() {
    byte[] text = PushBodies.utf8("{app=\"b\", z=\"1\", app=\"a\", z=\"2\"}");
    StreamLabels parsed = LabelsParser.parse(text, 0, text.length);

    assertThat(parsed.repeated()).isEqualTo("app");
    assertThat(parsed.labels()).isEqualTo(Labels.of("app", "b", "z", "1"));
    assertThat(parsed.pairs()).containsExactly("app", "b", "app", "a", "z", "1", "z", "2");
    assertThatThrownBy(() -> LabelsParser.parse("{app=\"a\", app=\"b\"}"))
        .hasMessage("stream '{app=\"a\", app=\"b\"}' has duplicate label name: 'app'");
  }

  @Test
  void doesNotCountAnEmptyValueAsARepetition() {
    assertThat(LabelsParser.parse("{a=\"\", a=\"x\"}")).isEqualTo(Labels.of("a", "x"));
  }

  @Seeded(rounds = 200)
  void readsBackWhatLabelsPrint(RandomGenerator random) {
    Labels.Builder builder = Labels.builder();
    for (int i = random.nextInt(8); i > 0; i--) {
      builder.set("n" + random.nextInt(100), PushBodies.text(random, 20));
    }
    Labels labels = builder.build();
    assertThat(LabelsParser.parse(labels.toString())).isEqualTo(labels);
  }

  @Seeded(rounds = 200)
  void throwsNothingElseOnDamagedTexts(RandomGenerator random) {
    byte[] text = PushBodies.utf8("foo{a=\"b\\n\\x41\", c='d\\u00e9', e=`f`} # g");
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      text[random.nextInt(text.length)] = (byte) "\"'`\\{}=,xu7 \n#!~\u00ff".charAt(random.nextInt(17));
    }
    int to = random.nextInt(text.length + 1);
    try {
      assertThat(LabelsParser.parse(text, 0, to)).isNotNull();
    } catch (LokiException e) {
      assertThat(e.text()).startsWith("couldn't parse labels: ");
    }
  }
}
