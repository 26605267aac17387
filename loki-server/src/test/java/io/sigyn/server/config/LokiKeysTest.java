package io.sigyn.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.config.Bound;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigKeys;
import io.sigyn.config.ConfigKeys.Acting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LokiKeysTest {
  private static final Path FILES = Path.of("src", "test", "resources", "configs");

  @Test
  void everyFlagOfLokiSetsAKeyOrIsSaidToHaveNoEffect() {
    Map<String, String> problems = new TreeMap<>();
    LokiKeys.ALL
        .flags()
        .forEach(
            (name, flag) -> {
              String value = sample(flag);
              try {
                Bound<ServerConfig> read = ServerConfig.read("f", "", Map.of(name, value));
                boolean warned = read.warnings().stream().anyMatch(w -> w.startsWith("-" + name + ": has no effect here: "));
                if (warned == isActing(flag.path()) || read.warnings().size() > 1) {
                  problems.put(name, flag.path() + " " + read.warnings());
                }
              } catch (ConfigException e) {
                problems.put(name, e.getMessage());
              }
            });
    assertThat(problems).isEmpty();
    assertThat(LokiKeys.ALL.flags()).hasSizeGreaterThan(1_500);
  }

  private static boolean isActing(String path) {
    return ConfigFlags.ALL.keys().stream().anyMatch(key -> key instanceof Acting acting && acting.path().equals(path));
  }

  /** The default, so that nothing may change. */
  private static String sample(LokiKeys.Flag flag) {
    for (ConfigKeys key : ConfigFlags.ALL.keys()) {
      if (key instanceof Acting acting && acting.path().equals(flag.path())) {
        return acting.text();
      }
    }
    return flag.isSwitch() ? "true" : "1";
  }

  @Test
  void everyKeyOfLokiIsKnownToTheRecords() {
    List<String> known = ConfigFlags.ALL.keys().stream().map(ConfigKeys::path).toList();
    assertThat(LokiKeys.ALL.paths())
        .hasSizeGreaterThan(2_000)
        .allMatch(path -> known.stream().anyMatch(key -> (path + ".").startsWith(key + ".") || key.startsWith(path + ".")));
  }

  @Test
  void everyKeyThatActsCanBeSetByItsFlag() {
    for (ConfigKeys key : ConfigFlags.ALL.keys()) {
      if (key instanceof Acting acting && acting.isWord()) {
        String flag = ConfigFlags.ALL.flag(acting.path()).orElseThrow();
        Bound<ServerConfig> read = ServerConfig.read("f", "", Map.of(flag, acting.text()));
        assertThat(read.value()).as(flag).isEqualTo(ServerConfig.defaults());
        assertThat(read.warnings()).as(flag).isEmpty();
      }
    }
    assertThat(ConfigFlags.ALL.flag("sigyn.wal_sync")).contains("sigyn.wal-sync");
    assertThat(ConfigFlags.ALL.flag("limits_config.max_line_size")).contains("distributor.max-line-size");
  }

  @Test
  void flagsWinOverTheFile() {
    ServerConfig config =
        ServerConfig.read(
                "f",
                "auth_enabled: true\nserver: {http_listen_port: 1, log_level: warn}\n",
                Map.of(
                    "auth.enabled", "false",
                    "server.http-listen-port", "2",
                    "validation.reject-old-samples", "false",
                    "distributor.ingestion-rate-limit-mb", "7.5",
                    "validation.discover-service-name", "a,b",
                    "sigyn.wal-sync", "interval"))
            .value();
    assertThat(config.authEnabled()).isFalse();
    assertThat(config.server().httpListenPort()).isEqualTo(2);
    assertThat(config.server().logLevel()).isEqualTo(LogLevel.WARN);
    assertThat(config.limitsConfig().rejectOldSamples()).isFalse();
    assertThat(config.limitsConfig().ingestionRateMb()).isEqualTo(7.5);
    assertThat(config.limitsConfig().discoverServiceName()).containsExactly("a", "b");
    assertThat(config.print()).contains("wal_sync: interval");
  }

  @ParameterizedTest
  @ValueSource(strings = {"single-binary.yaml", "simple-scalable.yaml", "every-block.yaml"})
  void filesOfOtherPeopleLoad(String name) throws Exception {
    String text = Files.readString(FILES.resolve(name));
    Bound<ServerConfig> read = ServerConfig.read(name, text);
    assertThat(read.warnings()).allMatch(warning -> warning.contains("has no effect here: "));
    assertThat(read.warnings()).doesNotHaveDuplicates();
    assertThat(ServerConfig.parse(read.value().print())).isEqualTo(read.value());
  }

  @Test
  void mistakesInsideOfSectionsWithoutEffectAreFound() {
    assertThatThrownBy(
            () ->
                ServerConfig.read(
                    "loki.yaml",
                    """
                    schema_config:
                      configs:
                        - from: 2024-01-01
                          stores: tsdb
                    storage_config:
                      tsdb_shiper: {active_index_directory: /tsdb}
                    ruler:
                      ring: {kvstore: {consul: {hosts: x}}}
                    memberlist: {join_member: [a]}
                    """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "loki.yaml:4:7: schema_config.configs[0].stores: unknown key \"stores\"; did you mean \"store\"?",
                        "loki.yaml:6:3: storage_config.tsdb_shiper: unknown key \"tsdb_shiper\"; did you mean"
                            + " \"tsdb_shipper\"?",
                        "loki.yaml:9:14: memberlist.join_member: unknown key \"join_member\"; did you mean"
                            + " \"join_members\"?",
                        "loki.yaml:8:29: ruler.ring.kvstore.consul.hosts: unknown key \"hosts\"; did you mean \"host\"?"));
    assertThatThrownBy(() -> ServerConfig.read("f", "ruler: local\n"))
        .hasMessage("f:1:8: ruler: expected a mapping, found a value");
    assertThatThrownBy(() -> ServerConfig.read("f", "schema_config: {configs: {from: 2024-01-01}}\n"))
        .hasMessage("f:1:26: schema_config.configs: expected a list, found a mapping");
    assertThatThrownBy(() -> ServerConfig.read("f", "memberlist: [a]\n"))
        .hasMessage("f:1:13: memberlist: expected a mapping, found a list");
    assertThatThrownBy(() -> ServerConfig.read("f", "memberlist: {node_name: {a: b}}\n"))
        .hasMessage("f:1:25: memberlist.node_name: expected a value, found a mapping");
  }

  @Test
  void secretsAreNeverShown() {
    String secret = "hunter2hunter2";
    List<String> places =
        List.of(
            "storage_config: {aws: {access_key_id: %s, secret_access_key: %s, session_token: %s}}",
            "storage_config: {azure: {account_key: %s, client_secret: %s, connection_string: %s}}",
            "storage_config: {swift: {password: %s}, cos: {api_key: %s}, bos: {secret_access_key: %s}}",
            "storage_config: {object_store: {s3: {secret_access_key: %s}, gcs: {service_account: %s}}}",
            "common: {storage: {s3: {s3: 's3://k:%s@eu/b', secret_access_key: %s}, gcs: {service_account: %s}}}",
            "common: {ring: {kvstore: {consul: {acl_token: %s}, etcd: {username: u, password: %s}}}}",
            "chunk_store_config: {chunk_cache_config: {redis: {password: %s}}}",
            "ruler: {alertmanager_client: {basic_auth_password: %s, credentials: %s}}",
            "ruler: {storage: {azure: {account_key: %s}}, remote_write: {clients: {a: {basic_auth: {password: %s}}}}}",
            "limits_config: {ruler_remote_write_headers: {Authorization: %s}, ruler_remote_write_config: {a: {url: %s}}}",
            "memberlist: {cluster_label: %s}",
            "kafka_config: {sasl_username: %s, sasl_password: %s}");
    for (String place : places) {
      Bound<ServerConfig> read = ServerConfig.read("f", place.replace("%s", secret));
      assertThat(read.value().print()).as(place).doesNotContain(secret);
      assertThat(read.warnings()).as(place).isNotEmpty().noneMatch(warning -> warning.contains(secret));
    }
    Bound<ServerConfig> flags = ServerConfig.read("f", "", Map.of("s3.secret-access-key", secret));
    assertThat(flags.value().print() + flags.warnings()).doesNotContain(secret);
    assertThatThrownBy(() -> ServerConfig.read("f", "storage_config: {aws: {secret_access_keys: " + secret + "}}"))
        .hasMessageContaining("did you mean \"secret_access_key\"?")
        .hasMessageNotContaining(secret);
  }
}
