package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.sigyn.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

/** Bodies and names that want more than they say, on a whole server with tenants. */
final class HostileBodiesTest {
  private static final String PUSH = "/loki/api/v1/push";
  private static final String OTLP = "/otlp/v1/logs";
  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final int BOMB = 64 << 20;

  @TempDir static Path dir;
  private static LokiServer server;
  private static Http http;

  @BeforeAll
  static void start() {
    server = Servers.start(dir, "auth_enabled: true\ndistributor: {max_recv_msg_size: 1MB, max_decompressed_size: 4MB}\n");
    http = new Http(server.uri());
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
  }

  @AfterEach
  void nothingIsHeld() {
    // Given back once an answer is on its way, which may be a moment after it was read.
    Await.until("all bytes to be given back", Duration.ofSeconds(60), HostileBodiesTest::isNothingHeld);
  }

  private static boolean isNothingHeld() {
    try {
      return http.get("/metrics").body().contains("\nsigyn_http_body_bytes 0.0\n");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> post(String path, String type, String encoding, byte[] body) throws Exception {
    return encoding.isEmpty()
        ? http.post(path, body, "X-Scope-OrgID", "a", "Content-Type", type)
        : http.post(path, body, "X-Scope-OrgID", "a", "Content-Type", type, "Content-Encoding", encoding);
  }

  private interface Packer {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] packed(Packer packer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = packer.over(bytes)) {
      for (int i = 0; i < BOMB >> 20; i++) {
        out.write(blanks);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void bombsAreRefusedAfterTheFirstByteTooMany() throws Exception {
    byte[] blanks = " ".repeat(BOMB).getBytes(StandardCharsets.UTF_8);
    byte[] zstd = Zstd.compress(blanks);
    for (String path : List.of(PUSH, OTLP)) {
      assertThat(post(path, JSON, "gzip", packed(GZIPOutputStream::new)).statusCode()).as(path + " gzip").isEqualTo(413);
      assertThat(post(path, JSON, "zstd", zstd).statusCode()).as(path + " zstd").isEqualTo(413);
    }
    assertThat(post(PUSH, JSON, "deflate", packed(DeflaterOutputStream::new)).statusCode()).as("deflate").isIn(400, 413);
    assertThat(post(PUSH, JSON, "deflate", packed(out -> new DeflaterOutputStream(out, raw()))).statusCode()).isEqualTo(413);
    byte[] snappy = Snappy.compress(new byte[8 << 20]);
    assertThat(post(PUSH, PROTOBUF, "", snappy).statusCode()).as("snappy that says its size").isEqualTo(413);
  }

  private static Deflater raw() {
    return new Deflater(9, true);
  }

  @Test
  void sizesThatLieAreRefused() throws Exception {
    byte[] snappy = Snappy.compress(new byte[100_000]);
    byte[] huge = withLength(snappy, 0xffffffffL);
    assertThat(post(PUSH, PROTOBUF, "", huge).statusCode()).isIn(400, 413);
    for (long claimed : new long[] {0, 1, 99_999, 100_001, 3 << 20}) {
      assertThat(post(PUSH, PROTOBUF, "", withLength(snappy, claimed)).statusCode()).as("%d", claimed).isEqualTo(400);
    }
    byte[] zstd = Zstd.compress(new byte[100_000]);
    for (int at = 4; at < 12; at++) {
      byte[] wrong = zstd.clone();
      wrong[at] ^= 0x40;
      assertThat(post(PUSH, JSON, "zstd", wrong).statusCode()).as("zstd byte %d", at).isIn(400, 413);
    }
    // A frame whose window alone is 2 GiB.
    byte[] window = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x00, (byte) 0xa8, 0x01, 0x00, 0x00};
    assertThat(post(PUSH, JSON, "zstd", window).statusCode()).isEqualTo(400);
  }

  /** The same block of snappy with another length in front. */
  private static byte[] withLength(byte[] block, long claimed) throws IOException {
    int body = 0;
    while ((block[body++] & 0x80) != 0) {}
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long left = claimed;
    while (left > 0x7f) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    out.write(block, body, block.length - body);
    return out.toByteArray();
  }

  @Test
  void depthCostsNoStack() throws Exception {
    int deep = 200_000;
    for (String body :
        List.of(
            "[".repeat(deep),
            "{\"a\":".repeat(deep),
            "{\"streams\":" + "[".repeat(deep) + "]".repeat(deep) + "}",
            "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",\"x\",{\"k\":" + "[".repeat(deep) + "]}]]}]}",
            "{\"ignored\":" + "[".repeat(deep) + "]".repeat(deep) + ",\"streams\":[]}")) {
      assertThat(post(PUSH, JSON, "", bytes(body)).statusCode()).as(body.substring(0, 20)).isIn(400, 422);
    }
    String value = "{\"arrayValue\":{\"values\":[".repeat(20_000) + "]}}".repeat(20_000);
    String logs = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":" + value + "}]}]}]}";
    assertThat(post(OTLP, JSON, "", bytes(logs)).statusCode()).isEqualTo(400);
    String query = "(".repeat(deep);
    assertThat(
            http.post(
                    "/loki/api/v1/query_range",
                    bytes("query=" + query),
                    "X-Scope-OrgID",
                    "a",
                    "Content-Type",
                    "application/x-www-form-urlencoded")
                .statusCode())
        .isEqualTo(400);
    // Groups of protobuf, which are skipped, inside of each other.
    byte[] groups = new byte[500_000];
    Arrays.fill(groups, (byte) 0x0b);
    assertThat(post(PUSH, PROTOBUF, "", Snappy.compress(groups)).statusCode()).isEqualTo(400);
    assertThat(post(OTLP, PROTOBUF, "", groups).statusCode()).isEqualTo(400);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void brokenTextIsReplacedOrRefused() throws Exception {
    String now = System.currentTimeMillis() + "000000";
    String push = "{\"streams\":[{\"stream\":{\"app\":\"utf\"},\"values\":[[\"" + now + "\",\"a\u00ff\u00c0\u00afb\"]]}]}";
    assertThat(post(PUSH, JSON, "", bytes(push)).statusCode()).isEqualTo(204);
    String answer = http.get("/loki/api/v1/query_range?query=" + Http.encode("{app=\"utf\"}"), "X-Scope-OrgID", "a").body();
    assertThat(answer).contains("a\\ufffd\\ufffd\\ufffdb");
    String label = "{\"streams\":[{\"stream\":{\"app\":\"\u00ff\"},\"values\":[[\"" + now + "\",\"x\"]]}]}";
    assertThat(post(PUSH, JSON, "", bytes(label)).statusCode()).isIn(204, 400);
    for (String target :
        List.of(
            "/loki/api/v1/query?query=%ff%fe",
            "/loki/api/v1/query_range?query=%7Ba%3D%22%ed%a0%80%22%7D",
            "/loki/api/v1/label/%ff/values",
            "/loki/api/v1/label/%c0%ae%c0%ae/values")) {
      assertThat(http.get(target, "X-Scope-OrgID", "a").statusCode()).as(target).isIn(200, 400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "../a",
        "..\\a",
        "a/../../b",
        "/etc",
        "a/b",
        "a\\b",
        "%2e%2e",
        "..%2f..",
        "a%00",
        "a b",
        "a\u00e4",
        "a\u0001",
        "a\u007f",
        "~",
        "a\u0000b",
      })
  void tenantsHaveNoPaths(String id) throws Exception {
    String body = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + System.currentTimeMillis() + "000000\",\"x\"]]}]}";
    for (String head :
        List.of(
            "POST " + PUSH + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n",
            "GET /loki/api/v1/labels HTTP/1.1\r\n",
            "DELETE /loki/api/v1/rules/x HTTP/1.1\r\n")) {
      try (RawHttp raw = new RawHttp(server.port())) {
        raw.send(head + "Host: a\r\nX-Scope-OrgID: " + id + "\r\n\r\n" + (head.startsWith("POST") ? body : ""));
        assertThat(raw.answer().status()).as(head).isIn(400, 401, 404, 405);
      }
    }
    assertThat(http.pushJson(body, "X-Scope-OrgID", "x".repeat(151)).statusCode()).isEqualTo(400);
    try (Stream<Path> all = Files.walk(dir)) {
      assertThat(all.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains(id) && !id.equals("."));
    }
  }
}
