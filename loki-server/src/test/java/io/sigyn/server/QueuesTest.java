package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that wait, that take too long and whose clients leave, on a server that runs one at a time. */
class QueuesTest {
  private static final long NOW = System.currentTimeMillis() * 1_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern QUEUE_TIME = Pattern.compile("\"queueTime\":([0-9.eE+-]+)");

  @TempDir Path dir;

  private LokiServer start(String timeout) {
    String yaml =
        """
        auth_enabled: true
        querier: {max_concurrent: 1}
        query_range: {cache_results: false}
        limits_config: {ingestion_rate_mb: 100, ingestion_burst_size_mb: 100, max_line_size: 1MB, query_timeout: %s}
        """;
    return Servers.start(dir, yaml.formatted(timeout));
  }

  private static void push(Http http, String tenant, int lines) throws IOException, InterruptedException {
    StringBuilder json = new StringBuilder("{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[");
    for (int i = 0; i < lines; i++) {
      json.append(i == 0 ? "" : ",").append("[\"").append(NOW - i * 1_000_000L);
      json.append("\",\"{\\\"id\\\":").append(i).append(",\\\"name\\\":\\\"n").append(i % 7).append("\\\"}\"]");
    }
    HttpResponse<String> answer = http.pushJson(json.append("]}]}").toString(), "X-Scope-OrgID", tenant);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
  }

  /** Reads everything once. */
  private static byte[] once() {
    return form("sum(count_over_time({app=\"a\"} | json | name=\"n1\" [1h]))");
  }

  /**
   * Reads everything hundreds of times and makes a kilobyte of each line to look at: with 5,000 lines it takes minutes, which
   * no other part of a test does. However fast queries become, it can be made longer.
   */
  private static byte[] endless() {
    String leg =
        "sum(count_over_time({app=\"a\"} | json | line_format `{{ regexReplaceAll \"n\" (repeat 1000 .name) \"%d\" }}` |= \"no\" [1h]))";
    return form(IntStream.range(0, 400).mapToObj(leg::formatted).collect(Collectors.joining(" or ")));
  }

  private static byte[] form(String query) {
    return ("query=" + Http.encode(query) + "&time=" + NOW).getBytes(StandardCharsets.US_ASCII);
  }

  private static HttpResponse<String> query(Http http, byte[] form, String tenant)
      throws IOException, InterruptedException {
    return http.post(
        "/loki/api/v1/query", form, "X-Scope-OrgID", tenant, "Content-Type", "application/x-www-form-urlencoded");
  }

