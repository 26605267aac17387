package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes that are small, and those that are there so that probes find something. */
final class SmallRoutesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long NOW = Clock.SYSTEM.epochNanos() / SECOND * SECOND - 60 * SECOND;

  @TempDir Path dir;

  private static void push(Http http, String app, long time, String line) throws Exception {
    String body =
        "{\"streams\":[{\"stream\":{\"app\":\"%s\"},\"values\":[[\"%d\",\"%s\"]]}]}".formatted(app, time, line);
    assertThat(http.pushJson(body).statusCode()).isEqualTo(204);
  }

  @Test
  void theOldReadRoutesAnswerInTheirOwnWay() throws Exception {
    String yaml = "limits_config: {discover_log_levels: false, reject_old_samples: false}";
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      push(http, "a", 1_700_000_000L * SECOND + 100_000_000, "n=1");
      assertThat(http.get("/api/prom/query?limit=5&query=" + Http.encode("{app=\"a\"}")).body())
          .startsWith("{\"streams\":[],\"stats\":{");
      String range = "&start=1699999999&end=1700000001";
      assertThat(http.get("/api/prom/query?query=" + Http.encode("{app=\"a\"}") + range + "&regexp=n.1").body())
          .startsWith(
              "{\"streams\":[{\"labels\":\"{app=\\\"a\\\", service_name=\\\"a\\\"}\",\"entries\":["
                  + "{\"ts\":\"2023-11-14T22:13:20.1Z\",\"line\":\"n=1\"}]}],\"stats\":{");
      assertThat(http.get("/api/prom/query?query=" + Http.encode("{app=\"a\"}") + range + "&regexp=z").body())
          .startsWith("{\"streams\":[],");
      assertThat(http.get("/api/prom/query?query=" + Http.encode("rate({app=\"a\"}[1m])") + range).body())
          .isEqualTo("rpc error: code = Code(400) desc = legacy endpoints only support streams result type");
      assertThat(http.get("/api/prom/label?start=1699999999&end=1700000001").body()).isEqualTo("{\"values\":[\"app\",\"service_name\"]}\n");
      // Loki answers the names of labels here.
      assertThat(http.get("/api/prom/label/app/values?start=1699999999&end=1700000001").body()).isEqualTo("{\"values\":[\"a\"]}\n");
      assertThat(http.get("/api/prom/series?start=1699999999&end=1700000001&match=" + Http.encode("{app=\"a\"}")).body())
          .contains("\"data\":[{\"app\":\"a\",\"service_name\":\"a\"}]");
    }
  }

  @Test
  void aRulerWithoutRulesIsFoundAndCannotBeWrittenTo() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/prometheus/api/v1/rules").body())
          .isEqualTo("{\"status\":\"success\",\"data\":{\"groups\":[]},\"errorType\":\"\",\"error\":\"\"}");
      assertThat(http.get("/prometheus/api/v1/alerts").body()).contains("\"data\":{\"alerts\":[]}");
      HttpResponse<String> bad = http.get("/prometheus/api/v1/rules?type=foo");
      assertThat(bad.statusCode()).isEqualTo(400);
      assertThat(bad.body())
          .isEqualTo(
              "{\"status\":\"error\",\"data\":null,\"errorType\":\"bad_data\",\"error\":\"not supported value \\\"foo\\\"\"}");
      for (String prefix : new String[] {"/loki/api/v1/rules", "/api/prom/rules"}) {
        assertThat(http.get(prefix).statusCode()).isEqualTo(404);
        assertThat(http.get(prefix + "/ns").body()).isEqualTo("no rule groups found\n");
        HttpResponse<String> probe = http.get(prefix + "/test/test");
        assertThat(probe.statusCode()).isEqualTo(400);
        assertThat(probe.body()).isEqualTo("GetRuleGroup unsupported in rule local store\n");
        assertThat(http.post(prefix + "/ns", new byte[0]).body()).contains("SetRuleGroup unsupported in rule local store");
        assertThat(http.delete(prefix + "/ns/g").statusCode()).isEqualTo(500);
        assertThat(http.post(prefix + "/ns/g", new byte[0]).statusCode()).isEqualTo(405);
      }
    }
  }

  @Test
  void drilldownLearnsItsLimits() throws Exception {
    String yaml =
        """
        auth_enabled: true
        pattern_ingester: {enabled: true}
        limits_config:
          retention_period: 30d
          max_entries_limit_per_query: 77
          otlp_config: {resource_attributes: {attributes_config: [{attributes: [x]}]}}
        """;
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      HttpResponse<String> limits = http.get("/loki/api/v1/drilldown-limits", "X-Scope-OrgID", "t");
      assertThat(limits.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(limits.body())
          .startsWith("{\"limits\":{\"discover_log_levels\":true,\"discover_service_name\":[\"service\",\"app\",")
          .contains("\"max_entries_limit_per_query\":77,\"max_line_size_truncate\":false,\"max_query_bytes_read\":\"0B\",")
          .contains("\"max_query_length\":\"30d1h\",\"max_query_lookback\":\"0s\"")
          .contains("\"otlp_config\":{\"resource_attributes\":{\"attributes_config\":[{\"action\":\"index_label\",\"attributes\":[\"service.name\",")
          .contains("\"k8s.job.name\"]},{\"action\":\"structured_metadata\",\"attributes\":[\"x\"]}]}")
          .contains("\"retention_period\":\"30d\",\"volume_enabled\":true,\"volume_max_series\":1000}")
          .endsWith("\"pattern_ingester_enabled\":true,\"version\":\"3.7.6\"}");
      assertThat(http.get("/loki/api/v1/drilldown-limits").body()).isEqualTo("no org id\n");
      HttpResponse<String> several = http.get("/loki/api/v1/drilldown-limits", "X-Scope-OrgID", "a|b");
      assertThat(several.statusCode()).isEqualTo(401);
      assertThat(several.body()).isEqualTo("multiple org IDs present\n");
      assertThat(http.get("/config/tenant/v1/limits", "X-Scope-OrgID", "t").body())
          .contains("max_entries_limit_per_query: 77\n");
    }
    // Without authentication nobody has to say who asks; Loki wants to know even then.
    String own = "limits_config: {otlp_config: {resource_attributes: {ignore_defaults: true}}}";
    try (LokiServer server = Servers.start(dir.resolve("open"), own);
        Http http = new Http(server.uri())) {
      assertThat(http.get("/loki/api/v1/drilldown-limits").body())
          .contains("\"otlp_config\":{\"resource_attributes\":{\"ignore_defaults\":true}}")
          .contains("\"pattern_ingester_enabled\":false");
    }
  }

  @Test
  void oneProcessIsTheWholeRing() throws Exception {
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      assertThat(http.get("/ring", "Accept", "application/json").body())
          .contains("\"state\":\"ACTIVE\"", "\"timestamp\":\"20", "\"tokens\":[]}],\"now\":\"20");
      assertThat(http.get("/distributor/ring").headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
      assertThat(http.get("/memberlist").body()).isEqualTo("This instance doesn't use memberlist.");
    }
  }

  @Test
  void windowsGroupedByLabelsAreGroupedByTenantToo() throws Exception {
    String yaml = "auth_enabled: true\nquerier: {multi_tenant_queries_enabled: true}\n";
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      for (String tenant : new String[] {"t1", "t2"}) {
        String body =
            "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"%d\",\"ms=%s\"]]}]}"
                .formatted(NOW, tenant.substring(1));
        assertThat(http.pushJson(body, "X-Scope-OrgID", tenant).statusCode()).isEqualTo(204);
      }
      String query = "max_over_time({app=\"a\"} | logfmt | unwrap ms [1h]) by (app)";
      assertThat(http.get("/loki/api/v1/query?query=" + Http.encode(query), "X-Scope-OrgID", "t1|t2").body())
          .contains("{\"metric\":{\"__tenant_id__\":\"t1\",\"app\":\"a\"},\"value\":[")
          .contains("{\"metric\":{\"__tenant_id__\":\"t2\",\"app\":\"a\"},\"value\":[")
          .contains(",\"1\"]}")
          .contains(",\"2\"]}");
      String sum = "sum by (app) (max_over_time({app=\"a\"} | logfmt | unwrap ms [1h]) by (app))";
      assertThat(http.get("/loki/api/v1/query?query=" + Http.encode(sum), "X-Scope-OrgID", "t1||t2").body())
          .contains("\"result\":[{\"metric\":{\"app\":\"a\"},\"value\":[")
          .contains(",\"3\"]}]");
    }
  }

  @Test
  void patternsAreFoundWhereTheyAreLookedFor() throws Exception {
    String selector = Http.encode("{app=\"a\"}");
    try (LokiServer server = Servers.start(dir, "");
        Http http = new Http(server.uri())) {
      HttpResponse<String> off = http.get("/loki/api/v1/patterns?query=" + selector);
      assertThat(off.statusCode()).isEqualTo(404);
      assertThat(off.body()).isEmpty();
    }
    String yaml = "pattern_ingester: {enabled: true}";
    String pattern = "{\"pattern\":\"job <_> done in <_> of shop\",\"level\":\"unknown\",\"samples\":[[";
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      for (int i = 0; i < 30; i++) {
        push(http, "a", NOW + i, "job " + i + " done in " + i * i + "ms of shop");
      }
      Await.until("a pattern", Duration.ofSeconds(20), () -> patterns(http, selector).contains(pattern));
      assertThat(http.get("/loki/api/v1/patterns?query=" + Http.encode("{app=\"b\"}")).body())
          .isEqualTo("{\"status\":\"success\",\"data\":[]}\n");
      assertThat(http.get("/loki/api/v1/patterns?query=" + Http.encode("{app=\"b\"} |= `x`")).body())
          .isEqualTo("only label matchers are supported");
    }
    try (LokiServer server = Servers.start(dir, yaml);
        Http http = new Http(server.uri())) {
      assertThat(patterns(http, selector)).contains(pattern);
    }
  }

  private static String patterns(Http http, String selector) {
    try {
      return http.get("/loki/api/v1/patterns?query=" + selector).body();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
