package io.sigyn.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.server.Http;
import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that writers for Node.js sent on 2026-11-28, with their headers, are read as they were meant. */
final class NodeWritersTest {
  private static final long SENT = 1_795_857_220_000_000_000L;
  private static final long MINUTES = 600_000_000_000L;

  @TempDir static Path dir;
  private static LokiServer server;
  private static Http http;

  @BeforeAll
  static void start() {
    String yaml = "auth_enabled: false\nlimits_config: {reject_old_samples: false, creation_grace_period: 87600h}\n";
    server = LokiServer.start(ServerConfig.parse(yaml).withDataDir(dir).withAddress("127.0.0.1").withPort(0));
    http = new Http(server.uri());
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
  }

  private static String pushed(byte[] body, String query, String... headers) throws Exception {
    HttpResponse<String> answer = http.post("/loki/api/v1/push", body, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    HttpResponse<String> read =
        http.query(
            query, SENT - MINUTES, SENT + MINUTES, "X-Loki-Response-Encoding-Flags", "categorize-labels");
    assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
    return read.body();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** pino-loki 3.0.0 with pino 10.4.0, batching. */
  @Test
  void pinoLoki() throws Exception {
    String body =
        """
        {"streams":[{"stream":{"level":"info","hostname":"vm","app":"pino","kind":"batched"},"values":[["1795857219364000000",\
        "{\\"level\\":30,\\"time\\":1795857219364,\\"pid\\":24102,\\"user\\":\\"anna\\",\\"msg\\":\\"hello from pino\\"}"]]},\
        {"stream":{"level":"debug","hostname":"vm","app":"pino","kind":"batched"},"values":[["1795857219366000000",\
        "{\\"level\\":20,\\"time\\":1795857219366,\\"pid\\":24102,\\"msg\\":\\"a \\\\\\"quoted\\\\\\" line ü\\"}"]]}]}""";
    assertThat(pushed(utf8(body), "{app=\"pino\",kind=\"batched\"} | json", "Content-Type", "application/json", "Accept", "*/*"))
        .contains("{\"app\":\"pino\",\"hostname\":\"vm\",\"kind\":\"batched\",\"level\":\"info\",\"service_name\":\"pino\"}")
        .contains("\"msg\":\"hello from pino\"")
        .contains("\"user\":\"anna\"")
        .contains("\"msg\":\"a \\\"quoted\\\" line ü\"");
  }

  /** The same without batching, with structured metadata, a label from the record, a password and a tenant nobody asked for. */
  @Test
  void pinoLokiWithMetadata() throws Exception {
    String body =
        """
        {"streams":[{"stream":{"level":"warning","hostname":"vm","app":"pino","kind":"single","user":"bert"},"values":[[\
        "1795857219436000000","{\\"level\\":40,\\"time\\":1795857219436,\\"pid\\":24102,\\"user\\":\\"bert\\",\\"meta\\":{\\"trace\\":\\"t-1\\",\
        \\"n\\":\\"7\\"},\\"msg\\":\\"single from pino\\"}",{"trace":"t-1","n":"7"}]]}]}""";
    assertThat(
            pushed(
                utf8(body),
                "{app=\"pino\",user=\"bert\"}",
                "X-Scope-OrgID",
                "someone",
                "Authorization",
                "Basic dTpw",
                "Content-Type",
                "application/json"))
        .contains("\"structuredMetadata\":{\"detected_level\":\"warn\",\"n\":\"7\",\"trace\":\"t-1\"}");
  }

  /** winston-loki 6.1.7 with winston 3.19.0, {@code json: true}: metadata repeat the label, and what is left of the record. */
  @Test
  void winstonLokiJson() throws Exception {
    String body =
        """
        {"streams":[{"stream":{"level":"info","app":"winston","kind":"json","user":"anna"},"values":[["1795857224331000000",\
        "hello from winston {\\"level\\":\\"info\\"}",{"level":"info"}]]},{"stream":{"level":"error","app":"winston","kind":"json"},\
        "values":[["1795857224332000000","winston failed ü {\\"reason\\":\\"x\\\\\\"y\\",\\"level\\":\\"error\\"}",\
        {"reason":"x\\"y","level":"error"}]]}]}""";
    assertThat(pushed(utf8(body), "{app=\"winston\",kind=\"json\"}", "Content-Type", "application/json"))
        .contains("\"hello from winston {\\\"level\\\":\\\"info\\\"}\"")
        .contains("\"winston failed ü {\\\"reason\\\":\\\"x\\\\\\\"y\\\",\\\"level\\\":\\\"error\\\"}\"")
        .contains("\"level_extracted\":\"error\",\"reason\":\"x\\\"y\"");
  }

  /** The same with {@code json: false}: snappy without a Content-Encoding, labels in the order they were given. */
  @Test
  void winstonLokiProtobuf() throws Exception {
    byte[] body =
        Base64.getDecoder()
            .decode(
                "xwHwSQpfCih7bGV2ZWw9ImluZm8iLGFwcD0id2luc3RvbiIsdXNlcj0iYW5uYSJ9EjMKDAimt6rYBhCAt5ywAhIjaGVsbG8gZnJvbSB3CTII"
                    + "IHsiBU4EIjoJTxB9CmQKHRFhEGVycm9yOmIAFH0SQwoMCAlWGMC72bACEjMNfWwgZmFpbGVkIMO8IHsicmVhc29uIjoieFwieSIsFWUYZX"
                    + "Jyb3IifQ==");
    assertThat(pushed(body, "{app=\"winston\",kind=\"\"}", "Content-Type", "application/x-protobuf"))
        .contains("{\"app\":\"winston\",\"level\":\"info\",\"service_name\":\"winston\",\"user\":\"anna\"}")
        .contains("{\"app\":\"winston\",\"level\":\"error\",\"service_name\":\"winston\"}")
        .contains("\"hello from winston {\\\"level\\\":\\\"info\\\"}\"")
        .contains("\"winston failed ü {\\\"reason\\\":\\\"x\\\\\\\"y\\\",\\\"level\\\":\\\"error\\\"}\"");
  }

  /** {@code @opentelemetry/exporter-logs-otlp-http} 0.223.1: whole numbers as numbers, values in one another. */
  @Test
  void openTelemetryJson() throws Exception {
    String body =
        """
        {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"unknown_service:node"}},\
        {"key":"telemetry.sdk.language","value":{"stringValue":"nodejs"}}],"droppedAttributesCount":0},"scopeLogs":[{"scope":\
        {"name":"otel-json","version":"1.0"},"logRecords":[{"timeUnixNano":"1795857282998000000",\
        "observedTimeUnixNano":"1795857282998000000","severityNumber":17,"severityText":"ERROR","body":{"stringValue":\
        "otel says json"},"attributes":[{"key":"user","value":{"stringValue":"anna"}},{"key":"n","value":{"intValue":7}},\
        {"key":"list","value":{"arrayValue":{"values":[{"intValue":1},{"stringValue":"a"}]}}}],"droppedAttributesCount":0}]}]}]}""";
    HttpResponse<String> answer = http.post("/otlp/v1/logs", utf8(body), "Content-Type", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    String read = http.query("{service_name=\"unknown_service:node\"}", SENT - MINUTES, SENT + MINUTES).body();
    assertThat(read)
        .contains("\"otel says json\"")
        .contains("\"detected_level\":\"error\"")
        .contains("\"list\":\"[1,\\\"a\\\"]\"")
        .contains("\"n\":\"7\"")
        .contains("\"user\":\"anna\"");
  }
}
