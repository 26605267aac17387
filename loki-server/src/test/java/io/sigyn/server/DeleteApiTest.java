package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeleteApiTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / SECOND;
  private static final String DELETE = "/loki/api/v1/delete";
  private static final String RETENTION = "compactor: {retention_enabled: true}\n";

  @TempDir Path dir;

  @Test
  void hidesWhatAnAcceptedRequestMeansFromLogAndMetricQueries() throws Exception {
    try (LokiServer server = Servers.start(dir, RETENTION);
        Http http = new Http(server.uri())) {
      push(http, "keep me", NOW - 60);
      push(http, "user=42 left", NOW - 50);
      push(http, "user=43 left", NOW - 40);
      HttpResponse<String> taken = delete(http, "{app=\"a\"} |= \"left\" | logfmt | user=\"42\"", NOW - 100, NOW - 10);
      assertThat(taken.statusCode()).isEqualTo(204);
      assertThat(taken.body()).isEmpty();
      assertThat(taken.headers().firstValue("X-Delete-Request-Id").orElse("")).matches("[0-9a-f]{8}");
      assertThat(lines(http)).contains("keep me", "user=43").doesNotContain("user=42");
      HttpResponse<String> count =
          http.get(
              "/loki/api/v1/query?time=" + NOW + "&query=" + Http.encode("sum(count_over_time({app=\"a\"}[10m]))"));
      assertThat(count.body()).contains("\"2\"");
      http.post("/flush", new byte[0]);
      assertThat(lines(http)).doesNotContain("user=42");
    }
    try (LokiServer server = Servers.start(dir, RETENTION);
        Http http = new Http(server.uri())) {
      assertThat(lines(http)).contains("keep me").doesNotContain("user=42");
    }
  }

  @Test
  void listsRequestsAndWithdrawsThem() throws Exception {
    try (LokiServer server = Servers.start(dir, RETENTION);
        Http http = new Http(server.uri())) {
      assertThat(http.get(DELETE).body()).isEqualTo("[]\n");
      push(http, "one", NOW - 60);
      String id =
          delete(http, "{app=\"a\"}", NOW - 100, NOW - 10).headers().firstValue("X-Delete-Request-Id").orElseThrow();
      assertThat(lines(http)).doesNotContain("\"one\"");
      HttpResponse<String> list = http.get(DELETE);
      assertThat(list.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(list.body())
          .startsWith(
              "[{\"request_id\":\""
                  + id
                  + "\",\"start_time\":"
                  + (NOW - 100)
                  + ",\"end_time\":"
                  + (NOW - 10)
                  + ",\"query\":\"{app=\\\"a\\\"}\",\"status\":\"received\",\"created_at\":")
          .endsWith(",\"user_id\":\"\"}]\n");
      assertThat(http.get(DELETE + "?start=" + (NOW - 5) + "&end=" + NOW).body()).isEqualTo("[]\n");
      assertThat(http.delete(DELETE).body()).isEqualTo("request_id not set\n");
      HttpResponse<String> unknown = http.delete(DELETE + "?request_id=00000000x");
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(unknown.body()).isEqualTo("could not find delete request with given id\n");
      assertThat(http.delete(DELETE + "?request_id=" + id).statusCode()).isEqualTo(204);
      assertThat(lines(http)).contains("\"one\"");
      assertThat(http.get(DELETE).body()).isEqualTo("[]\n");
    }
  }

  @Test
  void withdrawsALateRequestOnlyByForce() throws Exception {
    String config =
        """
        compactor: {retention_enabled: true, delete_request_cancel_period: 1ms}
        limits_config: {deletion_mode: filter-only}
        """;
    try (LokiServer server = Servers.start(dir, config);
        Http http = new Http(server.uri())) {
      String id =
          delete(http, "{app=\"a\"}", NOW - 100, NOW - 10).headers().firstValue("X-Delete-Request-Id").orElseThrow();
      Await.until(
          "the time to withdraw to be over",
          Duration.ofSeconds(60),
          () -> refused(http, DELETE + "?request_id=" + id + "&force=false"));
      assertThat(http.delete(DELETE + "?request_id=" + id + "&force=true").statusCode()).isEqualTo(204);
    }
  }

  private static boolean refused(Http http, String path) {
    try {
      HttpResponse<String> answer = http.delete(path);
      return answer.statusCode() == 400
          && answer
              .body()
              .equals(
                  "Cancellation of partially completed delete request or delete request past the deadline of 1ms since its"
                      + " creation is not allowed. To force, use the ?force query parameter\n");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysWhatIsWrongWithARequest() throws Exception {
    try (LokiServer server = Servers.start(dir, RETENTION);
        Http http = new Http(server.uri())) {
      String query = "?query=" + Http.encode("{app=\"a\"}");
      refuses(http, "", "query not set");
      refuses(http, "?query=x&start=1", "invalid query expression");
      refuses(http, "?query=" + Http.encode("rate({a=\"b\"}[1m])") + "&start=1", "invalid query expression");
      refuses(http, query, "start time not set");
      for (String start : new String[] {"1", "1700000000.5", "1700000000000000000", "yesterday"}) {
        refuses(http, query + "&start=" + start, "invalid start time: require unix seconds or RFC3339 format");
      }
      refuses(http, query + "&start=1700000000&end=x", "invalid end time: require unix seconds or RFC3339 format");
      refuses(http, query + "&start=1700000000&end=" + (NOW + 1000), "deletes in the future are not allowed");
      refuses(
          http,
          query + "&start=1700000000&end=1700000000",
          "start time can't be greater than or equal to end time");
      String range = query + "&start=1700000000&end=1700000590";
      refuses(http, range + "&max_interval=1d", "invalid max_interval: valid time units are 's', 'm', 'h'");
      refuses(http, range + "&max_interval=25h", "max_interval can't be greater than 24h0m0s");
      refuses(
          http, range + "&max_interval=1h", "max_interval can't be greater than the interval to be deleted (9m50s)");
      assertThat(http.post(DELETE + query + "&start=2023-11-14T22:13:20Z&end=1700000590", new byte[0]).statusCode())
          .isEqualTo(204);
      byte[] form = ("start=1700000000&query=" + Http.encode("{}")).getBytes(StandardCharsets.UTF_8);
      assertThat(http.post(DELETE, form, "Content-Type", "application/x-www-form-urlencoded").statusCode())
          .isEqualTo(204);
    }
  }

  private static void refuses(Http http, String query, String text) throws Exception {
    HttpResponse<String> answer = http.post(DELETE + query, new byte[0]);
    assertThat(answer.body()).isEqualTo(text + "\n");
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void keepsTenantsApart() throws Exception {
    Path overrides = Files.writeString(dir.resolve("o.yaml"), "overrides: {c: {deletion_mode: disabled}}\n");
    String config = "auth_enabled: true\n" + RETENTION + "runtime_config: {file: [\"" + overrides + "\"]}\n";
    try (LokiServer server = Servers.start(dir.resolve("data"), config);
        Http http = new Http(server.uri())) {
      String path = DELETE + "?start=" + (NOW - 100) + "&end=" + (NOW - 10) + "&query=" + Http.encode("{app=\"a\"}");
      assertThat(http.post(path, new byte[0]).statusCode()).isEqualTo(401);
      String id =
          http.post(path, new byte[0], "X-Scope-OrgID", "a").headers().firstValue("X-Delete-Request-Id").orElseThrow();
      assertThat(http.get(DELETE, "X-Scope-OrgID", "b").body()).isEqualTo("[]\n");
      assertThat(http.delete(DELETE + "?request_id=" + id, "X-Scope-OrgID", "b").statusCode()).isEqualTo(404);
      assertThat(http.get(DELETE, "X-Scope-OrgID", "a").body()).contains(id);
      HttpResponse<String> refused = http.post(path, new byte[0], "X-Scope-OrgID", "c");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).isEqualTo("deletion is not available for this tenant\n");
      assertThat(http.get(DELETE, "X-Scope-OrgID", "a|b").body()).isEqualTo("multiple org IDs present\n");
    }
  }

  @Test
  void tellsCachesWhetherATenantsRequestsChanged() throws Exception {
    Path overrides = Files.writeString(dir.resolve("o.yaml"), "overrides: {c: {deletion_mode: disabled}}\n");
    String config = "auth_enabled: true\n" + RETENTION + "runtime_config: {file: [\"" + overrides + "\"]}\n";
    String path = "/loki/api/v1/cache/generation_numbers";
    long taken;
    long withdrawn;
    try (LokiServer server = Servers.start(dir.resolve("data"), config);
        Http http = new Http(server.uri())) {
      HttpResponse<String> none = http.get(path, "X-Scope-OrgID", "a");
      assertThat(none.body()).isEqualTo("\"\"\n");
      assertThat(none.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
      String request = DELETE + "?start=" + (NOW - 100) + "&end=" + (NOW - 10) + "&query=" + Http.encode("{app=\"a\"}");
      String id =
          http.post(request, new byte[0], "X-Scope-OrgID", "a")
              .headers()
              .firstValue("X-Delete-Request-Id")
              .orElseThrow();
      taken = generation(http);
      assertThat(taken).isGreaterThanOrEqualTo(NOW * SECOND);
      assertThat(generation(http)).isEqualTo(taken);
      http.delete(DELETE + "?request_id=" + id, "X-Scope-OrgID", "a");
      withdrawn = generation(http);
      assertThat(withdrawn).isGreaterThan(taken);
      assertThat(http.get(path, "X-Scope-OrgID", "b").body()).isEqualTo("\"\"\n");
      HttpResponse<String> disabled = http.get(path, "X-Scope-OrgID", "c");
      assertThat(disabled.statusCode()).isEqualTo(403);
      assertThat(disabled.body()).isEqualTo("deletion is not available for this tenant\n");
      assertThat(http.get(path).statusCode()).isEqualTo(401);
      assertThat(http.get(path, "X-Scope-OrgID", "a|b").body()).isEqualTo("multiple org IDs present\n");
      assertThat(http.post(path, new byte[0], "X-Scope-OrgID", "a").statusCode()).isEqualTo(405);
    }
    try (LokiServer server = Servers.start(dir.resolve("data"), config);
        Http http = new Http(server.uri())) {
      assertThat(generation(http)).isGreaterThan(withdrawn);
      assertThat(http.get(path, "X-Scope-OrgID", "b").body()).isEqualTo("\"\"\n");
    }
  }

  private static long generation(Http http) throws Exception {
    String body = http.get("/loki/api/v1/cache/generation_numbers", "X-Scope-OrgID", "a").body();
    assertThat(body).startsWith("\"").endsWith("\"\n");
    return Long.parseLong(body.substring(1, body.length() - 2));
  }

  @Test
  void isNotThereWithoutRetention() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.get(DELETE).statusCode()).isEqualTo(404);
      assertThat(http.get(DELETE).body()).isEqualTo("404 page not found\n");
      assertThat(http.get("/loki/api/v1/cache/generation_numbers").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void hidesEntriesThatAreOlderThanTheirPeriod() throws Exception {
    String config =
        RETENTION
            + "limits_config: {retention_period: 1h, retention_stream: [{selector: '{app=\"a\"}', priority: 1, period: 55s}]}\n";
    try (LokiServer server = Servers.start(dir, config);
        Http http = new Http(server.uri())) {
      // Not of when the class was loaded: other tests of it may have taken most of the period.
      long now = Clock.SYSTEM.epochNanos() / SECOND;
      push(http, "one", now - 60);
      push(http, "two", now);
      assertThat(lines(http)).contains("\"two\"").doesNotContain("\"one\"");
    }
  }

  @Test
  void letsAnOperatorPauseBackgroundWork() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/sigyn/upkeep").body()).isEqualTo("{\"paused\":false,\"retention_paused\":false}\n");
      assertThat(http.post("/sigyn/upkeep/pause", new byte[0]).body()).contains("\"paused\":true");
      assertThat(http.get("/metrics").body()).contains("sigyn_storage_upkeep_paused 1.0");
      assertThat(http.post("/sigyn/upkeep/resume", new byte[0]).body()).contains("\"paused\":false");
      assertThat(http.post("/sigyn/retention/confirm", new byte[0]).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> delete(Http http, String query, long start, long end) throws Exception {
    return http.post(
        DELETE + "?query=" + Http.encode(query) + "&start=" + start + "&end=" + end, new byte[0]);
  }

  private static void push(Http http, String line, long second) throws Exception {
    String body =
        "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"" + second * SECOND + "\",\"" + line + "\"]]}]}";
    assertThat(http.pushJson(body).statusCode()).isEqualTo(204);
  }

  private static String lines(Http http) throws Exception {
    return http.query("{app=\"a\"}", (NOW - 600) * SECOND, (NOW + 600) * SECOND).body();
  }
}
