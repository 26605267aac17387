package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExplainApiTest {
  private static final long HOUR = 3_600_000_000_000L;
  private static final long MINUTE = HOUR / 60;

  /** A full hour some hours ago. */
  private static final long BASE = Clock.SYSTEM.epochNanos() / HOUR * HOUR - 2 * HOUR;

  @TempDir Path dir;

  private static void fill(Http http) throws Exception {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      values.append(i == 0 ? "" : ",");
      values.append("[\"").append(BASE + i * MINUTE).append("\",\"line ").append(i).append(" level=info\"]");
    }
    for (String pod : new String[] {"1", "2"}) {
      String body =
          "{\"streams\":[{\"stream\":{\"app\":\"a\",\"pod\":\"%s\"},\"values\":[%s]}]}".formatted(pod, values);
      assertThat(http.pushJson(body).statusCode()).isEqualTo(204);
    }
    assertThat(http.post("/flush", new byte[0]).statusCode()).isEqualTo(204);
    Await.until(
        "a segment",
        Duration.ofSeconds(20),
        () -> {
          try {
            return http.get("/metrics").body().contains("sigyn_storage_segments 1.0");
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static HttpResponse<String> explain(Http http, String query, String more) throws Exception {
    return http.get(
        "/sigyn/explain?query=" + Http.encode(query) + "&start=" + BASE + "&end=" + (BASE + HOUR) + more);
  }

  @Test
  void tellsThePlanAndWithARunWhatWasSkipped() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      fill(http);

      String absent =
          explain(http, "{app=\"a\"} | logfmt |= \"no such text\" | pod=\"2\"", "&format=text&run=true").body();
      assertThat(absent)
          .contains(
              "the newest 100 lines\n  scan {app=\"a\", pod=~\"2|\"} from ",
              "    |= \"no such text\"  (over whole blocks)\n    | logfmt\n    | pod=\"2\"\n",
              "estimate: 1 streams, 1 blocks, 60 entries,",
              "  line-filters-first   |= \"no such text\" before | logfmt\n",
              "  stream-filters       pod=\"2\" where a stream has the label\n",
              "  blocks   1 of the streams' segments, 1 read, 0 skipped\n  entries  60 estimated, ",
              "  answer   0 lines passed, 0 lines or series returned in ");

      String count = explain(http, "sum(count_over_time({app=\"a\"}[1h]))", "&step=1h&run=true").body();
      assertThat(count)
          .contains(
              "\"operation\":\"sum\"",
              "{\"name\":\"block-statistics\",\"what\":\"count_over_time of {app=\\\"a\\\"}\"}",
              "\"blocksRead\":0",
              "\"entriesCounted\":",
              "\"returned\":1");

      String planned = explain(http, "{app=\"a\"}", "").body();
      assertThat(planned).contains("\"plan\":{\"operation\":\"the newest 100 lines\"").doesNotContain("\"actual\"");
    }
  }

  @Test
  void doesWithoutRulesThatAreSwitchedOff() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      fill(http);
      String query = "sum(count_over_time({app=\"a\"}[1h]))";

      assertThat(explain(http, query, "&step=1h&run=true&off=block-statistics,group-push-down").body())
          .contains("\"off\":[\"block-statistics\",\"group-push-down\"]", "\"entriesCounted\":0", "\"returned\":1")
          .doesNotContain("\"name\":\"block-statistics\"");
      HttpResponse<String> unknown = explain(http, query, "&off=magic");
      assertThat(unknown.statusCode()).isEqualTo(400);
      assertThat(unknown.body()).startsWith("off=magic names no rule; rules: line-filters-first, ");
    }
  }

  @Test
  void refusesWhatQueriesRefuse() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {max_query_length: 10m}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> broken = explain(http, "{app=\"a\"", "");
      assertThat(broken.statusCode()).isEqualTo(400);
      assertThat(broken.body())
          .isEqualTo("parse error at line 1, col 9: syntax error: unexpected $end, expecting } or ,");
      HttpResponse<String> wide = explain(http, "{app=\"a\"}", "");
      assertThat(wide.statusCode()).isEqualTo(400);
      assertThat(wide.body()).startsWith("the query time range exceeds the limit");
      assertThat(explain(http, "{app=\"a\"}", "&format=xml").body()).startsWith("format=xml is not known");
    }
  }
}
