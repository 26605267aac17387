package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.testkit.Await;
import io.sigyn.wire.push.PushWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LokiServerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / SECOND * SECOND;
  private static final int STEP = 25;
  private static final long START = NOW - 600 * SECOND;
  private static final long END = NOW + 60 * SECOND;

  @TempDir Path dir;

  private static String json(String labels, long time, String line) {
    return "{\"streams\":[{\"stream\":"
        + labels
        + ",\"values\":[[\""
        + time
        + "\",\""
        + line
        + "\"]]}]}";
  }

  @Test
  void readsBackAtOnceWhatWasPushed() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> pushed = http.pushJson(json("{\"app\":\"a\"}", NOW, "level=warn hello"));
      assertThat(pushed.statusCode()).isEqualTo(204);
      assertThat(pushed.body()).isEmpty();
      assertThat(pushed.headers().firstValue("Content-Type")).isEmpty();
      HttpResponse<String> read = http.query("{app=\"a\"}", START, END);
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.headers().firstValue("Content-Type"))
          .contains("application/json; charset=UTF-8");
      assertThat(read.body())
          .startsWith(
              "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[{\"stream\":{\"app\":\"a\","
                  + "\"detected_level\":\"warn\",\"service_name\":\"a\"},\"values\":[[\""
                  + NOW
                  + "\",\"level=warn hello\"]]}],\"stats\":{");
    }
  }

  @Test
  void groupsByIndexLabelsWhenAskedTo() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW, "level=warn")).statusCode())
          .isEqualTo(204);
      HttpResponse<String> read =
          http.query(
              "{app=\"a\"}", START, END, "X-Loki-Response-Encoding-Flags", "x, categorize-labels");
      assertThat(read.body())
          .contains("\"encodingFlags\":[\"x\",\"categorize-labels\"]")
          .contains(
              "[\""
                  + NOW
                  + "\",\"level=warn\",{\"structuredMetadata\":{\"detected_level\":\"warn\"}}]");
    }
  }

  @Test
  void takesProtobufGzipAndTheOlderJson() throws Exception {
    byte[] arena = "one".getBytes(StandardCharsets.UTF_8);
    EntryBatch batch =
        EntryBatch.builder(arena).stream(Labels.of("app", "a"))
            .entry(NOW, 0, 3, Labels.EMPTY)
            .build();
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(
              http.post(
                      "/loki/api/v1/push",
                      PushWriter.snappyProtobuf(batch),
                      "Content-Type",
                      "application/x-protobuf")
                  .statusCode())
          .isEqualTo(204);
      byte[] zipped = gzip(json("{\"app\":\"a\"}", NOW + 1, "two"));
      assertThat(
              http.post(
                      "/loki/api/v1/push",
                      zipped,
                      "Content-Type",
                      "application/json",
                      "Content-Encoding",
                      "gzip")
                  .statusCode())
          .isEqualTo(204);
      String old =
          "{\"streams\":[{\"labels\":\"{app=\\\"a\\\"}\",\"entries\":[{\"ts\":\""
              + Instant.ofEpochSecond(NOW / SECOND + 1)
              + "\",\"line\":\"three\"}]}]}";
      assertThat(
              http.post(
                      "/api/prom/push",
                      old.getBytes(StandardCharsets.UTF_8),
                      "Content-Type",
                      "application/json")
                  .statusCode())
          .isEqualTo(204);
      assertThat(http.query("{app=\"a\"}", START, END).body())
          .contains("\"one\"", "\"two\"", "\"three\"");
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  @Test
  void passesGrafanasHealthCheck() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> answer =
          http.get(
              "/loki/api/v1/query?direction=backward&query=vector(1)%2Bvector(1)&time=4000000000");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .startsWith(
              "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":"
                  + "[4000000000,\"2\"]}],\"stats\":{");
    }
  }

  @Test
  void countsAndListsWhatIsThere() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      for (int i = 0; i < 5; i++) {
        assertThat(
                http.pushJson(json("{\"app\":\"a\",\"n\":\"" + i % 2 + "\"}", NOW - i, "x" + i))
                    .statusCode())
            .isEqualTo(204);
      }
      String range = "start=" + START + "&end=" + END;
      String count = Http.encode("sum(count_over_time({app=\"a\"}[5m]))");
      assertThat(http.get("/loki/api/v1/query?query=" + count + "&time=" + NOW).body())
          .contains("\"result\":[{\"metric\":{},\"value\":[" + NOW / SECOND + ",\"5\"]}]");
      assertThat(http.get("/loki/api/v1/labels?" + range).body())
          .isEqualTo("{\"status\":\"success\",\"data\":[\"app\",\"n\",\"service_name\"]}\n");
      assertThat(http.get("/loki/api/v1/label?" + range).body())
          .isEqualTo(http.get("/loki/api/v1/labels?" + range).body());
      assertThat(http.get("/loki/api/v1/label/n/values?" + range).body())
          .isEqualTo("{\"status\":\"success\",\"data\":[\"0\",\"1\"]}\n");
      assertThat(http.get("/loki/api/v1/label/nope/values?" + range).statusCode()).isEqualTo(200);
      assertThat(
              http.get(
                      "/loki/api/v1/series?match[]=%7Bn%3D%220%22%7D&".replace("[]", "%5B%5D")
                          + range)
                  .body())
          .isEqualTo(
              "{\"status\":\"success\",\"data\":[{\"app\":\"a\",\"n\":\"0\",\"service_name\":\"a\"}]}\n");
      byte[] form = ("query=" + count + "&time=" + NOW).getBytes(StandardCharsets.UTF_8);
      assertThat(
              http.post(
                      "/loki/api/v1/query",
                      form,
                      "Content-Type",
                      "application/x-www-form-urlencoded")
                  .body())
          .contains("\"5\"");
    }
  }

  @Test
  void keepsEverythingAcrossARestart() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW, "flushed")).statusCode())
          .isEqualTo(204);
      assertThat(http.post("/flush", new byte[0]).statusCode()).isEqualTo(204);
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW + 1, "in memory")).statusCode())
          .isEqualTo(204);
    }
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.query("{app=\"a\"}", START, END).body())
          .contains("\"flushed\"", "\"in memory\"");
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW + 2, "later")).statusCode())
          .isEqualTo(204);
      assertThat(http.query("{app=\"a\"} |= \"later\"", START, END).body())
          .contains("\"later\"")
          .doesNotContain("memory");
    }
  }

  /** Counts that the store may make of streams together keep tenants apart, and a stream's own label of that name too. */
  @Test
  void countsOfSeveralTenantsKnowStreamsWithTheirLabel() throws Exception {
    String yaml =
        "auth_enabled: true\nquerier: {multi_tenant_queries_enabled: true}\nquery_range: {cache_results: false}\n";
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      for (int n = 0; n < 6; n++) {
        String own = n % 3 == 0 ? ",\"__tenant_id__\":\"mine\"" : "";
        String body = json("{\"app\":\"a\",\"n\":\"" + n + "\"" + own + "}", at(-10 * n) * SECOND, "line");
        for (String tenant : List.of("t1", "t2")) {
          assertThat(http.pushJson(body, "X-Scope-OrgID", tenant).statusCode()).isEqualTo(204);
        }
      }
      assertThat(http.post("/flush", new byte[0], "X-Scope-OrgID", "t1").statusCode()).isEqualTo(204);
      for (int asked = 0; asked < 3; asked++) {
        assertThat(counted(http, "original___tenant_id__"))
            .contains("{\"metric\":{},\"values\":[[%d,\"4\"],[%d,\"8\"]]}".formatted(at(-STEP), at(0)))
            .contains(
                "{\"metric\":{\"original___tenant_id__\":\"mine\"},\"values\":[[%d,\"2\"],[%d,\"4\"]]}"
                    .formatted(at(-STEP), at(0)));
        for (String tenant : List.of("t1", "t2")) {
          assertThat(counted(http, "__tenant_id__"))
              .contains(
                  "{\"metric\":{\"__tenant_id__\":\"%s\"},\"values\":[[%d,\"3\"],[%d,\"6\"]]}"
                      .formatted(tenant, at(-STEP), at(0)));
        }
      }
    }
  }

  /** Seconds before or after a multiple of the step. */
  private static long at(int seconds) {
    return NOW / (STEP * SECOND) * STEP + seconds;
  }

  private static String counted(Http http, String label) throws Exception {
    String query = Http.encode("sum by (" + label + ") (count_over_time({app=\"a\"}[10m]))");
    String range = "&start=" + at(-STEP) + "&end=" + at(0) + "&step=" + STEP;
    HttpResponse<String> answer =
        http.get("/loki/api/v1/query_range?query=" + query + range, "X-Scope-OrgID", "t1|t2");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void keepsTenantsApart() throws Exception {
    String yaml = "auth_enabled: true\nquerier: {multi_tenant_queries_enabled: true}\n";
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      for (String tenant : List.of("t1", "t2")) {
        assertThat(
                http.pushJson(json("{\"app\":\"a\"}", NOW, "of " + tenant), "X-Scope-OrgID", tenant)
                    .statusCode())
            .isEqualTo(204);
      }
      assertThat(http.query("{app=\"a\"}", START, END, "X-Scope-OrgID", "t1").body())
          .contains("\"of t1\"")
          .doesNotContain("t2", "__tenant_id__");
      assertThat(http.query("{app=\"a\"}", START, END, "X-Scope-OrgID", "t3").body())
          .contains("\"result\":[]");
      assertThat(http.query("{app=\"a\"}", START, END, "X-Scope-OrgID", "t1|t2").body())
          .contains(
              "\"__tenant_id__\":\"t1\"", "\"__tenant_id__\":\"t2\"", "\"of t1\"", "\"of t2\"");
      assertThat(
              http.query("{app=\"a\",__tenant_id__=\"t2\"}", START, END, "X-Scope-OrgID", "t1|t2")
                  .body())
          .contains("\"of t2\"")
          .doesNotContain("of t1");
      HttpResponse<String> nobody = http.query("{app=\"a\"}", START, END);
      assertThat(nobody.statusCode()).isEqualTo(401);
      assertThat(nobody.body()).isEqualTo("no org id\n");
      HttpResponse<String> both =
          http.pushJson(json("{\"app\":\"a\"}", NOW, "x"), "X-Scope-OrgID", "t1|t2");
      assertThat(both.statusCode()).isEqualTo(400);
      assertThat(both.body()).isEqualTo("multiple org IDs present\n");
    }
  }

  @Test
  void refusesBadQueriesWithLokisTexts() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> instant =
          http.get("/loki/api/v1/query?query=" + Http.encode("{app=\"a\"}"));
      assertThat(instant.statusCode()).isEqualTo(400);
      assertThat(instant.headers().firstValue("Content-Type"))
          .contains("text/plain; charset=utf-8");
      assertThat(instant.body())
          .isEqualTo(
              "log queries are not supported as an instant query type, please change your query to"
                  + " a range query type");
      assertThat(http.get("/loki/api/v1/query_range?query=%7B").body())
          .isEqualTo(
              "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or"
                  + " }");
      assertThat(http.get("/loki/api/v1/query_range").body())
          .isEqualTo("parse error : syntax error: unexpected $end");
      assertThat(http.get("/loki/api/v1/query_range?query=%7Ba=%22b%22%7D&limit=5001").body())
          .isEqualTo(
              "max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 >"
                  + " 5000)");
      assertThat(http.get("/loki/api/v1/labels?start=2&end=1").body())
          .isEqualTo("this data is no longer available, it is past now - max_query_lookback (0s)");
      assertThat(http.get("/loki/api/v1/series?match=%7B%7D&match=%7Ba=%22b%22%7D").body())
          .isEqualTo("0 matchers in group: {}");
      assertThat(http.get("/loki/api/v1/format_query?query=%7B").body())
          .isEqualTo(
              "{\"status\":\"invalid-query\",\"error\":\"parse error at line 1, col 2: syntax"
                  + " error: unexpected $end, expecting IDENTIFIER or }\"}");
      assertThat(
              http.get("/loki/api/v1/format_query?query=%7Ba=%22b%22%7D%7C=%22%3Cc%3E%22")
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void endsQueriesWhoseTimeIsUp() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {query_timeout: 1ns}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> answer = http.query("{app=\"a\"}", START, END);
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body())
          .startsWith("request timed out, decrease the duration of the request");
    }
  }

  @Test
  void answersOperators() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_line_size: 1KB}");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/ready").body()).isEqualTo("ready\n");
      assertThat(http.get("/loki/api/v1/status/buildinfo").body())
          .startsWith("{\"version\":\"3.7.6\",");
      assertThat(http.get("/services").body())
          .contains("server => Running\n", "store => Running\n");
      assertThat(http.get("/config").body()).contains("max_line_size: 1KB", "path_prefix: ");
      assertThat(http.get("/config?mode=defaults").body()).contains("max_line_size: 256KB");
      assertThat(http.get("/log_level").body()).startsWith("{\"message\":\"Current log level is ");
      HttpResponse<String> bad = http.post("/log_level?log_level=bad", new byte[0]);
      assertThat(bad.statusCode()).isEqualTo(400);
      assertThat(bad.body())
          .isEqualTo("{\"status\":\"failed\",\"message\":\"unrecognized log level \\\"bad\\\"\"}");
      assertThat(http.post("/ready", new byte[0]).statusCode()).isEqualTo(405);
      assertThat(http.get("/loki/api/v1/push").statusCode()).isEqualTo(405);
      assertThat(http.get("/loki/api/v1/nothing").body()).isEqualTo("404 page not found\n");
    }
  }

  @Test
  void saysWhyPushesAreRefusedWhileQueriesGoOn() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_line_size: 1KB}");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/ready?for=write").body()).isEqualTo("ready\n");
    }
    try (LokiServer server = Servers.start(dir, "sigyn: {min_free_disk: 1000000GB}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> ready = http.get("/ready?for=write");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body())
          .startsWith("disk full: " + dir.resolve("store") + " has ")
          .contains(" bytes free, 1073741824000000 are needed");
      assertThat(http.get("/ready").body()).isEqualTo("ready\n");
      HttpResponse<String> push =
          http.pushJson(
              "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"%d\",\"x\"]]}]}"
                  .formatted(System.currentTimeMillis() * 1_000_000));
      assertThat(push.statusCode()).isEqualTo(503);
      assertThat(push.body()).startsWith("disk full: ");
      assertThat(push.headers().firstValue("Retry-After")).isPresent();
      assertThat(http.get("/loki/api/v1/labels").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void countsUnderLokisNames() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_line_size: 10B}");
        Http http = new Http(server.uri())) {
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW, "short")).statusCode()).isEqualTo(204);
      assertThat(http.pushJson(json("{\"app\":\"a\"}", NOW, "longer than ten")).statusCode())
          .isEqualTo(400);
      HttpResponse<String> metrics = http.get("/metrics");
      assertThat(metrics.headers().firstValue("Content-Type"))
          .hasValueSatisfying(t -> assertThat(t).startsWith("text/plain"));
      assertThat(metrics.body().lines())
          .contains(
              "loki_distributor_lines_received_total{tenant=\"fake\"} 2.0",
              "loki_distributor_bytes_received_total{tenant=\"fake\"} 20.0",
              "loki_discarded_samples_total{reason=\"line_too_long\",tenant=\"fake\"} 1.0",
              "loki_discarded_bytes_total{reason=\"line_too_long\",tenant=\"fake\"} 15.0",
              "loki_ingester_memory_streams 1.0")
          .anyMatch(line ->
              line.startsWith(
                  "loki_request_duration_seconds_bucket{method=\"POST\",route=\"loki_api_v1_push\","
                      + "status_code=\"204\",ws=\"false\",le=\"0.005\"}"))
          .anyMatch(
              line -> line.startsWith("loki_build_info{") && line.contains("version=\"3.7.6\""))
          .anyMatch(line -> line.startsWith("loki_inflight_requests "))
          .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
          .anyMatch(line -> line.startsWith("process_uptime_seconds "));
    }
  }

  @Test
  void servesBelowAPrefix() throws Exception {
    try (LokiServer server = Servers.start(dir, "server: {http_path_prefix: /logs}");
        Http http = new Http(server.uri())) {
      assertThat(server.uri().getPath()).isEqualTo("/logs");
      assertThat(http.get("/ready").body()).isEqualTo("ready\n");
      try (RawHttp raw = new RawHttp(server.port())) {
        assertThat(raw.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n").answer().status())
            .isEqualTo(404);
      }
    }
  }

  @Test
  void takesLimitsPerTenantFromAFile() throws Exception {
    Path file =
        Files.writeString(dir.resolve("limits.yaml"), "overrides: {small: {max_line_size: 5B}}");
    String yaml = "auth_enabled: true\nruntime_config: {file: " + file + ", period: 50ms}\n";
    try (LokiServer server = Servers.start(dir.resolve("data"), yaml);
        Http http = new Http(server.uri())) {
      String push = json("{\"app\":\"a\"}", NOW, "longer");
      assertThat(http.pushJson(push, "X-Scope-OrgID", "big").statusCode()).isEqualTo(204);
      assertThat(http.pushJson(push, "X-Scope-OrgID", "small").statusCode()).isEqualTo(400);
      Files.writeString(file, "overrides: {small: {max_line_size: 6B}}");
      Await.until("the new limit", Duration.ofSeconds(20), () -> accepts(http, push));
    }
  }

  private static boolean accepts(Http http, String push) {
    try {
      return http.pushJson(push, "X-Scope-OrgID", "small").statusCode() == 204;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysWhatIsWrongWithADirectoryItCannotUse() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> Servers.start(file, "").close())
        .isInstanceOf(LokiException.class)
        .hasMessageContaining(file.toString());
    try (LokiServer first = Servers.start(dir.resolve("data"), "")) {
      assertThatThrownBy(() -> Servers.start(dir.resolve("data"), "").close())
          .isInstanceOf(LokiException.class)
          .hasMessageContaining(dir.resolve("data").toString());
      ServerConfig samePort =
          ServerConfig.defaults()
              .withDataDir(dir.resolve("other"))
              .withAddress("127.0.0.1")
              .withPort(first.port());
      assertThatThrownBy(() -> LokiServer.start(samePort).close())
          .isInstanceOf(LokiException.class)
          .hasMessageStartingWith("cannot listen on 127.0.0.1:" + first.port() + ": ");
      assertThat(dir.resolve("other")).doesNotExist();
    }
  }

  @Test
  void closesTwiceWithoutHarm() {
    LokiServer server = Servers.start(dir, "");
    server.close();
    server.close();
    assertThatThrownBy(() -> new RawHttp(server.port()).close()).isInstanceOf(IOException.class);
  }
}