  private static double metric(Http http, String name) {
    try {
      return http.get("/metrics").body().lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .sum();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds that a query waited for its turn. */
  private static double waited(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Matcher found = QUEUE_TIME.matcher(answer.body());
    assertThat(found.find()).as(answer.body()).isTrue();
    return Double.parseDouble(found.group(1));
  }

  @Test
  void keepNoTenantWaitingForAllQueriesOfAnother() throws Exception {
    try (LokiServer server = start("1h");
        Http http = new Http(server.uri());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      push(http, "greedy", 20_000);
      List<Future<HttpResponse<String>>> many = new ArrayList<>();
      Future<HttpResponse<String>> modest;
      try (RawHttp _ = occupy(server, http, "greedy")) {
        for (int i = 0; i < 20; i++) {
          many.add(clients.submit(() -> query(http, once(), "greedy")));
        }
        Await.until("a queue", PATIENCE, () -> metric(http, "sigyn_query_queue_length") == 20);
        modest = clients.submit(() -> query(http, once(), "modest"));
        Await.until("another tenant in it", PATIENCE, () -> metric(http, "sigyn_query_queue_length") == 21);
      }
      // It came last. Whoever waited longer had its turn later, apart from those that had theirs in between.
      double last = waited(modest.get());
      int longer = 0;
      for (Future<HttpResponse<String>> one : many) {
        longer += waited(one.get()) > last ? 1 : 0;
      }
      assertThat(longer).isGreaterThanOrEqualTo(18);
    }
  }

  @Test
  void refuseWhatIsTooMuchForOneTenantOnly() throws Exception {
    Path own = dir.resolve("own");
    String yaml =
        """
        auth_enabled: true
        querier: {max_concurrent: 1}
        query_scheduler: {max_outstanding_requests_per_tenant: 2}
        limits_config: {ingestion_rate_mb: 100, ingestion_burst_size_mb: 100, query_timeout: 1h}
        """;
    try (LokiServer server = Servers.start(own, yaml);
        Http http = new Http(server.uri());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      push(http, "greedy", 5_000);
      String discarded = "loki_query_scheduler_discarded_requests_total{user=\"greedy\"}";
      List<Future<HttpResponse<String>>> many = new ArrayList<>();
      Future<HttpResponse<String>> modest;
      try (RawHttp _ = occupy(server, http, "greedy")) {
        for (int i = 0; i < 10; i++) {
          many.add(clients.submit(() -> query(http, once(), "greedy")));
        }
        Await.until("all but two to be refused", PATIENCE, () -> metric(http, discarded) == 8);
        modest = clients.submit(() -> query(http, once(), "modest"));
        Await.until("another tenant in the queue", PATIENCE, () -> metric(http, "sigyn_query_queue_length") == 3);
      }
      assertThat(modest.get().statusCode()).isEqualTo(200);
      int refused = 0;
      for (Future<HttpResponse<String>> one : many) {
        if (one.get().statusCode() == 429) {
          assertThat(one.get().body()).isEqualTo("too many outstanding requests");
          refused++;
        }
      }
      assertThat(refused).isEqualTo(8);
      assertThat(metric(http, discarded)).isEqualTo(8);
    }
  }

  @Test
  void endWhenTheirTimeIsUp() throws Exception {
    try (LokiServer server = start("200ms");
        Http http = new Http(server.uri())) {
      push(http, "a", 5_000);
      HttpResponse<String> answer = query(http, endless(), "a");
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).startsWith("request timed out, decrease the duration of the request");
      // The answer does not wait for the thread that counts it.
      Await.until("its end", PATIENCE, () -> metric(http, "sigyn_queries_total{outcome=\"timeout\"}") == 1);
    }
  }

  @Test
  void endWhenTheirClientIsGone() throws Exception {
    try (LokiServer server = start("1h");
        Http http = new Http(server.uri())) {
      push(http, "a", 5_000);
      occupy(server, http, "a").close();
      // Left alone it would take much longer than this waits, and then be counted as done.
      Await.until("the scan to stop", PATIENCE, () -> metric(http, "sigyn_queries_running") == 0);
      Await.until("its end", PATIENCE, () -> metric(http, "sigyn_queries_total{outcome=\"cancelled\"}") == 1);
      assertThat(http.get("/metrics").body()).containsPattern("route=\"loki_api_v1_query\",status_code=\"499\"");
    }
  }

  /** Leaves the server's only thread to a query that takes very long, until the socket is closed. */
  private static RawHttp occupy(LokiServer server, Http http, String tenant) throws IOException {
    byte[] body = endless();
    RawHttp raw = new RawHttp(server.port());
    raw.send(
        "POST /loki/api/v1/query HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: " + tenant + "\r\nContent-Length: " + body.length
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n");
    raw.send(body);
    Await.until("the query to run", PATIENCE, () -> metric(http, "sigyn_queries_running") == 1);
    return raw;
  }

  private static RawHttp get(LokiServer server, String target, String tenant) throws IOException {
    return new RawHttp(server.port())
        .send("GET " + target + " HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: " + tenant + "\r\n\r\n");
  }

  @Test
  void giveTheirPlaceBackWhenTheirClientLeavesTheQueue() throws Exception {
    Map<String, String> targets =
        Map.ofEntries(
            Map.entry("loki_api_v1_query_range", "/loki/api/v1/query_range?query={app=%22a%22}"),
            Map.entry("loki_api_v1_query", "/loki/api/v1/query?query=vector(1)"),
            Map.entry("loki_api_v1_labels", "/loki/api/v1/labels"),
            Map.entry("loki_api_v1_label", "/loki/api/v1/label"),
            Map.entry("loki_api_v1_label_name_values", "/loki/api/v1/label/app/values"),
            Map.entry("loki_api_v1_series", "/loki/api/v1/series"),
            Map.entry("loki_api_v1_index_stats", "/loki/api/v1/index/stats?query={app=%22a%22}"),
            Map.entry("loki_api_v1_index_shards", "/loki/api/v1/index/shards?query={app=%22a%22}"),
            Map.entry("loki_api_v1_index_volume", "/loki/api/v1/index/volume?query={app=%22a%22}"),
            Map.entry("loki_api_v1_index_volume_range", "/loki/api/v1/index/volume_range?query={app=%22a%22}"),
            Map.entry("loki_api_v1_detected_labels", "/loki/api/v1/detected_labels"),
            Map.entry("loki_api_v1_detected_fields", "/loki/api/v1/detected_fields?query={app=%22a%22}"),
            Map.entry("loki_api_v1_detected_field_name_values", "/loki/api/v1/detected_field/x/values?query={app=%22a%22}"),
            Map.entry("api_prom_query", "/api/prom/query?query={app=%22a%22}"),
            Map.entry("api_prom_label", "/api/prom/label"),
            Map.entry("api_prom_label_name_values", "/api/prom/label/app/values"),
            Map.entry("api_prom_series", "/api/prom/series"),
            Map.entry("sigyn_explain", "/sigyn/explain?query={app=%22a%22}"));
    try (LokiServer server = start("1h");
        Http http = new Http(server.uri())) {
      push(http, "a", 5_000);
      try (RawHttp _ = occupy(server, http, "a")) {
        List<RawHttp> clients = new ArrayList<>();
        for (String target : targets.values()) {
          clients.add(get(server, target, "a"));
        }
        Await.until("a queue", PATIENCE, () -> metric(http, "sigyn_query_queue_length") == targets.size());
        for (RawHttp client : clients) {
          client.close();
        }
        Await.until("the queue to be empty", PATIENCE, () -> metric(http, "sigyn_query_queue_length") == 0);
        assertThat(metric(http, "sigyn_queries_running")).as("none of them had its turn").isEqualTo(1);
        assertThat(metric(http, "sigyn_queries_total{outcome=\"cancelled\"}")).isEqualTo(targets.size());
      }
      String page = http.get("/metrics").body();
      for (String route : targets.keySet()) {
        assertThat(page).contains("_count{method=\"GET\",route=\"" + route + "\",status_code=\"499\"");
      }
    }
  }

  @Test
  void aboutLabelsAndVolumesEndWhenTheirClientIsGone() throws Exception {
    try (LokiServer server = start("1h");
        Http http = new Http(server.uri())) {
      StringBuilder json = new StringBuilder("{\"streams\":[");
      for (int i = 0; i < 4_000; i++) {
        json.append(i == 0 ? "" : ",").append("{\"stream\":{\"app\":\"a\",\"pod\":\"p").append(i);
        json.append("\"},\"values\":[[\"").append(NOW - 3_000_000_000_000L).append("\",\"x\"],[\"").append(NOW);
        json.append("\",\"y\"]]}");
      }
      assertThat(http.pushJson(json.append("]}").toString(), "X-Scope-OrgID", "a").statusCode()).isEqualTo(204);
      String range = "start=" + (NOW - 3_000_000_000_000L) + "&end=" + NOW;
      // Left alone both would take a good while longer than a client needs to leave, and then be counted as done.
      byte[] series = (range + "&match[]={app=\"a\"}".repeat(20_000)).getBytes(StandardCharsets.US_ASCII);
      String[] requests = {
        "GET /loki/api/v1/index/volume_range?step=1&query={app=%22a%22}&" + range + " HTTP/1.1\r\nHost: x\r\n"
            + "X-Scope-OrgID: a\r\n\r\n",
        "POST /loki/api/v1/series HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: a\r\nContent-Length: " + series.length
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + new String(series, StandardCharsets.US_ASCII)
      };
      int gone = 0;
      for (String request : requests) {
        try (RawHttp _ = new RawHttp(server.port()).send(request)) {
          Await.until("it to run", PATIENCE, () -> metric(http, "sigyn_queries_running") == 1);
        }
        int expected = ++gone;
        Await.until(
            "its end", PATIENCE, () -> metric(http, "sigyn_queries_total{outcome=\"cancelled\"}") == expected);
        assertThat(metric(http, "sigyn_queries_running")).isZero();
      }
    }
  }
}
