package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OtlpApiTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / SECOND * SECOND;

  @TempDir Path dir;

  private static byte[] request(String service, String attributes, String... lines) {
    StringBuilder records = new StringBuilder();
    for (String line : lines) {
      records
          .append(records.isEmpty() ? "" : ",")
          .append("{\"timeUnixNano\":\"" + NOW + "\",\"severityText\":\"WARN\",\"severityNumber\":13,\"body\":")
          .append(line)
          .append(",\"attributes\":[")
          .append(attributes)
          .append("]}");
    }
    return ("{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\""
            + service
            + "\"}},{\"key\":\"host.name\",\"value\":{\"stringValue\":\"h\"}}]},\"scopeLogs\":[{\"logRecords\":["
            + records
            + "]}]}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> send(Http http, byte[] body, String... headers) throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "application/json";
    return http.post("/otlp/v1/logs", body, all);
  }

  private static String read(Http http, String query, String... headers) throws Exception {
    return http.query(query, NOW - 60 * SECOND, NOW + 60 * SECOND, headers).body();
  }

  @Test
  void whatIsExportedIsReadBackAtOnce() throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(
          request(
              "shop",
              "{\"key\":\"order.id\",\"value\":{\"intValue\":\"7\"}}",
              "{\"stringValue\":\"paid\"}",
              "{\"kvlistValue\":{\"values\":[{\"key\":\"a\",\"value\":{\"intValue\":1}}]}}"));
    }
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> sent = send(http, zipped.toByteArray(), "Content-Encoding", "gzip");
      assertThat(sent.statusCode()).as(sent.body()).isEqualTo(204);
      assertThat(sent.body()).isEmpty();
      assertThat(read(http, "{service_name=\"shop\"}"))
          .contains(
              "{\"stream\":{\"detected_level\":\"warn\",\"host_name\":\"h\",\"order_id\":\"7\",\"service_name\":\"shop\","
                  + "\"severity_number\":\"13\",\"severity_text\":\"WARN\"},\"values\":[[\""
                  + NOW
                  + "\",\"paid\"],[\""
                  + NOW
                  + "\",\"{\\\"a\\\":1}\"]]}");
      assertThat(http.get("/loki/api/v1/labels").body()).contains("\"data\":[\"service_name\"]");
      assertThat(http.get("/metrics").body())
          .contains("loki_distributor_lines_received_total{tenant=\"fake\"} 2.0");
    }
  }

  @Test
  void errorsAreStatusMessages() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_line_size: 10B}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> empty = send(http, "{}".getBytes(StandardCharsets.UTF_8));
      assertThat(empty.statusCode()).isEqualTo(422);
      assertThat(empty.headers().firstValue("Content-Type")).contains("application/octet-stream");
      assertThat(empty.body()).isEqualTo("\u0012\u0039error at least one valid stream is required for ingestion");
      HttpResponse<String> type = http.post("/otlp/v1/logs", new byte[] {1}, "Content-Type", "text/csv");
      assertThat(type.statusCode()).isEqualTo(400);
      assertThat(type.body()).isEqualTo("\u0012'content type: text/csv is not supported");
      HttpResponse<String> half =
          send(http, request("a", "", "{\"stringValue\":\"short\"}", "{\"stringValue\":\"longer than that\"}"));
      assertThat(half.statusCode()).isEqualTo(400);
      assertThat(half.body()).contains("max entry size '10' bytes exceeded for stream '{service_name=\"a\"}'");
      assertThat(read(http, "{service_name=\"a\"}")).contains("\"short\"").doesNotContain("longer");
      assertThat(http.get("/otlp/v1/logs").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void rateLimitsAskForPatience() throws Exception {
    try (LokiServer server =
            Servers.start(dir, "limits_config: {ingestion_rate_mb: 0.000001, ingestion_burst_size_mb: 0.00001}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> refused = send(http, request("a", "", "{\"stringValue\":\"0123456789\"}"));
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("ingestion rate limit exceeded for user fake");
    }
  }

  @Test
  void aTenantsRulesDecideWhatBecomesOfAttributes() throws Exception {
    String yaml =
        """
        auth_enabled: true
        limits_config:
          otlp_config:
            severity_text_as_label: true
            resource_attributes:
              attributes_config: [{action: drop, regex: 'host\\..*'}]
            log_attributes: [{action: index_label, attributes: [tier]}]
        """;
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      byte[] body = request("a", "{\"key\":\"tier\",\"value\":{\"stringValue\":\"gold\"}}", "{\"stringValue\":\"x\"}");
      HttpResponse<String> nobody = send(http, body);
      assertThat(nobody.statusCode()).isEqualTo(401);
      assertThat(nobody.body()).isEqualTo("no org id\n");
      HttpResponse<String> several = send(http, body, "X-Scope-OrgID", "a|b");
      assertThat(several.statusCode()).isEqualTo(400);
      assertThat(several.body()).isEqualTo("\u0012\u0018multiple org IDs present");
      assertThat(send(http, body, "X-Scope-OrgID", "t").statusCode()).isEqualTo(204);
      assertThat(http.get("/loki/api/v1/series", "X-Scope-OrgID", "t").body())
          .contains("[{\"service_name\":\"a\",\"severity_text\":\"WARN\",\"tier\":\"gold\"}]");
      assertThat(read(http, "{tier=\"gold\"}", "X-Scope-OrgID", "t")).doesNotContain("host_name");
      assertThat(read(http, "{tier=\"gold\"}", "X-Scope-OrgID", "other")).contains("\"result\":[]");
    }
  }
}
