package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of bad push gets its status and text, and none harms what is good. */
final class BadPushTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / SECOND * SECOND;
  private static final String TYPE = "Content-Type";
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";

  private static final String CONFIG =
      """
      distributor: {max_recv_msg_size: 64KB, max_decompressed_size: 128KB}
      limits_config: {ingestion_rate_mb: 0.001, ingestion_burst_size_mb: 0.1, max_line_size: 32KB}
      """;

  private final LokiServer server;
  private final Http http;

  BadPushTest(@TempDir Path dir) {
    server = Servers.start(dir, CONFIG);
    http = new Http(server.uri());
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  private HttpResponse<String> push(byte[] body, String... headers) throws Exception {
    return http.post("/loki/api/v1/push", body, headers);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String entry(String labels, Object time, String line) {
    return "{\"streams\":[{\"stream\":"
        + labels
        + ",\"values\":[[\""
        + time
        + "\",\""
        + line
        + "\"]]}]}";
  }

  private static void expect(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.body()).isEqualTo(text);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void refusesBodiesThatAreNotWhatTheirHeadersSay() throws Exception {
    byte[] json = utf8(entry("{\"a\":\"b\"}", NOW, "x"));
    expect(push(json), 400, "mime: no media type\n");
    expect(push(json, TYPE, "text/plain"), 400, "snappy: corrupt input\n");
    expect(push(new byte[0], TYPE, PROTOBUF), 400, "snappy: corrupt input\n");
    expect(push(new byte[0], TYPE, JSON), 400, "EOF\n");
    expect(
        push(json, TYPE, JSON, "Content-Encoding", "br"),
        400,
        "Content-Encoding \"br\" not supported\n");
    expect(push(json, TYPE, JSON, "Content-Encoding", "gzip"), 400, "gzip: invalid header\n");
    // A snappy block of four bytes that begin a message field longer than they are.
    expect(
        push(new byte[] {4, 12, 0x0a, 0x7f, 0x0a, 0x01}, TYPE, PROTOBUF), 400, "unexpected EOF\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{",
        "[]",
        "\"x\"",
        "{\"streams\":{}}",
        "{\"streams\":[5]}",
        "{\"streams\":[{\"stream\":[],\"values\":[]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":{}}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"abc\",\"x\"]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1.5\",\"x\"]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[1767618000000000000,\"x\"]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"99999999999999999999\",\"x\"]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1767618000000000000\",5]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1767618000000000000\",\"x\",{\"k\":1}]]}]}",
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1767618000000000000\",\"x\",]]}]}"
      })
  void refusesMalformedJson(String body) throws Exception {
    HttpResponse<String> answer = push(utf8(body), TYPE, JSON);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isNotBlank().endsWith("\n");
  }

  @Test
  void refusesEmptyPushes() throws Exception {
    for (String body : List.of("{}", "null", "{\"streams\":[]}", "{\"streams\":null}")) {
      expect(
          push(utf8(body), TYPE, JSON),
          422,
          "error at least one valid stream is required for ingestion\n");
    }
    assertThat(
            push(utf8("{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[]}]}"), TYPE, JSON)
                .statusCode())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a-b\":\"x\"} | 1:3: parse error: unexpected character inside braces: '-'",
        "{\"1a\":\"x\"} | 1:2: parse error: unexpected character inside braces: '1'",
        "{\"a.b\":\"x\"} | 1:3: parse error: unexpected character inside braces: '.'"
      })
  void refusesBadLabels(String labels, String text) throws Exception {
    expect(http.pushJson(entry(labels, NOW, "x")), 400, "couldn't parse labels: " + text + "\n");
  }

  @Test
  void refusesBadTimes() throws Exception {
    expect(
        http.pushJson(entry("{\"app\":\"times\"}", "4102444800000000000", "x")),
        400,
        "entry for stream '{app=\"times\", service_name=\"times\"}' has timestamp too new:"
            + " 2100-01-01T00:00:00Z\n");
    assertThat(http.pushJson(entry("{\"app\":\"times\"}", "1000000000", "x")).body())
        .startsWith(
            "entry for stream '{app=\"times\", service_name=\"times\"}' has timestamp too old:"
                + " 1970-01-01T00:00:01Z, oldest acceptable timestamp is: ");
    String without = "{\"streams\":[{\"stream\":{\"app\":\"times\"},\"values\":[[]]}]}";
    assertThat(http.pushJson(without).body())
        .contains("has timestamp too old: 0001-01-01T00:00:00Z");
  }

  @Test
  void refusesOversizedBodies() throws Exception {
    expect(
        push(new byte[(64 << 10) + 1], TYPE, JSON),
        413,
        "request body too large: message size too large than max (65537 vs 65536)\n");
    byte[] bomb = gzip(new byte[10 << 20]);
    assertThat(bomb.length).isLessThan(64 << 10);
    HttpResponse<String> answer = push(bomb, TYPE, JSON, "Content-Encoding", "gzip");
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body())
        .startsWith("decompressed message size too large than max (")
        .endsWith(" vs 131072)\n");
    // A snappy block that claims to hold 4 GiB.
    byte[] liar = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0};
    assertThat(push(liar, TYPE, PROTOBUF).statusCode()).isIn(400, 413);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void storesTheGoodEntriesOfABadPush() throws Exception {
    String body =
        "{\"streams\":[{\"stream\":{\"app\":\"mixed\"},\"values\":[[\""
            + NOW
            + "\",\"good\"],[\"4102444800000000000\",\"bad\"]]},"
            + "{\"stream\":{\"app\":\"mixed\",\"v\":\""
            + "x".repeat(2_049)
            + "\"},\"values\":[[\""
            + NOW
            + "\",\"bad\"]]},"
            + "{\"stream\":{\"app\":\"mixed\",\"n\":\"2\"},\"values\":[[\""
            + NOW
            + "\",\"also good\"]]}]}";
    HttpResponse<String> answer = http.pushJson(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("1 errors like: ").contains("; 1 errors like: ");
    HttpResponse<String> read = http.query("{app=\"mixed\"}", NOW - SECOND, NOW + SECOND);
    assertThat(read.body()).contains("\"good\"", "\"also good\"").doesNotContain("\"bad\"");
  }

  @Test
  void answers429AboveTheRateAndStoresNothingOfIt() throws Exception {
    String line = "x".repeat(30_000);
    // Half a minute refills what one line takes, so no machine is slow enough to be let through.
    for (int i = 0; i < 3; i++) {
      assertThat(http.pushJson(entry("{\"app\":\"fast\"}", NOW + i, line)).statusCode()).isEqualTo(204);
    }
    HttpResponse<String> answer = http.pushJson(entry("{\"app\":\"fast\"}", NOW + 3, line));
    assertThat(answer.body())
        .isEqualTo(
            "ingestion rate limit exceeded for user fake (limit: 1048 bytes/sec) while"
                + " attempting to ingest '1' lines totaling '30000' bytes, reduce log volume or"
                + " contact your Loki administrator to see if the limit can be increased\n");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 5);
    String count = Http.encode("sum(count_over_time({app=\"fast\"}[1h]))");
    assertThat(http.get("/loki/api/v1/query?query=" + count + "&time=" + (NOW + SECOND)).body())
        .contains(",\"3\"]");
  }

  @Test
  void goesOnAfterClientsThatBreakOff() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (RawHttp raw = new RawHttp(server.port())) {
        String head = "POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
        raw.send(head + "{\"s");
        if (i % 2 == 0) {
          raw.socket().setSoLinger(true, 0);
        }
      }
    }
    assertThat(http.pushJson(entry("{\"app\":\"after\"}", NOW, "fine")).statusCode())
        .isEqualTo(204);
    assertThat(http.get("/ready").statusCode()).isEqualTo(200);
    Await.until("their bytes to be given back", Duration.ofSeconds(20), this::noBodyBytesHeld);
  }

  private boolean noBodyBytesHeld() {
    try {
      return http.get("/metrics").body().lines().anyMatch("sigyn_http_body_bytes 0.0"::equals);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
