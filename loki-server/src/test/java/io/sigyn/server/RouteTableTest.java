package io.sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.server.RawHttp.Answer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of Loki's: which methods it has, and whether somebody must say whose data it is about. */
final class RouteTableTest {
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH");

  /** Path, its methods, and {@code tenant} where one is needed. */
  private static final String ROUTES =
      """
      /loki/api/v1/push POST tenant
      /api/prom/push POST tenant
      /otlp/v1/logs POST tenant
      /loki/api/v1/query_range GET POST tenant
      /loki/api/v1/query GET POST tenant
      /loki/api/v1/labels GET POST tenant
      /loki/api/v1/label GET POST tenant
      /loki/api/v1/label/app/values GET POST tenant
      /loki/api/v1/series GET POST tenant
      /loki/api/v1/index/stats GET POST tenant
      /loki/api/v1/index/volume GET POST tenant
      /loki/api/v1/index/volume_range GET POST tenant
      /loki/api/v1/index/shards GET POST tenant
      /loki/api/v1/detected_labels GET POST tenant
      /loki/api/v1/detected_fields GET POST tenant
      /loki/api/v1/detected_field/x/values GET POST tenant
      /loki/api/v1/patterns GET POST tenant
      /loki/api/v1/tail GET POST tenant
      /api/prom/tail GET POST tenant
      /api/prom/query GET POST tenant
      /api/prom/label GET POST tenant
      /api/prom/label/x/values GET POST tenant
      /api/prom/series GET POST tenant
      /loki/api/v1/format_query GET POST
      /loki/api/v1/drilldown-limits GET tenant
      /config/tenant/v1/limits GET tenant
      /config GET
      /loki/api/v1/delete GET POST PUT DELETE tenant
      /loki/api/v1/cache/generation_numbers GET tenant
      /loki/api/v1/rules GET tenant
      /loki/api/v1/rules/ns GET POST DELETE tenant
      /loki/api/v1/rules/ns/g GET DELETE tenant
      /api/prom/rules GET tenant
      /api/prom/rules/ns GET POST DELETE tenant
      /api/prom/rules/ns/g GET DELETE tenant
      /prometheus/api/v1/rules GET tenant
      /prometheus/api/v1/alerts GET tenant
      /ready GET
      /metrics GET
      /services GET
      /loki/api/v1/status/buildinfo GET
      /log_level GET POST
      /flush GET POST
      /ingester/prepare_shutdown GET POST DELETE
      /ring GET POST
      /distributor/ring GET POST
      /compactor/ring GET POST
      /scheduler/ring GET POST
      /indexgateway/ring GET POST
      /ruler/ring GET POST
      /pattern/ring GET POST
      /memberlist GET POST
      /ingester/prepare_partition_downscale
      /ingester/shutdown GET POST
      """;

  private static final List<String> UNKNOWN =
      List.of(
          "/",
          "/READY",
          "/loki/api/v1/push/",
          "/v1/logs",
          "/loki/api/v2alpha/tail",
          "/loki/api/admin/delete",
          "/api/v1/rules",
          "/prometheus/api/v1/status/buildinfo",
          "/api/prom/labels",
          "/loki/api/v1/rules/ns/g/more",
          "/loki/api/v1/label/a%2Fb/values",
          "/debug/pprof/");

  @TempDir Path dir;

  private static Answer ask(RawHttp http, String method, String path) throws Exception {
    http.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    return method.equals("HEAD") ? http.head() : http.answer();
  }

  @Test
  void everyRouteHasItsMethodsAndAsksForATenantOrNot() throws Exception {
    String yaml = "auth_enabled: true\npattern_ingester: {enabled: true}\ncompactor: {retention_enabled: true}\n";
    try (LokiServer server = Servers.start(dir, yaml);
        RawHttp http = new RawHttp(server.port())) {
      for (String row : ROUTES.split("\n")) {
        String[] cells = row.split(" ");
        List<String> words = Arrays.asList(cells).subList(1, cells.length);
        for (String method : METHODS) {
          String what = method + " " + cells[0];
          if (!words.contains(method)) {
            Answer wrong = ask(http, method, cells[0]);
            assertThat(wrong.status()).as(what).isEqualTo(405);
            assertThat(wrong.bytes()).as(what).isEmpty();
            assertThat(wrong.headers()).as(what).doesNotContainKey("allow");
          } else if (words.contains("tenant")) {
            Answer nobody = ask(http, method, cells[0]);
            assertThat(nobody.status()).as(what).isEqualTo(401);
            assertThat(nobody.body()).as(what).isEqualTo("no org id\n");
            assertThat(nobody.header("content-type")).as(what).isEqualTo("text/plain; charset=utf-8");
            assertThat(nobody.header("x-content-type-options")).as(what).isEqualTo("nosniff");
          } else if (!cells[0].equals("/ingester/shutdown")) {
            assertThat(ask(http, method, cells[0]).status()).as(what).isIn(200, 204, 400);
          }
        }
      }
      for (String path : UNKNOWN) {
        for (String method : METHODS) {
          Answer none = ask(http, method, path);
          assertThat(none.status()).as(method + " " + path).isEqualTo(404);
          assertThat(none.body()).as(method + " " + path).isEqualTo(method.equals("HEAD") ? "" : "404 page not found\n");
        }
      }
    }
  }
}
