package io.sigyn.server.config;

import io.sigyn.config.Binder;
import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigPrinter;
import io.sigyn.config.Ignored;
import io.sigyn.config.YamlReader;
import io.sigyn.server.limits.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Loki configuration file as this server understands it. Keys that Loki 3.7 has and that have no
 * meaning here are accepted with a warning that says why; unknown keys are errors with their place.
 *
 * @param target which parts to run: {@code all}, or what comes to the same, {@code read,write,backend}. A part alone is
 *     refused with what to do instead
 * @param authEnabled whether every request must name its tenant in {@code X-Scope-OrgID}; with {@code false} all
 *     data belongs to the tenant {@code fake}
 * @param shutdownDelay how long after a signal {@code /ready} is answered 503 and everything else as before; then
 *     the server stops
 */
@Ignored(
    value = {
      "schema_config",
      "storage_config",
      "chunk_store_config",
      "index_gateway",
      "bloom_build",
      "bloom_gateway",
      "dataobj",
      "table_manager"
    },
    because = "the store keeps everything under common.path_prefix in its own format")
@Ignored(
    value = {
      "memberlist",
      "ingester_client",
      "frontend_worker",
      "kafka_config",
      "ingest_limits",
      "ingest_limits_client",
      "ingest_limits_frontend",
      "ingest_limits_frontend_client",
      "compactor_grpc_client",
      "compactor_client",
      "internal_server",
      "legacy_read_target"
    },
    because = "one process is complete by itself and talks to no other")
@Ignored(
    value = {"query_engine"},
    because = "there is one engine")
@Ignored(
    value = {"ruler", "ruler_storage"},
    because = "this version evaluates no rules")
@Ignored(
    value = {
      "ui",
      "tenant_limits_allow_publish",
      "lbac",
      "no_auth_tenant",
      "http_prefix"
    },
    because = "this version does not have it")
@Ignored(
    value = {"analytics"},
    because = "nothing is ever reported to anybody")
@Ignored(
    value = {"tracing", "profiling", "operational_config", "metrics_namespace"},
    because = "metrics keep Loki's names, and there is neither tracing nor profiling over HTTP")
@Ignored(
    value = {"ballast_bytes"},
    because = "the Java virtual machine needs no ballast")
public record ServerConfig(
    String target,
    boolean authEnabled,
    Duration shutdownDelay,
    HttpConfig server,
    CommonConfig common,
    DistributorConfig distributor,
    IngesterConfig ingester,
    QuerierConfig querier,
    QuerySchedulerConfig queryScheduler,
    FrontendConfig frontend,
    QueryRangeConfig queryRange,
    CompactorConfig compactor,
    PatternIngesterConfig patternIngester,
    Limits limitsConfig,
    RuntimeConfig runtimeConfig,
    SigynConfig sigyn) {

  /** Loki's defaults. */
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          "all",
          true,
          Duration.ZERO,
          HttpConfig.DEFAULT,
          CommonConfig.DEFAULT,
          DistributorConfig.DEFAULT,
          IngesterConfig.DEFAULT,
          QuerierConfig.DEFAULT,
          QuerySchedulerConfig.DEFAULT,
          FrontendConfig.DEFAULT,
          QueryRangeConfig.DEFAULT,
          CompactorConfig.DEFAULT,
          PatternIngesterConfig.DEFAULT,
          Limits.DEFAULT,
          RuntimeConfig.DEFAULT,
          SigynConfig.DEFAULT);

  /** Refuses a target that is less than everything. */
  public ServerConfig {
    Targets.check(target);
  }

  /** Loki's defaults. */
  public static ServerConfig defaults() {
    return DEFAULT;
  }

  /**
   * Reads a file's text.
   *
   * @throws io.sigyn.config.ConfigException with every problem and its place
   */
  public static ServerConfig parse(String yaml) {
    return read("config", yaml).value();
  }

  /**
   * Reads a file's text.
   *
   * @param file how messages call it
   * @return with warnings about keys without effect
   * @throws io.sigyn.config.ConfigException with every problem and its place
   */
  public static Bound<ServerConfig> read(String file, String yaml) {
    return read(file, yaml, Map.of());
  }

  /**
   * Reads a file's text and flags, which win over it.
   *
   * @param file how messages call it
   * @param flags names without dashes, all of them known to {@link ConfigFlags}, and their values
   * @return with warnings about keys and flags without effect
   * @throws io.sigyn.config.ConfigException with every problem and its place
   */
  public static Bound<ServerConfig> read(String file, String yaml, Map<String, String> flags) {
    List<String> warnings = new ArrayList<>();
    ConfigNode node = ConfigFlags.ALL.over(YamlReader.read(file, yaml), flags, warnings);
    List<String> problems = new ArrayList<>(ConfigFlags.ALL.check(node));
    try {
      Bound<ServerConfig> bound = Binder.bind(ServerConfig.class, node);
      if (problems.isEmpty()) {
        warnings.addAll(0, bound.warnings());
        return new Bound<>(bound.value(), warnings);
      }
    } catch (ConfigException e) {
      problems.addAll(0, e.problems());
    }
    throw new ConfigException(problems.subList(0, Math.min(Binder.MAX_PROBLEMS, problems.size())));
  }

  /** As YAML that can be read again. */
  public String print() {
    return ConfigPrinter.print(this);
  }

  /** The directory under which everything is kept. */
  public Path dataDir() {
    return Path.of(common.pathPrefix());
  }

  /** The directory of the file that says that the server is about to be taken away. */
  public Path shutdownMarkerDir() {
    return ingester.shutdownMarkerPath().isEmpty() ? dataDir() : Path.of(ingester.shutdownMarkerPath());
  }

  /** How many queries of a tenant may wait. */
  public int waitingQueries() {
    return Math.min(queryScheduler.maxOutstandingRequestsPerTenant(), frontend.maxOutstandingPerTenant());
  }

  /** The same with another directory. */
  public ServerConfig withDataDir(Path dir) {
    return new ServerConfig(
        target,
        authEnabled,
        shutdownDelay,
        server,
        new CommonConfig(dir.toString()),
        distributor,
        ingester,
        querier,
        queryScheduler,
        frontend,
        queryRange,
        compactor,
        patternIngester,
        limitsConfig,
        runtimeConfig,
        sigyn);
  }

  /** The same on another address. */
  public ServerConfig withAddress(String address) {
    return withServer(server.withAddress(address));
  }

  /** The same on another port; 0 takes any free one. */
  public ServerConfig withPort(int port) {
    return withServer(server.withPort(port));
  }

  /** The same with or without authentication. */
  public ServerConfig withAuthEnabled(boolean enabled) {
    return new ServerConfig(
        target,
        enabled,
        shutdownDelay,
        server,
        common,
        distributor,
        ingester,
        querier,
        queryScheduler,
        frontend,
        queryRange,
        compactor,
        patternIngester,
        limitsConfig,
        runtimeConfig,
        sigyn);
  }

  private ServerConfig withServer(HttpConfig http) {
    return new ServerConfig(
        target,
        authEnabled,
        shutdownDelay,
        http,
        common,
        distributor,
        ingester,
        querier,
        queryScheduler,
        frontend,
        queryRange,
        compactor,
        patternIngester,
        limitsConfig,
        runtimeConfig,
        sigyn);
  }
}
