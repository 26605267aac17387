package io.sigyn.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.server.limits.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerConfigTest {
  @Test
  void emptyFileHasLokisDefaults() {
    ServerConfig config = ServerConfig.parse("");
    assertThat(config).isEqualTo(ServerConfig.defaults());
    assertThat(config.authEnabled()).isTrue();
    assertThat(config.server().httpListenPort()).isEqualTo(3100);
    assertThat(config.limitsConfig().maxLineSize().bytes()).isEqualTo(262_144);
    assertThat(config.limitsConfig().maxQueryLength()).isEqualTo(Duration.ofHours(721));
    assertThat(config.limitsConfig().ingestionRateBytes()).isEqualTo(4 << 20);
  }

  @Test
  void printsWhatItReadsAgain() {
    ServerConfig config =
        ServerConfig.parse(
            """
            auth_enabled: false
            server: {http_listen_address: 127.0.0.1, http_listen_port: 0, http_path_prefix: /loki, log_level: warn}
            common: {path_prefix: /var/lib/x y}
            limits_config:
              blocked_queries: [{pattern: ".*slow.*", regex: true, types: "filter,limited"}]
              required_labels: [app, env]
              discover_generic_fields: {fields: {org_id: [tenant, org]}}
              block_ingestion_until: "2099-01-01T00:00:00Z"
            runtime_config: {file: "a.yaml, b.yaml"}
            sigyn: {wal_sync: os}
            """);
    assertThat(ServerConfig.parse(config.print())).isEqualTo(config);
    assertThat(config.runtimeConfig().file()).containsExactly("a.yaml", "b.yaml");
    assertThat(config.limitsConfig().blockedQueries().getFirst().types())
        .containsExactly("filter", "limited");
  }

  @Test
  void saysWhereAnUnknownKeyStandsAndWhatWasMeant() {
    assertThatThrownBy(
            () -> ServerConfig.read("loki.yaml", "auth_enabled: false\nlimit_config: {}\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "loki.yaml:2:1: limit_config: unknown key \"limit_config\"; did you mean"
                + " \"limits_config\"?");
    assertThatThrownBy(
            () -> ServerConfig.read("loki.yaml", "limits_config:\n  max_line_sizes: 1MB\n"))
        .hasMessage(
            "loki.yaml:2:3: limits_config.max_line_sizes: unknown key \"max_line_sizes\"; did you"
                + " mean \"max_line_size\"?");
  }

  @Test
  void warnsOnceAboutEachSectionWithoutEffect() {
    List<String> warnings =
        ServerConfig.read(
                "loki.yaml",
                """
                auth_enabled: false
                schema_config: {configs: [{from: 2020-10-24, store: tsdb}]}
                ruler: {storage: {type: local}, ring: {kvstore: {store: inmemory}}}
                memberlist: {join_members: [a, b]}
                analytics: {reporting_enabled: false}
                """)
            .warnings();
    assertThat(warnings).hasSize(4).allMatch(w -> w.contains("has no effect here: "));
    assertThat(warnings.getFirst())
        .isEqualTo(
            "loki.yaml:2:1: schema_config: has no effect here: the store keeps everything under"
                + " common.path_prefix in its own format");
  }

  @Test
  void readsWhatConcernsKeepingAndDeleting() {
    ServerConfig config =
        ServerConfig.parse(
            """
            compactor:
              working_directory: /tmp/x
              retention_enabled: true
              delete_request_store: filesystem
              delete_request_cancel_period: 2h
            limits_config:
              retention_period: 30d
              deletion_mode: filter-only
              retention_stream:
                - {selector: '{env="dev"}', priority: 1, period: 24h}
            sigyn: {retention_max_size: 10GB, background_rate: 1MB, scrub_rate: 2MB, scrub_interval: 1d}
            """);
    assertThat(config.compactor().retentionEnabled()).isTrue();
    assertThat(config.compactor().deleteRequestCancelPeriod()).hasHours(2);
    assertThat(config.limitsConfig().retentionPeriod()).hasDays(30);
    assertThat(config.limitsConfig().retentionStream())
        .singleElement()
        .satisfies(rule -> assertThat(rule.period()).hasDays(1));
    assertThat(config.sigyn().upkeep().maxBytes()).isEqualTo(10L << 30);
    assertThat(config.sigyn().upkeep().scrubInterval()).hasDays(1);
    assertThat(ServerConfig.parse(config.print())).isEqualTo(config);
  }

  @Test
  void refusesWhatCannotBeMeantAboutKeepingAndDeleting() {
    assertThatThrownBy(() -> ServerConfig.parse("limits_config: {deletion_mode: off}"))
        .hasMessageContaining("\"off\" unknown; use disabled, filter-only, filter-and-delete");
    assertThatThrownBy(() -> ServerConfig.parse("limits_config: {retention_stream: [{period: 24h}]}"))
        .hasMessageContaining("every rule needs a selector");
    assertThatThrownBy(
            () -> ServerConfig.parse("limits_config: {retention_stream: [{selector: '{a=', period: 24h}]}"))
        .hasMessageContaining("parse error");
    assertThatThrownBy(() -> ServerConfig.parse("compactor: {retention_enable: true}"))
        .hasMessageContaining("did you mean \"retention_enabled\"?");
  }

  @Test
  void readsWhatConcernsOtlpTailsAndPatterns() {
    Bound<ServerConfig> read =
        ServerConfig.read(
            "f",
            """
            distributor:
              otlp_config: {default_resource_attributes_as_index_labels: [service.name]}
            querier: {tail_max_duration: 5m}
            pattern_ingester: {enabled: true, max_clusters: 10, retain_for: 1h, lifecycler: {min_ready_duration: 0s}}
            limits_config:
              max_concurrent_tail_requests: 3
              pattern_ingester_tokenizable_json_fields_append: [text]
              pattern_ingester_tokenizable_json_fields_delete: [log, content]
              otlp_config:
                severity_text_as_label: true
                resource_attributes:
                  ignore_defaults: true
                  attributes_config: [{action: index_label, regex: 'my\\..*'}]
                scope_attributes: [{action: drop, attributes: [x]}]
            """);
    ServerConfig config = read.value();
    assertThat(read.warnings()).singleElement().asString().contains("pattern_ingester.lifecycler: has no effect here");
    assertThat(ServerConfig.parse(config.print())).isEqualTo(config);
    assertThat(config.querier().tailMaxDuration()).hasMinutes(5);
    assertThat(config.patternIngester().maxClusters()).isEqualTo(10);
    assertThat(config.limitsConfig().tokenizableJsonFields()).containsExactly("message", "msg", "msg_", "_msg", "text");
    assertThat(config.limitsConfig().otlpConfig().resourceAttributes().attributesConfig())
        .singleElement()
        .satisfies(rule -> assertThat(rule.regex()).isEqualTo("my\\..*"));
    assertThatThrownBy(
            () ->
                ServerConfig.read(
                    "f", "limits_config: {otlp_config: {scope_attributes: [{action: index_label, attributes: [a]}]}}"))
        .hasMessageContaining("index_label is not allowed for scope attributes");
    assertThatThrownBy(
            () -> ServerConfig.read("f", "limits_config: {otlp_config: {log_attributes: [{action: keep, attributes: [a]}]}}"))
        .hasMessageContaining("action: \"keep\" unknown; use index_label, structured_metadata or drop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "write", "backend", "querier", "read,write", "query-frontend, querier"})
  void saysWhatToDoInsteadOfRunningAPart(String target) {
    assertThatThrownBy(() -> ServerConfig.read("f", "target: '" + target + "'\n"))
        .hasMessage(
            "f:1:9: target: \"" + target + "\" cannot be run alone: one process does the work of read, write and backend."
                + " Start one, with target all and the same file, send pushes and queries to its port, and keep"
                + " common.path_prefix on a disk that stays; what Loki has in object storage is not read"
                + " (docs/compatibility.md)");
  }

  @Test
  void takesTargetsThatComeToEverything() {
    for (String target : List.of("all", "read,write,backend", "backend, read, write", "all,table-manager")) {
      assertThat(ServerConfig.parse("target: '" + target + "'\n").target()).isEqualTo(target);
    }
    assertThatThrownBy(() -> ServerConfig.parse("target: wirte\n"))
        .hasMessageEndingWith("target: \"wirte\" is no part of Loki; did you mean \"write\"? write all");
    assertThatThrownBy(() -> ServerConfig.parse("target: everything\n"))
        .hasMessageEndingWith("target: \"everything\" is no part of Loki; write all");
  }

  @Test
  void refusesValuesWithoutMeaningAtTheirPlace() {
    assertThatThrownBy(() -> ServerConfig.read("f", "server: {http_listen_port: 70000}"))
        .hasMessage("f:1:28: server.http_listen_port: must be 0 to 65535, is 70000");
    assertThatThrownBy(() -> ServerConfig.read("f", "server:\n  http_path_prefix: loki\n"))
        .hasMessageContaining("must start with a slash");
    assertThatThrownBy(
            () -> ServerConfig.read("f", "limits_config: {block_ingestion_until: tomorrow}"))
        .hasMessageContaining("\"tomorrow\" is no RFC 3339 time");
    assertThatThrownBy(() ->
            ServerConfig.read(
                "f", "limits_config: {blocked_queries: [{pattern: '(', regex: true}]}"))
        .hasMessageContaining("missing closing )");
    assertThatThrownBy(
            () -> ServerConfig.read("f", "auth_enabled: maybe\ningester: {max_chunk_age: 0s}\n"))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void takesTheShippedFileWithoutWarnings() throws Exception {
    Path file = Path.of("..", "config", "loki.yaml");
    Bound<ServerConfig> bound = ServerConfig.read("config/loki.yaml", Files.readString(file));
    assertThat(bound.warnings()).isEmpty();
    assertThat(bound.value().server().httpListenAddress()).isEqualTo("127.0.0.1");
    assertThat(bound.value().server().httpListenPort()).isEqualTo(3100);
    assertThat(bound.value().dataDir()).isEqualTo(Path.of("./data/loki"));
  }

  @Test
  void changesOnlyWhatItIsAskedTo() {
    ServerConfig config =
        ServerConfig.defaults()
            .withDataDir(Path.of("/x"))
            .withAddress("::1")
            .withPort(1)
            .withAuthEnabled(false);
    assertThat(config.dataDir()).isEqualTo(Path.of("/x"));
    assertThat(config.server().httpListenAddress()).isEqualTo("::1");
    assertThat(config.server().httpListenPort()).isEqualTo(1);
    assertThat(config.limitsConfig()).isEqualTo(Limits.DEFAULT);
  }
}
