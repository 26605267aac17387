package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.gocompat.regexp.LiteralTest.Always;
import io.sigyn.gocompat.regexp.LiteralTest.Any;
import io.sigyn.gocompat.regexp.LiteralTest.Contains;
import io.sigyn.gocompat.regexp.LiteralTest.Equals;
import io.sigyn.gocompat.regexp.LiteralTest.NotEmpty;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiteralTestTest {
  private static @Nullable LiteralTest line(String regexp) {
    return GoRegexp.compile(regexp).literalTest(false);
  }

  private static @Nullable LiteralTest label(String regexp) {
    return GoRegexp.compile(regexp).literalTest(true);
  }

  private static Contains contains(String text) {
    return new Contains(text, false);
  }

  @Test
  void replacesSimpleExpressionsOfLines() {
    assertThat(line("foo")).isEqualTo(contains("foo"));
    assertThat(line("(fo)o")).isNull();
    assertThat(line("foo|bar")).isEqualTo(new Any(List.of(contains("foo"), contains("bar"))));
    assertThat(line("x|.*")).isEqualTo(contains("x"));
    assertThat(line(".*")).isEqualTo(new Always());
    assertThat(line("")).isEqualTo(new Always());
    assertThat(line(".+")).isEqualTo(new NotEmpty());
    assertThat(line(".*foo.*")).isEqualTo(contains("foo"));
    assertThat(line("foo.*(soup|gamma)"))
        .isEqualTo(new Any(List.of(contains("foosoup"), contains("foogamma"))));
    assertThat(line("a\\x{D83D}")).as("half of a surrogate pair").isEqualTo(contains("a\uFFFD"));
    assertThat(line("(?i)Привет")).isEqualTo(new Contains("привет", true));
  }

  @Test
  void leavesTheRestAlone() {
    for (String regexp : List.of("foo.*bar", "^foo", "fo+", "f.o", "[ab]", "\\d", "a|b", "foo{2}", "a.*b.*c", "foo(?s)*", "foo(?s){2}", "fo\\Q\\E+")) {
      assertThat(line(regexp)).as(regexp).isNull();
    }
  }

  @Test
  void forgetsTheAnchorsOfLabelsWhereTheReferenceDoes() {
    assertThat(label("foo")).isEqualTo(new Equals("foo", false));
    assertThat(label("foo.*")).isEqualTo(contains("foo"));
    assertThat(label("foo|bar")).isEqualTo(new Any(List.of(new Equals("foo", false), new Equals("bar", false))));
    assertThat(label("bar|buzz")).isEqualTo(new Any(List.of(contains("bar"), contains("buzz"))));
    assertThat(label("foo|")).isEqualTo(new Equals("foo", false));
    assertThat(label("^bar$")).isNull();
  }

  @Test
  void foldsAsTheReferenceDoes() {
    LiteralTest test = line("(?i)россия");
    assertThat(test).isNotNull();
    if (test != null) {
      assertThat(test.test("вся россия")).isTrue();
      assertThat(test.test("РОССИЯ")).isFalse();
    }
    LiteralTest other = line("(?i)привет");
    assertThat(other).isNotNull();
    if (other != null) {
      assertThat(other.test("ПРИВЕТ!")).isTrue();
    }
  }

  @Test
  void shapesWhateverCompiles() {
    String alphabet = "ab.*+?()|[]{}^$\\dwQEpLsx01,2:-iP<>n";
    for (long seed = 0; seed < 50_000; seed++) {
      Random random = new Random(seed);
      StringBuilder regexp = new StringBuilder();
      for (int i = random.nextInt(9); i >= 0; i--) {
        regexp.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      GoRegexp compiled;
      try {
        compiled = GoRegexp.compile(regexp.toString());
      } catch (RegexpSyntaxException e) {
        continue;
      }
      LiteralTest test = compiled.literalTest(false);
      if (test instanceof Contains c && !c.fold()) {
        byte[] text = ("-" + c.text() + "-").getBytes(StandardCharsets.UTF_8);
        assertThat(compiled.find(text, 0, text.length)).as("seed %d: %s", seed, regexp).isTrue();
      }
    }
  }
}
