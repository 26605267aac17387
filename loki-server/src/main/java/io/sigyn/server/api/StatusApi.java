package io.sigyn.server.api;

import io.sigyn.config.ByteSize;
import io.sigyn.config.ConfigPrinter;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.GoDurations;
import io.sigyn.json.JsonWriter;
import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.limits.OtlpAttributeRule;
import io.sigyn.server.limits.TenantLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What clients and operators ask about a tenant's limits, and about the parts of a cluster, of which there is one: this
 * process.
 */
final class StatusApi {
  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> GET_POST = Set.of("GET", "POST");

  private final ServerConfig config;
  private final TenantLimits limits;
  private final Tenants tenants;
  private final Clock clock;

  StatusApi(ServerConfig config, TenantLimits limits, Tenants tenants, Clock clock) {
    this.clock = clock;
    this.config = config;
    this.limits = limits;
    this.tenants = tenants;
  }

  List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(
        ofTenant("loki_api_v1_drilldown_limits", "/loki/api/v1/drilldown-limits", this::drilldown));
    routes.add(
        ofTenant(
            "config_tenant_v1_limits",
            "/config/tenant/v1/limits",
            tenant -> Response.of(200, Response.TEXT, ConfigPrinter.print(limits.of(tenant)))));
    for (String ring :
        List.of("", "distributor/", "compactor/", "scheduler/", "indexgateway/", "ruler/", "pattern/")) {
      routes.add(
          Operations.route(
              ring.replace('/', '_') + "ring",
              GET_POST,
              "/" + ring + "ring",
              request -> CompletableFuture.completedFuture(ring(request))));
    }
    routes.add(
        Operations.route(
            "memberlist",
            GET_POST,
            "/memberlist",
            request ->
                CompletableFuture.completedFuture(
                    Response.of(200, Response.TEXT, "This instance doesn't use memberlist."))));
    return routes;
  }

  private Route ofTenant(String name, String path, Function<Tenant, Response> answer) {
    return Operations.route(
        name, GET, path, request -> CompletableFuture.completedFuture(answer.apply(tenant(request))));
  }

  /** These routes have another status than all others for a request that names several tenants. */
  private Tenant tenant(Request request) {
    try {
      return tenants.writer(request);
    } catch (LokiException e) {
      throw new LokiException(ErrorKind.UNAUTHENTICATED, e.text(), e);
    }
  }

  private Response drilldown(Tenant tenant) {
    Limits own = limits.of(tenant);
    JsonWriter out = JsonWriter.inMemory().beginObject().name("limits").beginObject();
    out.name("discover_log_levels").value(own.discoverLogLevels());
    texts(out.name("discover_service_name"), own.discoverServiceName());
    texts(out.name("log_level_fields"), own.logLevelFields());
    out.name("max_entries_limit_per_query").value(own.maxEntriesLimitPerQuery());
    out.name("max_line_size_truncate").value(own.maxLineSizeTruncate());
    out.name("max_query_bytes_read").value(size(own.maxQueryBytesRead()));
    out.name("max_query_length").value(duration(own.maxQueryLength()));
    out.name("max_query_lookback").value(duration(own.maxQueryLookback()));
    out.name("max_query_range").value(duration(own.maxQueryRange()));
    out.name("max_query_series").value(own.maxQuerySeries());
    out.name("metric_aggregation_enabled").value(false);
    otlp(out.name("otlp_config"), own);
    out.name("pattern_persistence_enabled").value(false);
    out.name("query_timeout").value(duration(own.queryTimeout()));
    out.name("retention_period").value(duration(own.retentionPeriod()));
    out.name("volume_enabled").value(own.volumeEnabled());
    out.name("volume_max_series").value(own.volumeMaxSeries());
    out.endObject();
    out.name("pattern_ingester_enabled").value(config.patternIngester().enabled());
    out.name("version").value(Build.LOKI_VERSION);
    return Operations.json(200, out.endObject());
  }

  private void otlp(JsonWriter out, Limits own) {
    List<OtlpAttributeRule> rules =
        own.otlpConfig().resourceRules(config.distributor().otlpConfig().defaultResourceAttributesAsIndexLabels());
    out.beginObject().name("resource_attributes").beginObject();
    if (own.otlpConfig().resourceAttributes().ignoreDefaults()) {
      out.name("ignore_defaults").value(true);
    }
    if (!rules.isEmpty()) {
      rules(out.name("attributes_config"), rules);
    }
    out.endObject();
    if (!own.otlpConfig().scopeAttributes().isEmpty()) {
      rules(out.name("scope_attributes"), own.otlpConfig().scopeAttributes());
    }
    if (!own.otlpConfig().logAttributes().isEmpty()) {
      rules(out.name("log_attributes"), own.otlpConfig().logAttributes());
    }
    if (own.otlpConfig().severityTextAsLabel()) {
      out.name("severity_text_as_label").value(true);
    }
    out.endObject();
  }

  private static void rules(JsonWriter out, List<OtlpAttributeRule> rules) {
    out.beginArray();
    for (OtlpAttributeRule rule : rules) {
      out.beginObject().name("action").value(rule.action());
      if (!rule.attributes().isEmpty()) {
        texts(out.name("attributes"), rule.attributes());
      }
      if (!rule.regex().isEmpty()) {
        out.name("regex").value(rule.regex());
      }
      out.endObject();
    }
    out.endArray();
  }

  private static void texts(JsonWriter out, List<String> texts) {
    out.beginArray();
    texts.forEach(out::value);
    out.endArray();
  }

  private static String duration(Duration duration) {
    return GoDurations.formatPrometheus(duration.toNanos());
  }

  private static String size(ByteSize size) {
    return size.toString();
  }

  /** One instance, which is active. */
  private Response ring(Request request) {
    if (!request.header("Accept").contains("application/json")) {
      return Response.of(
          200,
          "text/html; charset=utf-8",
          "<!DOCTYPE html><title>Ring</title><p>One instance, which is active: this process.</p>\n");
    }
    JsonWriter out = JsonWriter.inMemory().beginObject().name("shards").beginArray().beginObject();
    out.name("id").value("sigyn").name("state").value("ACTIVE").name("address").value("127.0.0.1");
    String now = Instant.ofEpochMilli(clock.epochMillis()).toString();
    out.name("timestamp").value(now).name("zone").value("").name("tokens").beginArray().endArray();
    out.endObject().endArray().name("now").value(now).endObject();
    return Operations.json(200, out);
  }
}
