package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    try (LokiServer server = Servers.start(dir, "limits_config: {max_query_series: 50}");
        Http http = new Http(server.uri())) {
      assertThat(ok(http.get("/loki/api/v1/query?direction=backward&query=vector(1)%2Bvector(1)&time=4000000000")))
          .contains("\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[4000000000,\"2\"]}]");
      fill(http);
      explore(http);
      pieces(http);
      context(http);
      editor(http);
      builder(http);
      dashboards(http);
      mistakes(http);
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

  /** A range in pieces, the newest first, and pages of older lines: nothing is missing or there twice. */
  private static void pieces(Http http) throws Exception {
    String[] newer = piece(NOW - 950 * SECOND, NOW);
    String[] older = piece(START, NOW - 950 * SECOND);
    for (String[] piece : List.of(newer, older)) {
      assertThat(ok(http.get(rangeQuery("{app=\"shop\"}", piece[0] + "&limit=1000"), "X-Loki-Query-Limits-Context", piece[1])))
          .contains("\"totalEntriesReturned\":50");
    }
    String first = ok(http.get(rangeQuery("{app=\"shop\"}", RANGE + "&limit=30")));
    assertThat(first).contains("path=/api/70 ").doesNotContain("path=/api/69 ");
    String next = "&start=" + START + "&end=" + (NOW - 930 * SECOND) + "&limit=30";
    assertThat(ok(http.get(rangeQuery("{app=\"shop\"}", next), "X-Query-Tags", "Source=infiniteScroll")))
        .contains("path=/api/69 ")
        .contains("path=/api/40 ")
        .doesNotContain("path=/api/70 ")
        .doesNotContain("path=/api/39 ");
  }

  /** Parameters and what Grafana says about the whole. */
  private static String[] piece(long start, long end) {
    String whole =
        "{\"Expr\":\"{app=\\\"shop\\\"}\",\"From\":\"" + rfc3339(START) + "\",\"To\":\"" + rfc3339(NOW) + "\"}";
    return new String[] {"&start=" + start + "&end=" + end, whole};
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

  /** What is asked before anything is written, and by the label browser. */
  private static void editor(Http http) throws Exception {
    String shop = "query=" + Http.encode("{app=\"shop\"}") + RANGE;
    assertThat(ok(http.get("/loki/api/v1/detected_labels?" + RANGE.substring(1))))
        .contains("{\"label\":\"app\",\"cardinality\":1}");
    assertThat(ok(http.get("/loki/api/v1/labels?" + shop))).contains("\"data\":[\"app\",\"pod\",\"service_name\"]");
    assertThat(ok(http.get("/loki/api/v1/label/pod/values?" + shop))).contains("\"data\":[\"p1\"]");
    assertThat(ok(http.get("/loki/api/v1/label/pod/values?query=" + Http.encode("{app=\"none\"}") + RANGE)))
        .contains("\"data\":[]");
    String two = "match[]=" + Http.encode("{app=\"shop\"}") + "&match[]=" + Http.encode("{pod=~\".+\"}");
    assertThat(ok(http.get("/loki/api/v1/series?" + two + RANGE)))
        .contains("\"data\":[{\"app\":\"shop\",\"pod\":\"p1\",\"service_name\":\"shop\"}]");
    assertThat(ok(http.get("/loki/api/v1/format_query?query=" + Http.encode("{app=\"shop\"}|=`x`"))))
        .isEqualTo("{\"status\":\"success\",\"data\":\"{app=\\\"shop\\\"} |= \\\"x\\\"\"}");
    assertThat(ok(http.get("/loki/api/v1/status/buildinfo"))).contains("\"version\":\"3.");
  }

  private static void dashboards(Http http) throws Exception {
    assertThat(ok(http.get(rangeQuery("sum(rate({app=\"shop\"}[5m]))", RANGE + "&step=15000ms"))))
        .contains("\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[");
    String levels = "sum by (detected_level) (count_over_time({app=\"shop\"}[1h]))";
    assertThat(ok(http.get("/loki/api/v1/query?direction=backward&time=" + NOW + "&query=" + Http.encode(levels))))
        .contains("\"resultType\":\"vector\"")
        .containsPattern("\"detected_level\":\"error\"},\"value\":\\[\\d+(\\.\\d+)?,\"20\"]")
        .containsPattern("\"detected_level\":\"info\"},\"value\":\\[\\d+(\\.\\d+)?,\"80\"]");
    assertThat(ok(http.get(rangeQuery("{app=\"shop\"}", RANGE + "&limit=10"), "X-Query-Tags", "Source=logsample")))
        .contains("\"totalEntriesReturned\":10");
  }

  /** Grafana shows the bare text, and looks for some words in it. */
  private static void mistakes(Http http) throws Exception {
    HttpResponse<String> typo = http.get(rangeQuery("{app=\"shop\"", RANGE));
    assertThat(typo.statusCode()).isEqualTo(400);
    assertThat(typo.body()).startsWith("parse error at line 1, col 12: syntax error: unexpected $end");
    String many = rangeQuery("sum by (trace_id) (count_over_time({app=\"shop\"}[1m]))", RANGE + "&step=60s");
    HttpResponse<String> refused = http.get(many);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).startsWith("maximum number of series (50) reached for a single query");
    assertThat(ok(http.get(many, "X-Query-Tags", DRILLDOWN)))
        .contains("\"warnings\":[\"maximum number of series (50) reached for a single query; returning partial results\"]");
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
    assertThat(ok(http.get("/prometheus/api/v1/alerts"))).contains("\"alerts\":[]");
    assertThat(http.get("/api/prom/rules").statusCode()).isIn(200, 404);
    assertThat(http.get("/api/prom/rules/test/test").body()).contains("unsupported in rule local store");
  }

  @Test
  void drilldown() throws Exception {
    try (LokiServer server = Servers.start(dir, "pattern_ingester: {enabled: true}");
        Http http = new Http(server.uri())) {
      fill(http);
      startPage(http);
      servicePage(http);
      tabs(http);
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

  /** Labels, fields, logs. */
  private static void tabs(Http http) throws Exception {
    String[] drilldown = {"X-Query-Tags", DRILLDOWN};
    assertThat(
            ok(
                http.get(
                    "/loki/api/v1/index/volume?targetLabels=pod&limit=5000&query="
                        + Http.encode("{service_name=\"shop\"}")
                        + DRILLDOWN_RANGE,
                    drilldown)))
        .contains("\"result\":[{\"metric\":{\"pod\":\"p1\"}");
    assertThat(
            ok(
                http.get(
                    rangeQuery(
                        "sum(count_over_time({service_name=\"shop\"} | pod != \"\" [1m])) by (pod)", RANGE + "&step=60s"),
                    drilldown)))
        .contains("{\"pod\":\"p1\"}");
    assertThat(
            ok(
                http.get(
                    "/loki/api/v1/detected_field/method/values?query="
                        + Http.encode("{service_name=\"shop\"}")
                        + DRILLDOWN_RANGE,
                    drilldown)))
        .contains("\"values\":[\"GET\"]");
    String parsed = "{service_name=\"shop\"} | json | logfmt | drop __error__, __error_details__";
    assertThat(
            ok(
                http.get(
                    rangeQuery(
                        "avg_over_time(" + parsed + " | took!=\"\" | unwrap duration(took) [1m]) by ()",
                        RANGE + "&step=60s"),
                    drilldown)))
        .contains("\"resultType\":\"matrix\",\"result\":[{\"metric\":{},");
    assertThat(
            ok(
                http.get(
                    rangeQuery(parsed + " | method=\"GET\"", RANGE + "&limit=1000"),
                    "X-Query-Tags",
                    DRILLDOWN,
                    "X-Loki-Response-Encoding-Flags",
                    "categorize-labels")))
        .contains("\"totalEntriesReturned\":100")
        .contains("\"parsed\":{")
        .contains("\"structuredMetadata\":{");
  }

  private static String body(Http http, String url) {
    try {
      return ok(http.get(url));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
