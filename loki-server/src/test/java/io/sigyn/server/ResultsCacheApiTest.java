package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees of the cache of results: its numbers, and never an old answer. */
class ResultsCacheApiTest {
  private static final long NOW = System.currentTimeMillis() / 60_000 * 60_000 * 1_000_000L;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  @TempDir Path dir;

  private static void push(Http http, long time) throws IOException, InterruptedException {
    String json = "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"line\"]]}]}";
    assertThat(http.pushJson(json.formatted(time)).statusCode()).isEqualTo(204);
  }

  private static String ask(Http http, String... headers) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.get(
            "/loki/api/v1/query_range?query=" + Http.encode("sum(count_over_time({app=\"a\"}[1m]))")
                + "&start=" + (NOW - 60 * MINUTE) + "&end=" + NOW + "&step=60",
            headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String served(long minutes) {
    return "\"queryLengthServed\":" + minutes * MINUTE;
  }

  @Test
  void saysWhatCameFromItAndForgetsWhatAPushChanges() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      push(http, NOW - 30 * MINUTE);
      String one = "[" + (NOW - 30 * MINUTE) / 1_000_000_000L + ",\"1\"]";
      assertThat(ask(http)).contains(one).contains("\"result\":{\"entriesFound\":0,");
      // Points of an hour; those of the last ten minutes are not kept, which leaves 50 or 51 minutes.
      assertThat(ask(http)).contains(one).containsPattern("\"queryLengthServed\":3[01]");
      assertThat(ask(http, "Cache-Control", "no-cache")).contains(one).contains("\"requests\":0,\"downloadTime\":0," + served(0) + "},\"statsResult\"");
      push(http, NOW - 30 * MINUTE + 1);
      push(http, NOW - 30 * MINUTE - 1);
      assertThat(ask(http)).contains("[" + (NOW - 30 * MINUTE) / 1_000_000_000L + ",\"2\"]").contains(",\"1\"]");
      assertThat(http.get("/metrics").body())
          .containsPattern("sigyn_results_cache_hits_total [1-9]")
          .containsPattern("sigyn_results_cache_bytes [1-9]");
    }
  }

  @Test
  void canBeSwitchedOff() throws Exception {
    try (LokiServer server = Servers.start(dir, "query_range: {cache_results: false}");
        Http http = new Http(server.uri())) {
      for (int i = 0; i < 2; i++) {
        assertThat(ask(http)).contains("\"result\":{\"entriesFound\":0,\"entriesRequested\":0,");
      }
    }
  }
}
