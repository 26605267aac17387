package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} shows is told in docs/operations.md, and what is told there exists. */
final class MetricsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");

  @TempDir Path dir;

  private static String scrape(Http http) throws Exception {
    return http.get("/metrics").body();
  }

  private static Set<String> names(String scraped) {
    Set<String> names = new TreeSet<>();
    Pattern.compile("(?m)^# TYPE (\\S+) ").matcher(scraped).results().forEach(type -> names.add(type.group(1)));
    return names;
  }

  /** Names in the first column of the tables below "Metrics"; a name that ends with * stands for all that begin so. */
  private static Set<String> told(String until) throws Exception {
    String page = Files.readString(PAGE);
    int from = page.indexOf("\n## Metrics\n");
    Set<String> told = new TreeSet<>();
    for (String line : page.substring(from, page.indexOf(until, from + 1)).split("\n", -1)) {
      if (line.startsWith("| `")) {
        Pattern.compile("`([a-z_]+\\*?)[`{]").matcher(line.split("\\|", -1)[1]).results().forEach(m -> told.add(m.group(1)));
      }
    }
    return told;
  }

  private static boolean isTold(String name, Set<String> told) {
    return told.stream().anyMatch(t -> t.endsWith("*") ? name.startsWith(t.substring(0, t.length() - 1)) : t.equals(name));
  }

  @Test
  void everyMetricIsTold() throws Exception {
    try (LokiServer server =
            Servers.start(dir, "pattern_ingester: {enabled: true}\ncompactor: {retention_enabled: true}\n");
        Http http = new Http(server.uri())) {
      String now = System.currentTimeMillis() + "000000";
      String push = "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"%s\",\"level=info x\",{\"m\":\"v\"}]]}]}";
      assertThat(http.pushJson(push.formatted(now)).statusCode()).isEqualTo(204);
      assertThat(http.pushJson(push.formatted("1000")).statusCode()).isEqualTo(400);
      http.get("/loki/api/v1/query_range?query=" + Http.encode("{a=\"b\"}"));
      http.get("/loki/api/v1/query_range?query=" + Http.encode("sum(rate({a=\"b\"}[1m]))"));
      http.post("/flush", new byte[0]);
      String scraped = scrape(http);
      Set<String> names = names(scraped);
      Set<String> told = told("\n## ");
      assertThat(names)
          .as("what /metrics shows is told in docs/operations.md")
          .allMatch(name -> isTold(name, told));
      assertThat(told("\nThese appear when it happens"))
          .as("what docs/operations.md tells of is shown by /metrics")
          .allMatch(t -> names.stream().anyMatch(name -> isTold(name, Set.of(t))));
    }
  }

  @Test
  void dashboardsFindWhatTheyLookFor() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      String now = System.currentTimeMillis() + "000000";
      String push = "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"%s\",\"0123456789\",{\"m\":\"value\"}]]}]}";
      assertThat(http.pushJson(push.formatted(now)).statusCode()).isEqualTo(204);
      http.pushJson(push.formatted("1000"));
      http.get("/loki/api/v1/query_range?query=" + Http.encode("{a=\"b\"}"));
      List<String> lines = scrape(http).lines().toList();
      assertThat(lines)
          .contains(
              "loki_distributor_lines_received_total{tenant=\"fake\"} 2.0",
              "loki_distributor_bytes_received_total{tenant=\"fake\"} 32.0",
              "loki_distributor_structured_metadata_bytes_received_total{tenant=\"fake\"} 12.0",
              "loki_ingester_streams_created_total{tenant=\"fake\"} 1.0",
              "loki_ingester_streams_removed_total{tenant=\"fake\"} 0.0",
              "loki_ingester_memory_streams 1.0")
          .anyMatch(line -> line.startsWith("loki_discarded_samples_total{reason=\"greater_than_max_sample_age\",tenant=\"fake\"} 1"))
          .anyMatch(
              line ->
                  line.startsWith(
                      "loki_request_duration_seconds_bucket{method=\"POST\",route=\"loki_api_v1_push\",status_code=\"204\","
                          + "ws=\"false\",le=\"0.005\"}"))
          .anyMatch(line -> line.startsWith("loki_request_duration_seconds_count{method=\"GET\",route=\"loki_api_v1_query_range\""))
          .anyMatch(line -> line.startsWith("loki_build_info{"))
          .anyMatch(line -> line.startsWith("loki_tcp_connections{protocol=\"http\"} 1"))
          .anyMatch(line -> line.startsWith("process_cpu_seconds_total "))
          .anyMatch(line -> line.startsWith("process_start_time_seconds "))
          .anyMatch(line -> line.startsWith("process_open_fds "));
    }
  }
}
