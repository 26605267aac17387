package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code variants} as tenants meet them. */
final class VariantsApiTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long BASE = 1_700_000_000L * SECOND;

  @TempDir Path dir;

  private static HttpResponse<String> ask(Http http, String tenant, String path, String query) throws Exception {
    String times = "&start=" + BASE + "&end=" + (BASE + 60 * SECOND) + "&step=20s&time=" + (BASE + 60 * SECOND);
    return http.get(path + "?query=" + Http.encode(query) + times, "X-Scope-OrgID", tenant);
  }

  private static void push(Http http, String tenant) throws Exception {
    for (int pod = 0; pod < 3; pod++) {
      String body =
          "{\"streams\":[{\"stream\":{\"app\":\"a\",\"pod\":\"p%d\"},\"values\":[[\"%d\",\"n=1\"],[\"%d\",\"n=2\"]]}]}"
              .formatted(pod, BASE + 10 * SECOND, BASE + 30 * SECOND);
      assertThat(http.pushJson(body, "X-Scope-OrgID", tenant).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void answerEveryRouteForTenantsThatMayAndCountTheLimitForEach() throws Exception {
    String overrides =
        """
        overrides:
          may: {enable_multi_variant_queries: true, max_query_series: 2}
          needs: {enable_multi_variant_queries: true, required_labels: [app], max_query_range: 1m}
        """;
    Path limits = Files.writeString(dir.resolve("limits.yaml"), overrides);
    String yaml =
        """
        auth_enabled: true
        limits_config: {discover_log_levels: false, discover_service_name: [], reject_old_samples: false}
        querier: {multi_tenant_queries_enabled: true}
        runtime_config: {file: %s}
        """;
    String pods = "count_over_time({app=\"x\"}[1m])";
    String apps = "sum by (app) (count_over_time({app=\"x\"} | logfmt | n = \"2\" [1m]))";
    String query = "variants(" + pods + ", " + apps + ") of ({app=\"a\"}[1m])";
    String instant = "/loki/api/v1/query";
    String range = "/loki/api/v1/query_range";
    String warning = "\"warnings\":[\"maximum of series (2) reached for variant (0)\"]";
    try (LokiServer server = Servers.start(dir.resolve("data"), yaml.formatted(limits));
        Http http = new Http(server.uri())) {
      for (String tenant : new String[] {"may", "needs", "other"}) {
        push(http, tenant);
      }

      for (int again = 0; again < 2; again++) {
        // The second answer to a range comes from the cache.
        assertThat(ask(http, "may", range, query).body())
            .contains(
                warning,
                "\"result\":[{\"metric\":{\"__variant__\":\"1\",\"app\":\"a\"},\"values\":[[1700000040,\"3\"],[1700000060,\"3\"]")
            .doesNotContain("\"pod\"");
        assertThat(ask(http, "may", instant, query).body())
            .contains(warning, "\"result\":[{\"metric\":{\"__variant__\":\"1\",\"app\":\"a\"},\"value\":[1700000060,\"3\"]}]");
      }
      assertThat(ask(http, "needs", instant, query).body())
          .contains("{\"metric\":{\"__variant__\":\"0\",\"app\":\"a\",\"pod\":\"p2\"},\"value\":[1700000060,\"2\"]}")
          .doesNotContain("warnings");
      assertThat(ask(http, "may", "/sigyn/explain", query).body())
          .contains("{\"operation\":\"variants, read once\",", "sum by (app,__variant__)", "| logfmt");
      assertThat(ask(http, "other", "/loki/api/v1/format_query", query).body()).contains("variants(\\n  count_over_time");

      // One of several tenants is enough, and groups of lines are told apart by tenant.
      assertThat(ask(http, "other|may", instant, "variants(sum by (app) (" + pods + ")) of ({pod=\"p1\"}[1m])").body())
          .contains("\"result\":[{\"metric\":{\"__variant__\":\"0\",\"app\":\"a\"},\"value\":[1700000060,\"4\"]}]");

      HttpResponse<String> disabled = ask(http, "other", range, query);
      assertThat(disabled.statusCode()).isEqualTo(400);
      assertThat(disabled.body()).isEqualTo("multi variant queries are disabled for this instance");
      HttpResponse<String> number = ask(http, "may", range, "variants(1) of ({app=\"a\"}[1m])");
      assertThat(number.statusCode()).isEqualTo(500);
      assertThat(number.body()).isEqualTo("expected 1 extractor for variant 0, got 0");
      assertThat(ask(http, "needs", range, query.replace("app=\"x\"", "pod=\"x\"")).body())
          .startsWith("stream selector is missing required matchers [app], labels present in the query were [pod]");
      assertThat(ask(http, "needs", range, query.replace("{app=\"x\"}[1m]", "{app=\"x\"}[2m]")).body())
          .isEqualTo("[interval] value exceeds limit: [2m] > [1m]");
      assertThat(ask(http, "needs", range, query.replace("of ({app=\"a\"}[1m]", "of ({app=\"a\"}[2m]")).statusCode())
          .isEqualTo(200);
    }
  }
}
