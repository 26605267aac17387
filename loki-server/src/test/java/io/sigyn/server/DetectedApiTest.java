package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DetectedApiTest {
  private static final long NOW = Clock.SYSTEM.epochNanos() - 60_000_000_000L;

  @TempDir Path dir;

  private static void push(Http http, String labels, String... linesAndMetadata) throws Exception {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < linesAndMetadata.length; i += 2) {
      values.append(i == 0 ? "" : ",").append("[\"").append(NOW + i).append("\",\"");
      values.append(linesAndMetadata[i].replace("\"", "\\\"")).append("\",").append(linesAndMetadata[i + 1]).append("]");
    }
    String body = "{\"streams\":[{\"stream\":" + labels + ",\"values\":[" + values + "]}]}";
    assertThat(http.pushJson(body).statusCode()).isEqualTo(204);
  }

  private static String get(Http http, String path, String query) throws Exception {
    return http.get("/loki/api/v1/" + path + "?query=" + Http.encode(query)).body();
  }

  @Test
  void labelsThatAreNumbersOrIdsAreLeftOut() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/loki/api/v1/detected_labels").body()).isEqualTo("{}\n");
      push(http, "{\"app\":\"a\",\"port\":\"80\",\"up\":\"1\",\"pod\":\"7\",\"id\":\"0b2c4d6e-0f1a-4b3c-8d5e-7f9081a2b3c4\"}", "x", "{}");
      push(http, "{\"app\":\"b\",\"port\":\"443\",\"up\":\"0\",\"pod\":\"8\",\"id\":\"5\"}", "x", "{}");
      assertThat(http.get("/loki/api/v1/detected_labels").body())
          .isEqualTo(
              "{\"detectedLabels\":[{\"label\":\"app\",\"cardinality\":2},{\"label\":\"pod\",\"cardinality\":2},"
                  + "{\"label\":\"service_name\",\"cardinality\":2},{\"label\":\"up\",\"cardinality\":2}]}\n");
      assertThat(http.get("/loki/api/v1/detected_labels?start=1700000000&end=1700000100").body()).isEqualTo("{}\n");
      assertThat(get(http, "detected_labels", "{app=\"a\"}")).contains("{\"label\":\"app\",\"cardinality\":1}");
      assertThat(get(http, "detected_labels", "{}")).contains("empty-compatible value");
    }
  }

  @Test
  void fieldsHaveTypesParsersAndPaths() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      push(
          http,
          "{\"app\":\"a\"}",
          "{\"http\":{\"status\":200,\"path.x\":\"/a\"},\"ok\":true,\"app\":\"inner\",\"list\":[1]}",
          "{\"trace_id\":\"t1\"}",
          "{\"http\":{\"status\":404},\"ok\":false}",
          "{\"trace_id\":\"t2\"}",
          "took=12ms size=4KB ratio=0.5 http_status=500",
          "{}",
          "no fields at all",
          "{}");
      assertThat(get(http, "detected_fields", "{app=\"a\"}"))
          .contains("{\"label\":\"trace_id\",\"type\":\"string\",\"cardinality\":2,\"parsers\":null}")
          .contains(
              "{\"label\":\"http_status\",\"type\":\"int\",\"cardinality\":3,\"parsers\":[\"logfmt\",\"json\"],"
                  + "\"jsonPath\":[\"http\",\"status\"]}")
          .contains("{\"label\":\"http_path_x\",\"type\":\"string\",\"cardinality\":1,\"parsers\":[\"json\"],\"jsonPath\":[\"http\",\"path.x\"]}")
          .contains("{\"label\":\"app_extracted\",\"type\":\"string\",\"cardinality\":1,\"parsers\":[\"json\"],\"jsonPath\":[\"app\"]}")
          .contains("{\"label\":\"ok\",\"type\":\"boolean\",\"cardinality\":2,")
          .contains("{\"label\":\"took\",\"type\":\"duration\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}")
          .contains("{\"label\":\"size\",\"type\":\"bytes\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}")
          .contains("{\"label\":\"ratio\",\"type\":\"float\",\"cardinality\":1,\"parsers\":[\"logfmt\"]}")
          .endsWith("\"limit\":1000}\n")
          .doesNotContain("list");
      assertThat(get(http, "detected_fields", "{app=\"a\"} | json | ok=\"true\"")).doesNotContain("\"label\":\"took\"");
      assertThat(get(http, "detected_fields", "{app=\"none\"}")).isEqualTo("{}\n");
    }
  }

  @Test
  void valuesOfAFieldAreTheTextsAsTheyStandInLines() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false, max_entries_limit_per_query: 100}");
        Http http = new Http(server.uri())) {
      push(http, "{\"app\":\"a\"}", "size=1MB", "{\"size_class\":\"big\"}", "size=2MB", "{\"size_class\":\"big\"}", "size=1MB", "{}");
      assertThat(get(http, "detected_field/size/values", "{app=\"a\"}"))
          .isEqualTo("{\"limit\":1000,\"values\":[\"1MB\",\"2MB\"]}\n");
      assertThat(get(http, "detected_field/size_class/values", "{app=\"a\"}"))
          .isEqualTo("{\"limit\":1000,\"values\":[\"big\"]}\n");
      assertThat(get(http, "detected_field/app/values", "{app=\"a\"}")).isEqualTo("{}\n");
      assertThat(http.get("/loki/api/v1/detected_field/size/values?limit=1&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("{\"limit\":1,\"values\":[\"1MB\"]}\n");
      assertThat(get(http, "detected_fields", "rate({app=\"a\"}[5m])")).isEqualTo("only log selector is supported");
      assertThat(http.get("/loki/api/v1/detected_fields?line_limit=101&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("max entries limit per query exceeded, limit > max_entries_limit_per_query (101 > 100)");
      assertThat(http.get("/loki/api/v1/detected_fields?limit=0&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo("limit must be a positive value");
    }
  }

  @Test
  void shardsAreOne() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      push(http, "{\"app\":\"a\"}", "12345", "{}");
      assertThat(http.get("/loki/api/v1/index/shards?targetBytesPerShard=600MB&query=" + Http.encode("{app=\"a\"}")).body())
          .isEqualTo(
              "{\"shards\":[{\"bounds\":{\"min\":0,\"max\":18446744073709551615},\"stats\":{\"streams\":1,\"chunks\":1,"
                  + "\"bytes\":5,\"entries\":1}}],\"statistics\":{}}\n");
      assertThat(get(http, "index/shards", "{app=\"a\"}")).isEqualTo("targetBytesPerShard must be a positive value");
    }
  }
}
