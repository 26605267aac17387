package io.sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.LokiException;
import io.sigyn.model.Direction;
import io.sigyn.server.http.Requests;
import io.sigyn.server.read.QueryRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueryParametersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = 1_767_618_000L * SECOND;

  private static Form form(String query) {
    return Form.of(Requests.get("/x", query));
  }

  private static QueryRequest range(String query) {
    return QueryParameters.range(form(query), NOW);
  }

  @Test
  void hasLokisDefaults() {
    QueryRequest request = range("query=q");
    assertThat(request)
        .isEqualTo(
            new QueryRequest(
                "q", false, NOW - 3600 * SECOND, NOW, 14 * SECOND, 0, 100, Direction.BACKWARD));
    assertThat(QueryParameters.instant(form("query=q"), NOW).end()).isEqualTo(NOW);
  }

  @Test
  void takesSinceFromTheEndOrNowWhicheverIsEarlier() {
    assertThat(range("end=1767610800&since=1h").start()).isEqualTo(1_767_607_200L * SECOND);
    assertThat(range("end=1767704400&since=1h").start()).isEqualTo(NOW - 3600 * SECOND);
    assertThat(range("since=1d").start()).isEqualTo(NOW - 86_400 * SECOND);
    assertThat(range("since=1h&start=1767607200").start()).isEqualTo(1_767_607_200L * SECOND);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "249, 1", "500, 2", "10800, 43", "86400, 345"})
  void derivesTheStepFromTheRange(long seconds, long step) {
    assertThat(range("start=" + (1_767_607_200L - seconds) + "&end=1767607200").step())
        .isEqualTo(step * SECOND);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 15000000000",
    "0.5, 500000000",
    "250ms, 250000000",
    "1m30s, 90000000000",
    "90.5, 90500000000"
  })
  void readsSteps(String text, long nanos) {
    assertThat(range("end=1767607200&start=1767607100&step=" + text).step()).isEqualTo(nanos);
    assertThat(range("end=1767607200&start=1767607100&interval=" + text).interval())
        .isEqualTo(nanos);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start=abc&end=1 | could not parse 'start' parameter: strconv.ParseInt: parsing \"abc\":"
            + " invalid syntax",
        "start=abc&end=xyz | could not parse 'end' parameter: strconv.ParseInt: parsing \"xyz\":"
            + " invalid syntax",
        "since=60 | could not parse 'since' parameter: not a valid duration string: \"60\"",
        "since=1.5h | could not parse 'since' parameter: unknown unit \".\" in duration \"1.5h\"",
        "since=-1h | could not parse 'since' parameter: not a valid duration string: \"-1h\"",
        "start=2&end=1 | end timestamp must not be before or equal to start time",
        "limit=0 | limit must be a positive value",
        "limit=-1 | limit must be a positive value",
        "limit=abc | strconv.Atoi: parsing \"abc\": invalid syntax",
        "limit=1.5 | strconv.Atoi: parsing \"1.5\": invalid syntax",
        "limit=99999999999999999999 | strconv.Atoi: parsing \"99999999999999999999\": value out of"
            + " range",
        "direction=up | invalid direction 'up'",
        "step=0 | zero or negative query resolution step widths are not accepted. Try a positive"
            + " integer",
        "step=-5 | zero or negative query resolution step widths are not accepted. Try a positive"
            + " integer",
        "step=NaN | zero or negative query resolution step widths are not accepted. Try a positive"
            + " integer",
        "step=abc | cannot parse \"abc\" to a valid duration",
        "step=1e400 | cannot parse \"1e400\" to a valid duration",
        "step=0.5m | cannot parse \"0.5m\" to a valid duration",
        "step=Inf | cannot parse \"Inf\" to a valid duration. It overflows int64",
        "step=1e30 | cannot parse \"1e30\" to a valid duration. It overflows int64",
        "step=0.001 | exceeded maximum resolution of 11,000 points per time series. Try increasing"
            + " the value of the step parameter",
        "interval=-5 | interval must be >= 0",
        "interval=NaN | interval must be >= 0",
        "interval=-5m | cannot parse \"-5m\" to a valid duration",
        "query=%zz | invalid URL escape \"%zz\"",
        "query=%2 | invalid URL escape \"%2\"",
        "query=a;limit=2 | invalid semicolon separator in query"
      })
  void refusesWithLokisTexts(String query, String text) {
    assertThatThrownBy(() -> range(query)).isInstanceOf(LokiException.class).hasMessage(text);
  }

  @Test
  void aTailBeginsWhereARangeWould() {
    assertThat(QueryParameters.tail(form(""), NOW).start()).isEqualTo(NOW - 3600 * SECOND);
    assertThat(QueryParameters.tail(form("since=5m"), NOW).start()).isEqualTo(NOW - 300 * SECOND);
    assertThat(QueryParameters.tail(form("since=5m&end=1767617000"), NOW).start())
        .isEqualTo(1_767_616_700L * SECOND);
    assertThat(QueryParameters.tail(form("start=5&since=5m&end=1"), NOW).start()).isEqualTo(5 * SECOND);
    assertThatThrownBy(() -> QueryParameters.tail(form("end=x"), NOW)).hasMessageContaining("'end'");
    assertThatThrownBy(() -> QueryParameters.tail(form("start=5&since=x"), NOW))
        .hasMessage("could not parse 'since' parameter: not a valid duration string: \"x\"");
  }

  @Test
  void refusesTimesOfInstantQueries() {
    assertThatThrownBy(() -> QueryParameters.instant(form("time=abc"), NOW))
        .hasMessage("strconv.ParseInt: parsing \"abc\": invalid syntax");
  }

  @Test
  void readsTheFormBeforeTheQueryString() {
    Form form =
        Form.of(
            Requests.post(
                "/x",
                "limit=1&a=u",
                "application/x-www-form-urlencoded; charset=utf-8",
                "limit=2&a=f+%C3%A9"));
    assertThat(form.get("limit")).isEqualTo("2");
    assertThat(form.all("a")).containsExactly("f é", "u");
    assertThat(Form.of(Requests.post("/x", "", "", "limit=2")).get("limit")).isEmpty();
    assertThat(Form.of(Requests.post("/x", "", "application/json", "{}")).get("limit")).isEmpty();
    assertThat(form("a&b=&=c&a=2").all("a")).containsExactly("", "2");
  }

  @Test
  void survivesTheEndsOfTime() {
    assertThat(range("start=-9223372036854775808&end=9223372036854775807&step=1000000h").limit())
        .isEqualTo(100);
    assertThatThrownBy(() -> range("start=-9223372036854775808&end=9223372036854775807&step=1"))
        .hasMessageStartingWith("exceeded maximum resolution");
  }
}
