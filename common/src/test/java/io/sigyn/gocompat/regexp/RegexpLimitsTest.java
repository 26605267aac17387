package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What expressions may cost. */
final class RegexpLimitsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        "a{1001} ~ invalid repeat count: `{1001}`",
        "a{2,1} ~ invalid repeat count: `{2,1}`",
        "(a{1000}){1000} ~ invalid repeat count: `{1000}`",
        "(a{0,1000}){0,1000} ~ invalid repeat count: `{0,1000}`",
        "((a{10}){10,}b){11}? ~ invalid repeat count: `{11}?`",
        "(?i)(k{100}){11}( ~ invalid repeat count: `{11}`",
        "( ~ missing closing ): `(`",
        "(?i)k( ~ missing closing ): `(?i)k(`",
        "(?i)[k ~ missing closing ]: `[k`",
        "(?i)é** ~ invalid nested repetition operator: `**`",
        "(?i-)a ~ invalid or unsupported Perl syntax: `(?i-)`",
        "(?iz)a ~ invalid or unsupported Perl syntax: `(?iz`",
        "[[:foo:]] ~ invalid character class range: `[:foo:]`",
        "\\8 ~ invalid escape sequence: `\\8`",
      })
  void refusesWithGosWords(String regexp, String reason) {
    assertThatThrownBy(() -> GoRegexp.compile(regexp))
        .isInstanceOf(RegexpSyntaxException.class)
        .hasMessage("error parsing regexp: " + reason);
  }

  @Test
  void allowsAThousandRepetitions() {
    assertThat(GoRegexp.compile("((a{10}){10}){10}").matchesWhole("a".repeat(1000))).isTrue();
    assertThat(GoRegexp.compile("((a{10}){10}){10}").matchesWhole("a".repeat(999))).isFalse();
    assertThat(GoRegexp.compile("((a{1000}){0}){1000}").matchesWhole("")).isTrue();
    assertThat(GoRegexp.compile("((a{1000})*)+").matchesWhole("a".repeat(2000))).isTrue();
  }

  @Test
  void refusesWhatNestsTooDeeply() {
    for (int depth : List.of(1000, 50_000)) {
      String regexp = "(".repeat(depth) + "a" + ")".repeat(depth);
      assertThatThrownBy(() -> GoRegexp.compile(regexp))
          .hasMessage("error parsing regexp: expression nests too deeply: `" + regexp + "`");
    }
    String deep = "(".repeat(998) + "a" + ")".repeat(998);
    assertThat(GoRegexp.compile(deep).find("ba")).isTrue();
    GoRegexp repeated = GoRegexp.compile("(?:".repeat(990) + "a" + ")+".repeat(990));
    assertThat(repeated.find("ba")).isTrue();
    assertThat(repeated.literalTest(false)).isNull();
    assertThat(repeated.needles()).hasSize(1);
    assertThat(repeated.valueShape()).isInstanceOf(ValueShape.Parts.class);
  }

  @Test
  void refusesWhatIsTooLarge() {
    for (String regexp :
        List.of("a".repeat(1 << 20), "(?:" + "[a-z].".repeat(60) + "){1000}", "(?i)" + "[\\pLa]".repeat(20_000))) {
      assertThatThrownBy(() -> GoRegexp.compile(regexp))
          .hasMessage("error parsing regexp: expression too large: `" + regexp + "`");
    }
  }

  @Test
  void runsTheLargestThatIsAllowed() {
    GoRegexp regexp = GoRegexp.compile("x(?:" + "[a-z].?".repeat(30) + "){1000}y");
    byte[] text = ("x" + "ab".repeat(1000) + "z").getBytes(StandardCharsets.UTF_8);
    assertThat(regexp.find(text, 0, text.length)).isFalse();
  }

  @Test
  void doesNotBacktrack() {
    byte[] text = ("a".repeat(50_000) + "b").getBytes(StandardCharsets.UTF_8);
    for (String regexp : List.of("(a*)*c", "(a|aa)+c", "(a|a?)+c", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)(.*)(.*)(.*)c")) {
      assertThat(GoRegexp.compile(regexp).find(text, 0, text.length)).as(regexp).isFalse();
    }
  }

  @Test
  void runsInLittleMemoryWhereStatesAreManyAsTheTextIsLong() {
    // A machine for the last 40 characters needs a state for each of their combinations.
    GoRegexp regexp = GoRegexp.compile("a[ab]{40}c");
    StringBuilder text = new StringBuilder();
    long bits = 88172645463325252L;
    for (int i = 0; i < 200_000; i++) {
      bits ^= bits << 13;
      bits ^= bits >>> 7;
      bits ^= bits << 17;
      text.append((bits & 1) == 0 ? 'a' : 'b');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    assertThat(regexp.find(bytes, 0, bytes.length)).isFalse();
    byte[] more = (text + "a" + "b".repeat(40) + "c").getBytes(StandardCharsets.UTF_8);
    assertThat(regexp.find(more, 0, more.length)).isTrue();
  }

  @Test
  void compilesCharactersForWhichRe2LoopsForEver() {
    assertThat(GoRegexp.compile("(?i)\u1c80").find("\u0432")).isTrue();
    assertThat(GoRegexp.compile("(?i)x[\u00e9-\u20ac]y").find("X\u0412Y")).isTrue();
    assertThat(GoCaptures.compile("(?i)x(?P<c>[^a-\u00ff])(?-i)Y").find("X\u0412Y")).contains(List.of("X\u0412Y", "\u0412"));
    assertThatThrownBy(() -> GoRegexp.compile("(?i)[\u1c80-\u1c90"))
        .hasMessage("error parsing regexp: missing closing ]: `[\u1c80-\u1c90`");
  }
}
