package io.sigyn.server.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.read.QueryLimits.Range;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class QueryLimitsTest {
  private static final long HOUR = 3_600_000_000_000L;

  private static QueryLimits limits(String... yamls) {
    return new QueryLimits(
        Arrays.stream(yamls)
            .map(yaml -> ServerConfig.parse("limits_config: {" + yaml + "}").limitsConfig())
            .toList());
  }

  private static Expr selecting(String... names) {
    return Parser.parse(
        Arrays.stream(names)
            .map(name -> name + "=\"x\"")
            .collect(Collectors.joining(", ", "{", "}")));
  }

  @Test
  void refusesLongRangesWithLokisText() {
    assertThatThrownBy(() ->
            limits("max_query_length: 1d").checkLength(new Range(0, 25 * HOUR + 1_017_000_000L)))
        .hasMessage(
            "the query time range exceeds the limit (query length: 25h0m1.017s, limit: 1d)");
    assertThatThrownBy(() -> limits("").checkLength(new Range(0, 722 * HOUR)))
        .hasMessage(
            "the query time range exceeds the limit (query length: 722h0m0s, limit: 30d1h)");
    assertThatCode(() -> limits("").checkLength(new Range(0, 721 * HOUR)))
        .doesNotThrowAnyException();
    assertThatCode(() -> limits("max_query_length: 0s").checkLength(new Range(0, Long.MAX_VALUE)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> limits("").checkLength(new Range(Long.MIN_VALUE, Long.MAX_VALUE)))
        .hasMessageStartingWith("the query time range exceeds the limit");
  }

  @Test
  void countsTheStrictestOfSeveralTenants() {
    QueryLimits both =
        limits("max_query_series: 0, query_timeout: 30s", "max_query_series: 7, query_timeout: 2m");
    assertThat(both.maxSeries()).isEqualTo(7);
    assertThat(both.timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void allowsApproximationsWhenEveryTenantDoes() {
    String allowing = "shard_aggregations: [sum, approx_topk]";
    assertThat(limits(allowing).extensions()).containsExactly(Extension.APPROX_TOPK);
    assertThat(limits(allowing, "shard_aggregations: [sum]").extensions()).isEmpty();
    assertThat(limits("").extensions()).isEmpty();
  }

  @Test
  void allowsVariantsWhenOneTenantDoes() {
    String allowing = "enable_multi_variant_queries: true";
    assertThat(limits(allowing, "").extensions()).containsExactly(Extension.VARIANTS);
    assertThat(limits("enable_multi_variant_queries: false").extensions()).isEmpty();
  }

  @Test
  void movesOrEmptiesRangesThatReachTooFarBack() {
    QueryLimits hour = limits("max_query_lookback: 1h");
    assertThat(hour.lookback(new Range(0, HOUR), 3 * HOUR)).isEmpty();
    assertThat(hour.lookback(new Range(0, 3 * HOUR), 3 * HOUR))
        .contains(new Range(2 * HOUR, 3 * HOUR));
    assertThat(limits("").lookback(new Range(0, HOUR), 3 * HOUR)).contains(new Range(0, HOUR));
  }

  @Test
  void refusesByWhatIsSelected() {
    assertThatThrownBy(() ->
            limits("max_streams_matchers_per_query: 3")
                .checkMatchers(selecting("a", "b", "c", "d")))
        .hasMessage("max streams matchers per query exceeded, matchers-count > limit (4 > 3)");
    assertThatThrownBy(
            () -> limits("required_labels: [app, env]").checkRequiredLabels(selecting("n")))
        .hasMessage(
            "stream selector is missing required matchers [app, env], labels present in the query"
                + " were [n]");
    assertThatThrownBy(() -> limits("minimum_labels_number: 2").checkRequiredLabels(selecting("i")))
        .hasMessage(
            "stream selector has less label matchers than required: (present: [i], number_present:"
                + " 1, required_number_label_matchers: 2)");
    assertThatCode(
            () -> limits("required_labels: [app]").checkRequiredLabels(selecting("b", "app")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesBlockedQueriesOfTheirKind() {
    QueryLimits blocked =
        limits(
            "blocked_queries: [{pattern: '{a=\"b\"}'}, {pattern: '.*slow.*', regex: true, types:"
                + " 'filter,limited'}]");
    assertThatThrownBy(() -> blocked.checkBlocked(" {a=\"b\"} ", "limited"))
        .hasMessage("query blocked by policy");
    assertThatThrownBy(() -> blocked.checkBlocked("{a=\"c\"} |= \"very slow\"", "filter"))
        .hasMessage("query blocked by policy");
    assertThatCode(() -> blocked.checkBlocked("rate({a=\"slow\"}[1m])", "metric"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> limits("blocked_queries: [{}]").checkBlocked("anything", "metric"))
        .hasMessage("query blocked by policy");
  }

  @Test
  void refusesLongWindowsWhereverTheyStand() {
    QueryLimits tenMinutes = limits("max_query_range: 10m");
    for (String query :
        List.of(
            "rate({a=\"b\"}[11m])",
            "sum(rate({a=\"b\"}[11m]))",
            "1 + rate({a=\"b\"}[11m])",
            "label_replace(rate({a=\"b\"}[11m]), \"x\", \"y\", \"z\", \"\") *"
                + " sum(rate({a=\"b\"}[1m]))")) {
      long window = QueryShapes.longestWindow(Parser.parse(query));
      assertThatThrownBy(() -> tenMinutes.checkWindow(window))
          .as(query)
          .hasMessage("[interval] value exceeds limit: [11m] > [10m]");
    }
    assertThatCode(() ->
            tenMinutes.checkWindow(QueryShapes.longestWindow(Parser.parse("rate({a=\"b\"}[10m])"))))
        .doesNotThrowAnyException();
    assertThat(QueryShapes.longestWindow(Parser.parse("{a=\"b\"} |= \"c\""))).isZero();
  }

  @Test
  void tellsKindsOfQueriesApart() {
    assertThat(QueryShapes.type(Parser.parse("{a=\"b\"}"))).isEqualTo("limited");
    assertThat(QueryShapes.type(Parser.parse("{a=\"b\"} |= \"c\""))).isEqualTo("filter");
    assertThat(QueryShapes.type(Parser.parse("rate({a=\"b\"}[1m])"))).isEqualTo("metric");
  }

  @Test
  void refusesTenantsThatMayNotQuery() {
    assertThatThrownBy(() -> limits("", "max_query_parallelism: 0").checkEnabled())
        .hasMessage("querying is disabled, please contact your Loki operator");
    assertThatThrownBy(() -> limits("max_entries_limit_per_query: 50").checkEntries(51))
        .hasMessage(
            "max entries limit per query exceeded, limit > max_entries_limit_per_query (51 > 50)");
    assertThat(new QueryLimits(List.of(Limits.DEFAULT)).maxSeries()).isEqualTo(500);
  }
}
