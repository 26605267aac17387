package io.sigyn.server.api;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.http.Request;
import io.sigyn.server.http.Response;
import io.sigyn.server.http.Route;
import io.sigyn.server.limits.Limits;
import io.sigyn.server.limits.OtlpAttributeRule;
import io.sigyn.server.limits.OtlpConfig;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.write.Distributor;
import io.sigyn.server.write.WriteWorkers;
import io.sigyn.wire.otlp.OtlpMapping;
import io.sigyn.wire.otlp.OtlpMapping.Action;
import io.sigyn.wire.otlp.OtlpMapping.Rule;
import io.sigyn.wire.otlp.OtlpReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code POST /otlp/v1/logs}: what OpenTelemetry's exporters send, through the same checks as a push. Answers 204, and
 * errors as {@code google.rpc.Status}.
 */
final class OtlpApi {
  private final Distributor distributor;
  private final WriteWorkers workers;
  private final Tenants tenants;
  private final TenantLimits limits;
  private final List<String> labels;
  private final Clock clock;
  private final int maxBody;
  private final int maxInflated;

  private record Key(OtlpConfig config, List<String> serviceNames) {}

  /** There are as many different ones as somebody wrote down. */
  private final Map<Key, OtlpMapping> mappings = new ConcurrentHashMap<>();

  /** A handler for the parts. */
  OtlpApi(Api.Parts parts, Tenants tenants) {
    this.distributor = parts.distributor();
    this.workers = parts.workers();
    this.tenants = tenants;
    this.limits = parts.limits();
    this.clock = parts.clock();
    var config = parts.config().distributor();
    this.labels = config.otlpConfig().defaultResourceAttributesAsIndexLabels();
    this.maxBody = (int) config.maxRecvMsgSize().bytes();
    this.maxInflated = (int) config.maxDecompressedSize().bytes();
  }

  List<Route> routes() {
    return List.of(
        new Route(
            "otlp_v1_logs", Set.of("POST"), "/otlp/v1/logs", maxBody, Failures::ofOtlp, this::push));
  }

  private CompletableFuture<Response> push(Request request) {
    Tenant tenant = tenants.writer(request);
    return workers
        .run(() -> {
          EntryBatch batch =
              OtlpReader.read(
                  request.body(),
                  request.length(),
                  request.header("Content-Type"),
                  request.header("Content-Encoding"),
                  maxInflated,
                  mapping(limits.of(tenant)),
                  clock.epochNanos());
          return distributor.push(tenant, batch, List.of());
        })
        .thenApply(stored -> Response.empty(204));
  }

  private OtlpMapping mapping(Limits own) {
    return mappings.computeIfAbsent(
        new Key(own.otlpConfig(), own.discoverServiceName()),
        key -> {
          OtlpConfig config = key.config;
          return new OtlpMapping(
              rules(config.resourceRules(labels)),
              rules(config.scopeAttributes()),
              rules(config.logAttributes()),
              config.severityTextAsLabel(),
              key.serviceNames);
        });
  }

  private static List<Rule> rules(List<OtlpAttributeRule> written) {
    return written.stream()
        .filter(rule -> !rule.action().isEmpty())
        .map(
            rule ->
                new Rule(
                    action(rule.action()),
                    rule.attributes(),
                    rule.regex().isEmpty()
                        ? Optional.empty()
                        : Optional.of(GoRegexp.compileDotAll(rule.regex()))))
        .toList();
  }

  private static Action action(String name) {
    return switch (name) {
      case "index_label" -> Action.INDEX_LABEL;
      case "structured_metadata" -> Action.STRUCTURED_METADATA;
      case "drop" -> Action.DROP;
      default -> throw new LokiException(ErrorKind.INTERNAL, "otlp_config: action " + name);
    };
  }
}
