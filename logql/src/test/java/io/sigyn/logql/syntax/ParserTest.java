package io.sigyn.logql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.LabelMatcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

class ParserTest {
  static Stream<String[]> errors() throws IOException {
    return rows("/syntax-errors.tsv");
  }

  static Stream<String[]> canonical() throws IOException {
    return rows("/syntax-canonical.tsv");
  }

  private static Stream<String[]> rows(String resource) throws IOException {
    try (InputStream in = ParserTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split("\t", 2)).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void complainsInTheWordsAndAtThePlaceOfTheReference(String query, String message) {
    assertThatThrownBy(() -> Parser.parse(query.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            LokiException.class,
            e -> {
              assertThat(e.text()).isEqualTo("parse error" + message);
              assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST);
            });
  }

  @ParameterizedTest
  @MethodSource("canonical")
  void printsCanonicalTextThatParsesToItself(String query, String canonical) {
    Expr expr = Parser.parse(query);

    assertThat(expr.toString()).isEqualTo(canonical);
    if (canonical.chars().allMatch(c -> c < 128) && !canonical.equals("NaN")) {
      assertThat(Parser.parse(canonical).toString()).isEqualTo(canonical);
    }
  }

  @Test
  void knowsWhereNodesStart() {
    MetricExpr.Binary sum = (MetricExpr.Binary) Parser.parse(" sum(rate({a=\"é\"} |= \"x\" [1m])) + vector(1)");

    assertThat(sum.at()).isEqualTo(1);
    assertThat(sum.right().at()).isEqualTo(34);
    MetricExpr.RangeAggregation rate =
        (MetricExpr.RangeAggregation) ((MetricExpr.VectorAggregation) sum.left()).inner();
    assertThat(rate.range().logs().at()).isEqualTo(10);
    assertThat(rate.range().logs().stages().get(0).at()).isEqualTo(18);
  }

  @Test
  void listsEverySelector() {
    Expr expr = Parser.parse("rate({a=\"1\"}[1m]) / sum(rate({b=\"2\",c!=\"3\"}[1m]))");

    assertThat(expr.isLogQuery()).isFalse();
    assertThat(expr.selectors())
        .containsExactly(
            List.of(new LabelMatcher.Equal("a", "1")),
            List.of(new LabelMatcher.Equal("b", "2"), new LabelMatcher.NotEqual("c", "3")));
  }

  @Test
  void takesOnlyBareSelectorsWhereMatchersAreAskedFor() {
    assertThat(Parser.parseSelector("{a=\"b\"}")).containsExactly(new LabelMatcher.Equal("a", "b"));
    for (String query : List.of("{a=\"b\"} |= \"x\"", "rate({a=\"b\"}[1m])", "1")) {
      assertThatThrownBy(() -> Parser.parseSelector(query)).hasMessage("only label matchers are supported");
    }
  }

  @Test
  void refusesQueriesThatAreTooLong() {
    String query = "{a=\"b\"} |= \"" + "y".repeat(131_060) + "\"";

    assertThatThrownBy(() -> Parser.parse(query))
        .hasMessage("parse error : input size too long (131073 > 131072)");
  }

  @Test
  void survivesAnyDepth() {
    String deep = "(".repeat(65_000) + "1" + ")".repeat(65_000);

    assertThatThrownBy(() -> Parser.parse(deep)).isInstanceOf(LokiException.class);
  }
}
