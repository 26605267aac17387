package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexApiTest {
  private static final long HOUR = 3_600_000_000_000L;

  /** A full hour some hours ago. */
  private static final long BASE = Clock.SYSTEM.epochNanos() / HOUR * HOUR - 2 * HOUR;

  @TempDir Path dir;

  private static void fill(Http http) throws Exception {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      values.append(i == 0 ? "" : ",").append("[\"").append(BASE + i * HOUR / 10).append("\",\"0123456789\"]");
    }
    String push = "{\"streams\":[{\"stream\":{\"app\":\"%s\",\"pod\":\"%s\"},\"values\":[%s]}]}";
    for (List<String> stream : List.of(List.of("a", "1"), List.of("a", "2"), List.of("b", "1"))) {
      String body = push.formatted(stream.get(0), stream.get(1), values);
      assertThat(http.pushJson(body).statusCode()).isEqualTo(204);
    }
  }

  private static HttpResponse<String> ask(Http http, String path, String query, String more) throws Exception {
    return http.get(
        "/loki/api/v1/index/" + path + "?query=" + Http.encode(query) + "&start=" + BASE + "&end=" + (BASE + HOUR) + more);
  }

  private static boolean hasSegment(Http http) {
    try {
      return http.get("/metrics").body().contains("sigyn_storage_segments 1.0");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void statsAndVolumesCountMemoryAndSegmentsAlike() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      fill(http);
      for (int i = 0; i < 2; i++) {
        assertThat(ask(http, "stats", "{app=\"a\"}", "").body().strip())
            .isEqualTo("{\"streams\":2,\"chunks\":2,\"bytes\":200,\"entries\":20}");
        assertThat(ask(http, "volume", "{app=~\".+\"}", "").body())
            .startsWith(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                    + "{\"metric\":{\"app\":\"a\"},\"value\":["
                    + (BASE + HOUR) / 1_000_000_000L
                    + ",\"200\"]},{\"metric\":{\"app\":\"b\"},\"value\":[");
        assertThat(ask(http, "volume", "{app=\"a\"}", "&aggregateBy=labels&targetLabels=pod").body())
            .contains("\"result\":[{\"metric\":{\"pod\":\"\"},\"value\":[");
        assertThat(ask(http, "volume", "{}", "&limit=1&targetLabels=pod,app").body())
            .contains("[{\"metric\":{\"app\":\"a\",\"pod\":\"1\"},\"value\":[")
            .doesNotContain("\"pod\":\"2\"");
        assertThat(http.post("/flush", new byte[0]).statusCode()).isEqualTo(204);
        Await.until("a segment", Duration.ofSeconds(20), () -> hasSegment(http));
      }
    }
  }

  @Test
  void volumeRangeHasBucketsThatEndAMillisecondEarly() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {discover_log_levels: false}");
        Http http = new Http(server.uri())) {
      fill(http);
      assertThat(ask(http, "volume_range", "{app=\"b\"}", "&step=30m").body())
          .contains("\"resultType\":\"matrix\"")
          .contains("\"values\":[[%s.999,\"50\"],[%s,\"50\"]]"
              .formatted(BASE / 1_000_000_000L + 1799, BASE / 1_000_000_000L + 3600));
      assertThat(ask(http, "volume_range", "{app=\"b\"}", "&step=24h").body()).contains("\"resultType\":\"vector\"");
    }
  }

  @Test
  void refusesAsLokiDoes() throws Exception {
    try (LokiServer server = Servers.start(dir, "limits_config: {volume_max_series: 1}");
        Http http = new Http(server.uri())) {
      fill(http);
      assertThat(ask(http, "stats", "{}", "").body()).contains("empty-compatible value");
      assertThat(ask(http, "stats", "{app=\"a\"} |= \"x\"", "").body()).contains("only label matchers are supported");
      assertThat(ask(http, "volume", "{}", "&aggregateBy=x").body()).contains("invalid aggregation option");
      assertThat(ask(http, "volume", "{app=~\".+\"}", "").body())
          .contains("the query hit the max number of series limit (limit: 1 series)");
      assertThat(ask(http, "volume_range", "{app=\"a\"}", "&step=1ms").body()).contains("exceeded maximum resolution");
      assertThat(ask(http, "stats", "{app=\"a\"}", "&limit=x").statusCode()).isEqualTo(400);
    }
    try (LokiServer server = Servers.start(dir, "limits_config: {volume_enabled: false}");
        Http http = new Http(server.uri())) {
      HttpResponse<String> off = ask(http, "volume", "{app=\"a\"}", "");
      assertThat(off.statusCode()).isEqualTo(404);
      assertThat(off.body()).contains("not found");
    }
  }
}
