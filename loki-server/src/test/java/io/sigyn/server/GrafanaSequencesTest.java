package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Grafana's data source and Logs Drilldown ask one after the other, and what they look for in the answers. */
final class GrafanaSequencesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / (10 * SECOND) * 10 * SECOND;
  private static final long START = NOW - 3_600 * SECOND;
  private static final String RANGE = "&start=" + START + "&end=" + NOW;
  private static final String DRILLDOWN = "Source=grafana-lokiexplore-app";

  /** Drilldown's times have milliseconds. */
  private static final String DRILLDOWN_RANGE =
      "&start=" + Http.encode(rfc3339(START)) + "&end=" + Http.encode(rfc3339(NOW));

  @TempDir Path dir;

  private static String rfc3339(long nanos) {
    return Instant.ofEpochMilli(nanos / 1_000_000).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static void fill(Http http) throws Exception {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      String line = "level=%s method=GET path=/api/%d took=%dms msg=done".formatted(i % 5 == 0 ? "error" : "info", i, i);
      values.append(i == 0 ? "" : ",");
      values.append("[\"").append(NOW - (1_000 - i) * SECOND).append("\",\"").append(line).append("\",{\"trace_id\":\"t").append(i).append("\"}]");
    }
    String push = "{\"streams\":[{\"stream\":{\"app\":\"shop\",\"pod\":\"p1\"},\"values\":[" + values + "]}]}";
    assertThat(http.pushJson(push).statusCode()).isEqualTo(204);
  }

  private static String ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static String rangeQuery(String query, String more) {
    return "/loki/api/v1/query_range?direction=backward&query=" + Http.encode(query) + more;
  }

  @Test
  void theDataSource() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(ok(http.get("/loki/api/v1/query?direction=backward&query=vector(1)%2Bvector(1)&time=4000000000")))
          .contains("\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[4000000000,\"2\"]}]");
      fill(http);
      explore(http);
      context(http);
      builder(http);
      liveTail(server, http);
      alerting(http);
    }
  }

  private static void explore(Http http) throws Exception {
    assertThat(ok(http.get("/loki/api/v1/labels?" + RANGE.substring(1)))).contains("\"data\":[\"app\",\"pod\",\"service_name\"]");
    assertThat(ok(http.get("/loki/api/v1/index/stats?query=" + Http.encode("{app=\"shop\"}") + RANGE)))
        .startsWith("{\"streams\":1,\"chunks\":")
        .contains("\"entries\":100");
    String logs =
        ok(
            http.get(
                rangeQuery("{app=\"shop\"} |= ``", RANGE + "&limit=1000&step=2000ms"),
                "X-Loki-Response-Encoding-Flags",
                "categorize-labels"));
    assertThat(logs)
        .contains("\"resultType\":\"streams\",\"encodingFlags\":[\"categorize-labels\"]")
        .contains("\"structuredMetadata\":{\"detected_level\":\"info\",\"trace_id\":\"t99\"}")
        .contains("\"totalEntriesReturned\":100");
    String volume =
        ok(
            http.get(
                rangeQuery(
                    "sum by (level, detected_level) (count_over_time({app=\"shop\"} |= `` | drop __error__[1m]))",
                    RANGE + "&step=60000ms"),
                "X-Query-Tags",
                "Source=logvolhist"));
    assertThat(volume)
        .contains("\"resultType\":\"matrix\"")
        .contains("{\"detected_level\":\"error\"}")
        .contains("{\"detected_level\":\"info\"}");
  }

  /** The anchor is in the newer half, and nothing is in both. */
  private static void context(Http http) throws Exception {
    long anchor = NOW - 950 * SECOND;
    String newer =
        ok(
            http.get(
                "/loki/api/v1/query_range?direction=forward&limit=10&query="
                    + Http.encode("{app=\"shop\"}")
                    + "&start="
                    + anchor
                    + "&end="
                    + (anchor + 7_200 * SECOND)));
    String older =
        ok(
            http.get(
                rangeQuery("{app=\"shop\"}", "&limit=10&start=" + (anchor - 7_200 * SECOND) + "&end=" + anchor)));
    assertThat(newer).contains("path=/api/50 ").contains("path=/api/59 ").doesNotContain("path=/api/60 ");
    assertThat(older).contains("path=/api/49 ").contains("path=/api/40 ").doesNotContain("path=/api/50 ");
  }

  private static void builder(Http http) throws Exception {
    assertThat(ok(http.get("/loki/api/v1/label/app/values?" + RANGE.substring(1)))).contains("[\"shop\"]");
    assertThat(ok(http.get("/loki/api/v1/series?match[]=" + Http.encode("{app=\"shop\"}") + RANGE)))
        .contains("[{\"app\":\"shop\",\"pod\":\"p1\",\"service_name\":\"shop\"}]");
    assertThat(ok(http.get(rangeQuery("{app=\"shop\"}", RANGE + "&limit=10"), "X-Query-Tags", "Source=datasample")))
        .contains("\"totalEntriesReturned\":10");
    assertThat(ok(http.get("/loki/api/v1/detected_fields?limit=1000&query=" + Http.encode("{app=\"shop\"}") + RANGE)))
        .contains("{\"label\":\"took\",\"type\":\"duration\"");
    assertThat(
            ok(http.get("/loki/api/v1/detected_field/method/values?limit=1000&query=" + Http.encode("{app=\"shop\"}") + RANGE)))
        .isEqualTo("{\"limit\":1000,\"values\":[\"GET\"]}\n");
  }

  private static void liveTail(LokiServer server, Http http) throws Exception {
    try (Listener listener = Listener.to(server, "/loki/api/v1/tail", "{app=\"shop\"}", "")) {
      listener.await("path=/api/99 ");
      String push =
          "{\"streams\":[{\"stream\":{\"app\":\"shop\",\"pod\":\"p1\"},\"values\":[[\"" + NOW + "\",\"fresh\"]]}]}";
      assertThat(http.pushJson(push).statusCode()).isEqualTo(204);
      listener.await("\"fresh\"");
    }
  }

  private static void alerting(Http http) throws Exception {
    assertThat(ok(http.get("/prometheus/api/v1/rules"))).contains("\"groups\":[]");
    assertThat(http.get("/api/prom/rules/test/test").body()).contains("unsupported in rule local store");
  }

  @Test
  void drilldown() throws Exception {
    try (LokiServer server = Servers.start(dir, "pattern_ingester: {enabled: true}");
        Http http = new Http(server.uri())) {
      fill(http);
      startPage(http);
      servicePage(http);
    }
  }

  private static void startPage(Http http) throws Exception {
    assertThat(ok(http.get("/loki/api/v1/drilldown-limits"))).contains("\"pattern_ingester_enabled\":true");
    assertThat(
            ok(
                http.get(
                    "/loki/api/v1/index/volume?targetLabels=service_name&limit=5000&query="
                        + Http.encode("{service_name=~\".+\"}")
                        + DRILLDOWN_RANGE,
                    "X-Query-Tags",
                    DRILLDOWN)))
        .contains("\"resultType\":\"vector\",\"result\":[{\"metric\":{\"service_name\":\"shop\"}");
    assertThat(ok(http.get("/loki/api/v1/detected_labels?" + DRILLDOWN_RANGE.substring(1))))
        .contains("{\"label\":\"service_name\",\"cardinality\":1}");
    assertThat(ok(http.get("/loki/api/v1/label/__stream_shard__/values?" + DRILLDOWN_RANGE.substring(1))))
        .contains("\"data\":[]");
  }

  private static void servicePage(Http http) throws Exception {
    String[] drilldown = {"X-Query-Tags", DRILLDOWN};
    assertThat(
            ok(
                http.get(
                    rangeQuery(
                        "sum(count_over_time({service_name=\"shop\"} | detected_level != \"\" [1m])) by (detected_level)",
                        RANGE + "&step=60s"),
                    drilldown)))
        .contains("{\"detected_level\":\"error\"}");
    assertThat(
            ok(
                http.get(
                    rangeQuery(
                        "sum by (method) (count_over_time({service_name=\"shop\"} | json | logfmt | drop __error__,"
                            + " __error_details__ | method!=\"\" [1m]))",
                        RANGE + "&step=60s"),
                    drilldown)))
        .contains("{\"method\":\"GET\"}");
    assertThat(
            ok(
                http.get(
                    "/loki/api/v1/detected_fields?query=" + Http.encode("{service_name=\"shop\"}") + DRILLDOWN_RANGE,
                    drilldown)))
        .contains("{\"label\":\"trace_id\",\"type\":\"string\",\"cardinality\":100,\"parsers\":null}")
        .contains("{\"label\":\"method\",\"type\":\"string\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}");
    String url =
        "/loki/api/v1/patterns?step=1m&query=" + Http.encode("{service_name=\"shop\"}") + DRILLDOWN_RANGE;
    String pattern = "level=info method=GET path=<_> took=<_> msg=done";
    Await.until("a pattern", Duration.ofSeconds(20), () -> body(http, url).contains(pattern));
    // The pattern becomes a filter, which must find the lines it was made of.
    assertThat(ok(http.get(rangeQuery("{service_name=\"shop\"} |> `" + pattern + "`", RANGE + "&limit=1000"), drilldown)))
        .contains("\"totalEntriesReturned\":80");
  }

  private static String body(Http http, String url) {
    try {
      return ok(http.get(url));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
