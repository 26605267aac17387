package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.testkit.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small sister of {@code sigyn bench connections}, whose figures are in docs/operations.md. */
@SuppressWarnings("StringConcatToTextBlock") // a text block would hide where a line ends with CRLF
final class ManyConnectionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int IDLE = 500;
  private static final int TAILS = 20;
  private static final int SLOW = 10;

  /** Generous: one that is idle takes about 10 KiB, and what tests before this one left comes and goes. */
  private static final long BYTES_EACH = 64 << 10;

  @TempDir Path dir;

  private final List<RawHttp> clients = new ArrayList<>();

  @AfterEach
  void leave() throws IOException {
    for (RawHttp client : clients) {
      client.close();
    }
  }

  private RawHttp connect(int port) throws IOException {
    RawHttp client = new RawHttp(port);
    clients.add(client);
    return client;
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static String get(String target, String more) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }

  @Test
  void silentAndSlowConnectionsTakeNoThreadAndLittleMemory() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_concurrent_tail_requests: 100}\n");
        Http http = new Http(server.uri())) {
      StringBuilder values = new StringBuilder();
      for (int i = 0; i < 4_000; i++) {
        values.append(i == 0 ? "" : ",").append("[\"").append(System.currentTimeMillis()).append("000000\",\"");
        values.append(i).append("x".repeat(500)).append("\"]");
      }
      String push = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[%s]}]}";
      assertThat(http.pushJson(push.formatted(values)).statusCode()).isEqualTo(204);
      assertThat(http.get("/ready").statusCode()).isEqualTo(200);
      int threadsBefore = threads();
      long heapBefore = heap();

      for (int i = 0; i < IDLE; i++) {
        assertThat(connect(server.port()).send(get("/ready", "")).answer().status()).isEqualTo(200);
      }
      for (int i = 0; i < TAILS; i++) {
        String upgrade =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        RawHttp tail = connect(server.port());
        tail.send(get("/loki/api/v1/tail?query=%7Bapp%3D%22none%22%7D", upgrade));
        assertThat(tail.answer().status()).isEqualTo(101);
      }
      for (int i = 0; i < SLOW; i++) {
        // Two megabytes of answer that nobody reads.
        connect(server.port()).send(get("/loki/api/v1/query_range?limit=5000&query=%7Bapp%3D%22x%22%7D", ""));
      }
      Await.until(
          "the slow readers' answers to be on their way",
          PATIENCE,
          () -> metric(http, "loki_inflight_requests") >= SLOW + TAILS);
      assertThat(metric(http, "loki_tcp_connections{")).isGreaterThanOrEqualTo(IDLE + TAILS + SLOW);
      assertThat(metric(http, "sigyn_http_body_bytes")).isZero();
      // Query threads and carriers of virtual threads start when they are needed first; as many as processors, not clients.
      assertThat(threads() - threadsBefore).as("threads").isLessThan(20);
      assertThat(heap() - heapBefore).as("bytes of heap").isLessThan((IDLE + TAILS + SLOW) * BYTES_EACH);

      for (RawHttp client : clients.subList(0, IDLE)) {
        assertThat(client.send(get("/ready", "")).answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void answersThatNobodyTakesHaveABoundTogether() throws Exception {
    String yaml =
        """
        sigyn: {answers_max_memory: 5MB}
        limits_config:
          ingestion_rate_mb: 100
          ingestion_burst_size_mb: 100
          per_stream_rate_limit: 100MB
          per_stream_rate_limit_burst: 100MB
        """;
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      StringBuilder values = new StringBuilder();
      for (int i = 0; i < 2_000; i++) {
        values.append(i == 0 ? "" : ",").append("[\"").append(System.currentTimeMillis()).append("000000\",\"");
        values.append(i).append("x".repeat(4_000)).append("\"]");
      }
      String push = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[%s]}]}";
      assertThat(http.pushJson(push.formatted(values)).statusCode()).isEqualTo(204);
      String all = "/loki/api/v1/query_range?limit=5000&query=%7Bapp%3D%22x%22%7D";
      try (RawHttp idle = new RawHttp(server.port()).send(get(all, ""))) {
        Await.until("its answer", PATIENCE, () -> metric(http, "sigyn_http_answer_bytes") > 8_000_000);
        // There is no room for another answer, so whoever takes nothing has to go.
        assertThat(http.get(all).statusCode()).isEqualTo(200);
        assertThat(metric(http, "sigyn_http_slow_readers_closed_total")).isEqualTo(1);
        assertThatThrownBy(idle::answer).as("an answer that broke off").isInstanceOf(Exception.class);
      }
      Await.until("all room to be given back", PATIENCE, () -> metric(http, "sigyn_http_answer_bytes") < 1_000_000);
    }
  }

  private static double metric(Http http, String name) {
    try {
      return http.get("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
