package io.sigyn.gocompat.regexp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ValueShapeTest {
  private static final List<String> ATOMS =
      List.of(
          "a", "b", "ab", ".", "x", "é", "k", "1", "[ab]", "\\d", "^", "$", "\\.", "\n", "(?s)", "(?i)", "\\Q\\E", "\\x{D83D}",
          "\uDCFF");
  private static final List<String> REPEATS = List.of("", "", "", "", "*", "+", "?", "{2}");
  private static final List<String> PIECES =
      List.of("a", "b", "ab", "x", "é", "K", "1", ".", "\n", "A", "\u212A", "B", "^", "*", "?");

  @Test
  void namesTheTextsOfAlternatives() {
    assertThat(shape("a|b|(c|d)e")).isEqualTo(new ValueShape.Texts(List.of("a", "b", "ce", "de")));
    assertThat(shape("^api$")).isEqualTo(new ValueShape.Texts(List.of("api")));
    assertThat(shape("")).isEqualTo(new ValueShape.Texts(List.of("")));
  }

  @Test
  void knowsAnythingAndAnythingButNothing() {
    assertThat(shape(".+")).isEqualTo(new ValueShape.NotEmpty());
    assertThat(shape("(.*)")).isInstanceOfSatisfying(ValueShape.Parts.class, parts -> assertThat(parts.all()).isTrue());
  }

  @Test
  void findsPrefixesInfixesAndSuffixes() {
    assertThat(shape("foo.*")).isEqualTo(new ValueShape.Parts(List.of("foo"), "foo", "", true));
    assertThat(shape("(foo|bar).*")).isEqualTo(new ValueShape.Parts(List.of("bar", "foo"), "", "", true));
    assertThat(shape("foo.*|bar-[0-9]+"))
        .isEqualTo(new ValueShape.Parts(List.of("bar-", "foo"), "", "", false));
    assertThat(shape(".*-api")).isEqualTo(new ValueShape.Parts(List.of(""), "-api", "-api", true));
    assertThat(shape(".*api.*")).isEqualTo(new ValueShape.Parts(List.of(""), "api", "", true));
    assertThat(shape("(?i)api.*")).isEqualTo(new ValueShape.Parts(List.of(""), "", "", false));
  }

  @Test
  void neverContradictsTheEngine() {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + 3_000; seed++) {
      neverContradictsTheEngine(seed);
    }
  }

  private static void neverContradictsTheEngine(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    String text = expression(random, 2);
    GoRegexp regexp;
    try {
      regexp = GoRegexp.compileDotAll(text);
    } catch (RegexpSyntaxException e) {
      return;
    }
    ValueShape shape = regexp.valueShape();
    for (int i = 0; i < 40; i++) {
      StringBuilder value = new StringBuilder();
      for (int n = random.nextInt(5); n > 0; n--) {
        value.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      check("seed " + seed + ": " + text, shape, value.toString(), regexp.matchesWhole(value.toString()));
    }
  }

  private static void check(String text, ValueShape shape, String value, boolean matches) {
    switch (shape) {
      case ValueShape.Texts texts -> assertThat(texts.values().contains(value)).as("%s on %s", text, value).isEqualTo(matches);
      case ValueShape.NotEmpty _ -> assertThat(!value.isEmpty()).as("%s on %s", text, value).isEqualTo(matches);
      case ValueShape.Parts parts -> {
        boolean passes =
            parts.prefixes().stream().anyMatch(value::startsWith)
                && value.contains(parts.infix())
                && value.endsWith(parts.suffix());
        if (parts.exact()) {
          assertThat(passes).as("%s on %s", text, value).isEqualTo(matches);
        } else if (matches) {
          assertThat(passes).as("%s on %s", text, value).isTrue();
        }
      }
    }
  }

  private static String expression(RandomGenerator random, int depth) {
    StringBuilder out = new StringBuilder(random.nextInt(8) == 0 ? "(?i)" : random.nextInt(12) == 0 ? "(?-s)" : "");
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      if (depth > 0 && random.nextInt(4) == 0) {
        out.append(random.nextBoolean() ? "(" : "(?:").append(expression(random, depth - 1)).append(')');
      } else {
        out.append(ATOMS.get(random.nextInt(ATOMS.size())));
      }
      out.append(REPEATS.get(random.nextInt(REPEATS.size())));
      if (random.nextInt(5) == 0) {
        out.append('|');
      }
    }
    return out.toString();
  }

  private static ValueShape shape(String text) {
    return GoRegexp.compileDotAll(text).valueShape();
  }
}
