package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries that wait, that take too long and whose clients leave, on a server that runs one at a time. */
class QueuesTest {
  private static final long NOW = System.currentTimeMillis() * 1_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path dir;

  private LokiServer start(String more) {
    String yaml =
        """
        auth_enabled: true
        querier: {max_concurrent: 1}
        query_range: {cache_results: false}
        limits_config: {ingestion_rate_mb: 100, ingestion_burst_size_mb: 100, max_line_size: 1MB%s}
        """;
    return Servers.start(dir, yaml.formatted(more));
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

  /** Reads everything once for each leg. */
  private static byte[] slow(int legs) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < legs; i++) {
      query.append(i == 0 ? "" : " or ").append("sum(count_over_time({app=\"a\"} | json | name=\"n").append(i).append("\" [1h]))");
    }
    return ("query=" + Http.encode(query.toString()) + "&time=" + NOW).getBytes(StandardCharsets.US_ASCII);
  }

  private static HttpResponse<String> query(Http http, int legs, String tenant)
      throws IOException, InterruptedException {
    return http.post(
        "/loki/api/v1/query", slow(legs), "X-Scope-OrgID", tenant, "Content-Type", "application/x-www-form-urlencoded");
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

  @Test
  void keepNoTenantWaitingForAllQueriesOfAnother() throws Exception {
    try (LokiServer server = start("");
        Http http = new Http(server.uri());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      push(http, "greedy", 1_000);
      AtomicInteger done = new AtomicInteger();
      List<Future<Integer>> many = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        many.add(
            clients.submit(
                () -> {
                  int status = query(http, 4, "greedy").statusCode();
                  done.incrementAndGet();
                  return status;
                }));
      }
      Await.until("a queue", PATIENCE, () -> metric(http, "sigyn_query_queue_length") > 12);
      assertThat(query(http, 1, "modest").statusCode()).isEqualTo(200);
      assertThat(done).hasValueLessThan(16);
      for (Future<Integer> one : many) {
        assertThat(one.get()).isEqualTo(200);
      }
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
        limits_config: {ingestion_rate_mb: 100, ingestion_burst_size_mb: 100}
        """;
    try (LokiServer server = Servers.start(own, yaml);
        Http http = new Http(server.uri());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      push(http, "greedy", 1_000);
      List<Future<HttpResponse<String>>> many = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        many.add(clients.submit(() -> query(http, 12, "greedy")));
      }
      assertThat(query(http, 1, "modest").statusCode()).isEqualTo(200);
      int refused = 0;
      for (Future<HttpResponse<String>> one : many) {
        if (one.get().statusCode() == 429) {
          assertThat(one.get().body()).isEqualTo("too many outstanding requests");
          refused++;
        }
      }
      assertThat(refused).isPositive();
      assertThat(metric(http, "loki_query_scheduler_discarded_requests_total{user=\"greedy\"}")).isEqualTo(refused);
    }
  }

  @Test
  void endWhenTheirTimeIsUp() throws Exception {
    try (LokiServer server = start(", query_timeout: 200ms");
        Http http = new Http(server.uri())) {
      push(http, "a", 5_000);
      HttpResponse<String> answer = query(http, 400, "a");
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).startsWith("request timed out, decrease the duration of the request");
      assertThat(metric(http, "sigyn_queries_total{outcome=\"timeout\"}")).isEqualTo(1);
    }
  }

  @Test
  void endWhenTheirClientIsGone() throws Exception {
    try (LokiServer server = start("");
        Http http = new Http(server.uri())) {
      push(http, "a", 5_000);
      byte[] body = slow(400);
      String head =
          "POST /loki/api/v1/query HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: a\r\nContent-Length: " + body.length
              + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        Await.until("the query to run", PATIENCE, () -> metric(http, "sigyn_queries_running") == 1);
      }
      // Left alone it would take much longer than this waits, and then be counted as done.
      Await.until("the scan to stop", PATIENCE, () -> metric(http, "sigyn_queries_running") == 0);
      Await.until("its end", PATIENCE, () -> metric(http, "sigyn_queries_total{outcome=\"cancelled\"}") == 1);
      assertThat(http.get("/metrics").body()).containsPattern("route=\"loki_api_v1_query\",status_code=\"499\"");
    }
  }
}
