package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoCapturesTest {
  @Test
  void findsNamedGroupsOfTheFirstMatch() {
    GoCaptures captures = GoCaptures.compile("(?P<key>\\w+)=(?P<value>\\w+)?");
    assertThat(captures.names()).containsExactly("", "key", "value");
    assertThat(captures.find("  a=1 b=2")).contains(List.of("a=1", "a", "1"));
    assertThat(captures.find("a=")).as("a group that took no part is empty").contains(List.of("a=", "a", ""));
    assertThat(captures.find("nothing")).isEmpty();
  }

  @Test
  void wholeMatchIsAnchoredAndItsDotMatchesLineFeeds() {
    assertThat(GoCaptures.compileWhole("a.c").matches("a\nc")).isTrue();
    assertThat(GoCaptures.compileWhole("b").matches("abc")).isFalse();
    assertThat(GoCaptures.compileWhole("a|b").matches("ab")).isFalse();
    assertThat(GoCaptures.compile("b").matches("abc")).isTrue();
  }

  @Test
  void aBadExpressionIsReportedAsGiven() {
    assertThatThrownBy(() -> GoCaptures.compileWhole("("))
        .isInstanceOf(RegexpSyntaxException.class)
        .hasMessageContaining("missing closing )");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$1-$2 | one-two",
        "${1}x | onex",
        "$1x | ''",
        "${word}! | two!",
        "$word! | two!",
        "$$1 | $1",
        "$0 | one two",
        "$9 | ''",
        "a$ | a$",
        "${1 | ${1",
        "${} | ${}",
        "$-1 | $-1",
      })
  void expandsReferencesAsGoDoes(String template, String expected) {
    GoCaptures captures = GoCaptures.compileWhole("(\\w+) (?P<word>\\w+)");
    List<String> groups = captures.find("one two").orElseThrow();
    assertThat(captures.expand(template, groups)).isEqualTo(expected);
  }
}
