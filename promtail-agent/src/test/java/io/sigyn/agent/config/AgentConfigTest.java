package io.sigyn.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.config.Bound;
import io.sigyn.config.ByteSize;
import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigPrinter;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentConfigTest {
  private static final String CLIENT = "clients: [{url: 'http://loki:3100/loki/api/v1/push'}]\n";

  private static Bound<AgentConfig> load(String yaml) {
    return AgentConfig.load("f.yaml", yaml, Map.of(), false, Overlay.NONE, false);
  }

  private static List<String> problems(String yaml) {
    try {
      load(yaml);
    } catch (ConfigException e) {
      return e.problems();
    }
    return List.of();
  }

  private static String job(String rest) {
    return CLIENT + "scrape_configs:\n- job_name: j\n  static_configs: [{labels: {__path__: /a}}]\n" + rest;
  }

  @Test
  void fillsPromtailsDefaults() {
    AgentConfig config = AgentConfig.parse(CLIENT);
    assertThat(config.server().httpListenPort()).isEqualTo(80);
    assertThat(config.positions().filename()).isEqualTo("/var/log/positions.yaml");
    assertThat(config.positions().syncPeriod()).isEqualTo(Duration.ofSeconds(10));
    ClientConfig client = config.clients().getFirst();
    assertThat(client.batchwait()).isEqualTo(Duration.ofSeconds(1));
    assertThat(client.batchsize()).isEqualTo(1048576);
    assertThat(client.backoffConfig().maxPeriod()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.agent().tail().maxLineBytes().bytes()).isEqualTo(1 << 20);
  }

  @Test
  void readsScalarsByWhatIsWantedNotByHowTheyLook() {
    AgentConfig config =
        AgentConfig.parse(
            CLIENT
                + """
                scrape_configs:
                - job_name: n
                  static_configs: [{targets: [localhost], labels: {y: a, off: 0x1F, __path__: /var/log/*.log}}]
                  relabel_configs: [{source_labels: [n], target_label: y, action: Keep, regex: on}]
                """);
    ScrapeConfig job = config.scrapeConfigs().getFirst();
    assertThat(job.jobName()).isEqualTo("n");
    assertThat(job.staticConfigs().getFirst().labels()).containsEntry("y", "a").containsEntry("off", "0x1F");
    assertThat(job.relabelConfigs().getFirst().regex()).isEqualTo("on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "clint: {} | f.yaml:1:1: clint: unknown key \"clint\"; did you mean \"client\"?",
        "clients: [{}] | f.yaml:1:11: clients[0]: url is missing",
        "clients: [{url: loki}] | f.yaml:1:17: clients[0].url: expected http://HOST:PORT/loki/api/v1/push or https, found loki",
        "target_config: {sync_period: 10} | f.yaml:1:30: target_config.sync_period: \"10\" has no unit; did you mean \"10s\"?",
        "server: {http_listen_port: 70000} | f.yaml:1:28: server.http_listen_port: must be 0 to 65535, is 70000",
        "server: {log_level: verbose} | f.yaml:1:21: server.log_level: \"verbose\" unknown; use debug, info, warn, error",
        "global: {file_watch_config: {min_poll_frequency: 0s}} | f.yaml:1:50: global.file_watch_config.min_poll_frequency: must be greater than 0",
        "positions: {sync_period: 10} | f.yaml:1:26: positions.sync_period: \"10\" has no unit; did you mean \"10s\"?",
        "global: {file_watch_config: {min_poll_frequency: 1s}} | f.yaml:1:50: global.file_watch_config.min_poll_frequency: is larger than max_poll_frequency",
      })
  void problemsHaveTheirPlace(String yaml, String problem) {
    assertThat(problems(yaml)).contains(problem);
  }

  @Test
  void aClientIsNeededUnlessNothingIsSent() {
    assertThat(problems("")).containsExactly("f.yaml:1:1: clients: no client: set clients[].url or -client.url");
    assertThat(AgentConfig.load("f", "", Map.of(), false, Overlay.NONE, true).value().clients()).isEmpty();
  }

  @Test
  void equalClientsNeedNames() {
    assertThat(problems("clients: [{url: 'http://a/b'}, {url: 'http://a/b'}]"))
        .containsExactly("f.yaml:1:32: clients[1]: same settings as clients[0]; give them different names");
    assertThat(problems("clients: [{url: 'http://a/b', name: x}, {url: 'http://c/d', name: x}]"))
        .containsExactly("f.yaml:1:41: clients[1].name: name \"x\" already used by clients[0]");
    assertThat(problems("clients: [{url: 'http://a/b', name: x}, {url: 'http://a/b', name: y}]")).isEmpty();
  }

  @Test
  void jobsNeedANameOfTheirOwnAndASource() {
    assertThat(
            problems(
                CLIENT
                    + """
                    scrape_configs:
                    - job_name: a
                      static_configs: [{labels: {__path__: /x}}]
                    - job_name: a
                      static_configs: [{labels: {__path__: /x}}]
                    - static_configs: [{labels: {__path__: /x}}]
                    - job_name: b
                    """))
        .containsExactly(
            "f.yaml:5:3: scrape_configs[1]: job_name \"a\" already used at line 3",
            "f.yaml:7:3: scrape_configs[2]: job_name is missing",
            "f.yaml:8:3: scrape_configs[3]: job has no source (static_configs, file_sd_configs, kubernetes_sd_configs)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker_sd_configs", "journal", "syslog", "loki_push_api", "kafka",
        "gelf", "windows_events", "gcplog", "consul_sd_configs"
      })
  void sourcesThatAreKnownButNotBuiltAreRefusedInOneLine(String source) {
    assertThat(problems(job("  " + source + ": {role: pod}\n")))
        .containsExactly(
            "f.yaml:5:" + (source.length() + 5) + ": scrape_configs[0]." + source
                + ": this source is known but not implemented in this build");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kubernetes_sd_configs: [{}] | scrape_configs[0].kubernetes_sd_configs[0]: role is missing; give role: pod",
        "kubernetes_sd_configs: [{role: pods}] | role: \"pods\" unknown; use pod, service, endpoints, endpointslice, node, ingress; did you mean \"pod\"?",
        "kubernetes_sd_configs: [{role: node}] | role: this role is known but not implemented in this build; only pod is",
        "kubernetes_sd_configs: [{role: pod, api_server: 'http://a', kubeconfig_file: x}] | use only one of api_server, kubeconfig_file",
        "kubernetes_sd_configs: [{role: pod, bearer_token: t}] | settings of the HTTP client need api_server beside them",
        "kubernetes_sd_configs: [{role: pod, api_server: 'http://a', namespaces: {own_namespace: true}}] | own_namespace works with the service account only",
        "kubernetes_sd_configs: [{role: pod, selectors: [{role: pod}, {role: pod}]}] | selectors: only one selector for each role, found 2",
        "kubernetes_sd_configs: [{role: pod, selectors: [{role: node}]}] | role: role pod takes selectors of role pod only, found \"node\"",
        "kubernetes_sd_configs: [{role: pod, api_server: 'http://a', tls_config: {cert_file: c}}] | tls_config: cert needs key or key_file beside it",
        "file_sd_configs: [{files: [a.txt]}] | files: \"a.txt\": file pattern must end in .json, .yml or .yaml",
        "file_sd_configs: [{files: ['*/a.yml']}] | files: \"*/a.yml\": only the last segment may hold a *",
      })
  void discoveryIsChecked(String config, String problem) {
    assertThat(problems(CLIENT + "scrape_configs: [{job_name: j, " + config + "}]"))
        .singleElement()
        .asString()
        .contains(problem);
  }

  @Test
  void globsRegexesAndRulesAreChecked() {
    assertThat(problems(CLIENT + "scrape_configs: [{job_name: j, static_configs: [{labels: {__path__: '/var/log/['}}]}]"))
        .singleElement()
        .asString()
        .contains("scrape_configs[0].static_configs[0].labels: __path__ \"/var/log/[\": unclosed [");
    assertThat(problems(job("  relabel_configs: [{source_labels: [a], regex: '(', action: keep}]")))
        .singleElement()
        .asString()
        .contains("scrape_configs[0].relabel_configs[0].regex: \"(\": error parsing regexp: missing closing )");
    assertThat(problems(job("  relabel_configs: [{}]")))
        .singleElement()
        .asString()
        .contains("relabel_configs[0]: action replace needs target_label");
    assertThat(problems(job("  relabel_configs: [{action: foo}]")))
        .singleElement()
        .asString()
        .contains("action: \"foo\" unknown; use replace, keep, drop");
  }

  @Test
  void onlyOneWayToAuthenticate() {
    assertThat(problems("clients: [{url: 'http://a/b', bearer_token: t, basic_auth: {username: u, password: p}}]"))
        .singleElement()
        .asString()
        .contains("use only one of basic_auth, authorization, oauth2, bearer_token, bearer_token_file");
    assertThat(problems("clients: [{url: 'http://a/b', basic_auth: {password: p, password_file: f}}]"))
        .singleElement()
        .asString()
        .contains("use only one of password, password_file");
    assertThat(problems("clients: [{url: 'http://a/b', bearer_token: t, oauth2: {client_id: x, token_url: 'http://t/'}}]"))
        .singleElement()
        .asString()
        .contains("use only one of basic_auth, authorization, oauth2, bearer_token, bearer_token_file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_headers: {Authorization: {values: [x]}} | http_headers: \"Authorization\" cannot be set here",
        "http_headers: {X-A: {secrets: [\"a\\nb\"]}} | http_headers: \"X-A\" is no header with a value that can be sent",
        "headers: {'X A': b} | headers: \"X A\" is no header with a value that can be sent",
        "proxy_url: 'http://p:1', proxy_connect_header: {'X A': [b]} | proxy_connect_header: \"X A\" is no header with a value that can be sent",
        "proxy_connect_header: {X-A: [b]} | proxy_connect_header: needs proxy_url or proxy_from_environment beside it",
        "proxy_url: 'http://p:1', proxy_connect_header: {X-A: b} | proxy_connect_header.X-A: expected a list, found",
        "tls_config: {server_name: 'a b'} | tls_config.server_name: \"a b\" is no host name and no address",
      })
  void whatCannotBeSentIsRefusedWithoutItsValue(String setting, String problem) {
    assertThat(problems("clients: [{url: 'http://a/b', " + setting + "}]"))
        .singleElement()
        .asString()
        .contains("clients[0]", problem.strip())
        .doesNotContain("\n");
  }

  @Test
  void keysWithoutEffectAreWarnings() {
    Bound<AgentConfig> bound =
        load(CLIENT + "wal: {enabled: true, dir: /wal}\ntracing: {enabled: true}\nserver: {grpc_listen_port: 0, http_server_read_timeout: 5s}\n");
    assertThat(bound.warnings())
        .containsExactlyInAnyOrder(
            "f.yaml: wal: has no effect; positions never pass what the server acknowledged, so that files themselves are"
                + " the log that is read again",
            "f.yaml:3:1: tracing: has no effect here: the agent exports no traces",
            "f.yaml:4:31: server.http_server_read_timeout: has no effect here: the pages are small and served with fixed"
                + " limits");
  }

  @Test
  void theOldSingleClientBecomesOneOfTheClients() {
    Bound<AgentConfig> bound = load("client:\n  url: http://a/b\n");
    assertThat(bound.value().clients()).extracting(ClientConfig::url).containsExactly("http://a/b");
    assertThat(bound.warnings()).singleElement().asString().contains("deprecated");
  }

  @Test
  void expandsTheEnvironmentWhenTold() {
    AgentConfig config =
        AgentConfig.load(
                "f", "clients: [{url: '${URL:http://x/y}', tenant_id: '${T}'}]", Map.of("T", "team"), true, Overlay.NONE,
                false)
            .value();
    assertThat(config.clients().getFirst().url()).isEqualTo("http://x/y");
    assertThat(config.clients().getFirst().tenantId()).isEqualTo("team");
  }

  @Test
  void theAgentBlockCanComeFromTheEnvironment() {
    AgentConfig config =
        AgentConfig.load(
                "f",
                CLIENT + "agent: {tail: {strip_cr: false, rotate_drain: 5s}}",
                Map.of(
                    "PROMTAIL_AGENT_TAIL_STRIP_CR", "true", "PROMTAIL_AGENT_COMPAT_DROP_ON_4XX", "true",
                    "PROMTAIL_AGENT_SYMLINKS_ROOTS", "/var/log/pods,/data"),
                false,
                Overlay.NONE,
                false)
            .value();
    assertThat(config.agent().tail().stripCr()).isTrue();
    assertThat(config.agent().tail().rotateDrain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.agent().compat().dropOn4xx()).isTrue();
    assertThat(config.agent().symlinks().roots()).containsExactly("/var/log/pods", "/data");
  }

  @Test
  void flagsWinOverTheFile() {
    Flags flags =
        Flags.parse(
            List.of(
                "-log.level=debug", "--server.http-listen-port", "3101", "-client.url", "http://b/c",
                "-client.tenant-id=t", "-server.disable=false"));
    AgentConfig config =
        AgentConfig.load("f", CLIENT + "server: {log_level: warn}", Map.of(), false, flags.overlay(), false).value();
    assertThat(config.server().logLevel()).isEqualTo(ServerConfig.LogLevel.DEBUG);
    assertThat(config.server().httpListenPort()).isEqualTo(3101);
    assertThat(config.clients()).hasSize(2);
    assertThat(config.clients().getLast().url()).isEqualTo("http://b/c");
    assertThat(config.clients().getLast().tenantId()).isEqualTo("t");
  }

  /** Every key that takes effect, with another value than its default. */
  private static final String EVERYTHING =
      """
      global: {file_watch_config: {min_poll_frequency: 100ms, max_poll_frequency: 1m0s}}
      server:
        http_listen_address: 127.0.0.1
        http_listen_port: 3101
        http_path_prefix: /agent
        external_url: http://here/agent
        health_check_target: false
        register_instrumentation: false
        enable_runtime_reload: true
        log_level: warn
        log_format: json
      clients:
      - url: https://loki/loki/api/v1/push
        name: one
        batchwait: 2s
        batchsize: 1000
        timeout: 3s
        headers: {X-A: b}
        tenant_id: team
        external_labels: {cluster: c}
        backoff_config: {min_period: 1s, max_period: 2s, max_retries: 3}
        drop_rate_limited_batches: true
        basic_auth: {username: u, password_file: /p}
        follow_redirects: false
        enable_http2: false
        tls_config: {ca_file: /ca, cert_file: /c, key_file: /k, server_name: n, insecure_skip_verify: true, min_version: TLS12, max_version: TLS13}
        http_headers: {X-M: {values: [a], files: [/f]}}
      - url: http://other/loki/api/v1/push
        oauth2: {client_id: i, client_secret_file: /s, scopes: [x], token_url: 'http://t/', endpoint_params: {a: b}}
        proxy_from_environment: true
        proxy_connect_header: {X-P: []}
      - url: http://third/loki/api/v1/push
        authorization: {type: Token, credentials_file: /c}
      positions: {filename: /p.yaml, sync_period: 1s, ignore_invalid_yaml: true}
      scrape_configs:
      - job_name: 'yes'
        encoding: GB18030
        decompression: {enabled: true, initial_delay: 5s, format: gz}
        static_configs: [{targets: [localhost], labels: {on: 'off', a: "x: #y\\t\u00e9", __path__: '/a/{b,c}/*.log', __path_exclude__: /a/d}}]
        file_sd_configs: [{files: [/x/*.json], refresh_interval: 1m}]
        kubernetes_sd_configs:
        - role: pod
          api_server: https://api
          namespaces: {names: [a, b]}
          selectors: [{role: pod, label: a=b, field: c=d}]
          attach_metadata: {node: true, namespace: true}
          bearer_token_file: /t
          tls_config: {ca_file: /ca}
          proxy_from_environment: true
        relabel_configs:
        - {source_labels: [a, b], separator: '', regex: '(.+);x', target_label: c, replacement: '$1-${2}', action: replace}
        - {source_labels: [a], modulus: 4, target_label: shard, action: hashmod}
        - {regex: 'x_.*', action: labeldrop}
        pipeline_stages:
        - cri: {max_partial_line_size: 1MB, max_partial_line_size_truncate: true}
        - match: {selector: '{a="b"} |= "c"', stages: [{regex: {expression: '^(?P<x>\\d+)$'}}, {labels: {x: }}]}
        - template: {source: x, template: '{{ .x | ToUpper }}'}
        - metrics: {n: {type: Counter, description: d, config: {match_all: true, action: inc}}}
      target_config: {sync_period: 5s}
      limits_config:
        {readline_rate: 5, readline_burst: 6, readline_rate_enabled: true, readline_rate_drop: false, max_streams: 7, max_line_size: 1KB, max_line_size_truncate: true}
      agent:
        tail:
          {max_line_bytes: 2MB, max_line_policy: drop, flush_partial_after: 1s, start_at: end, fingerprint_bytes: 512, rotate_drain: 1s, deleted_hold: 2s, deleted_hold_max_bytes: 1MB, catch_up_rotated: false, strip_cr: true, max_open_files: 9, idle_close: 1s, watch_after: 3s}
        discovery: {metadata_ttl: 1m, metadata_wait: 2m}
        buffer: {memory: 1MB}
        send: {split_on_400: false, split_on_413: false, honour_retry_after: false}
        refused: {file: /r, max_bytes: 1KB}
        shutdown: {timeout: 1s}
        symlinks: {settle: 1s, report_interval: 2s, stale_after: 3s, roots: [/var/log]}
        metrics: {per_file: off}
        template_env: [HOME]
        compat: {docker_keep_newline: true, cri_partial_timestamp: first, drop_on_4xx: true, drop_after_max_retries: true, drop_null_present: true}
      """;

  @Test
  void everyKeyIsReadAndPrintedAsItWasGiven() {
    Bound<AgentConfig> bound = load(EVERYTHING);
    String printed = ConfigPrinter.print(bound.value());
    AgentConfig again = AgentConfig.parse(printed);
    assertThat(ConfigPrinter.print(again)).isEqualTo(printed);
    assertThat(bound.warnings()).isEmpty();
    AgentConfig given = bound.value();
    assertThat(List.of(again.global(), again.server(), again.positions(), again.clients(), again.limitsConfig(), again.agent()))
        .isEqualTo(List.of(given.global(), given.server(), given.positions(), given.clients(), given.limitsConfig(), given.agent()));
    ScrapeConfig one = given.scrapeConfigs().getFirst();
    ScrapeConfig two = again.scrapeConfigs().getFirst();
    assertThat(List.of(two.staticConfigs(), two.fileSdConfigs(), two.kubernetesSdConfigs(), two.relabelConfigs(), two.decompression()))
        .isEqualTo(List.of(one.staticConfigs(), one.fileSdConfigs(), one.kubernetesSdConfigs(), one.relabelConfigs(), one.decompression()));
    assertThat(two.pipelineStages().stream().map(AgentConfigTest::plain)).isEqualTo(one.pipelineStages().stream().map(AgentConfigTest::plain).toList());
    Set<String> same = new TreeSet<>();
    unchanged(given.agent(), AgentBlock.DEFAULT, "agent", same);
    unchanged(given.limitsConfig(), LimitsConfig.DEFAULT, "limits_config", same);
    unchanged(given.clients().getFirst(), ClientConfig.DEFAULT, "client", same);
    assertThat(same)
        .as("keys that this test forgets, or that exclude others")
        .containsExactly(
            "client.authorization", "client.bearerToken.reveal", "client.bearerTokenFile", "client.noProxy", "client.oauth2",
            "client.proxyConnectHeader", "client.proxyFromEnvironment", "client.proxyUrl.reveal");
  }

  private static Object plain(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar scalar -> scalar.text();
      case ConfigNode.Sequence sequence -> sequence.items().stream().map(AgentConfigTest::plain).toList();
      case ConfigNode.Mapping mapping -> {
        Map<String, Object> entries = new TreeMap<>();
        mapping.entries().forEach(entry -> entries.put(entry.key(), plain(entry.value())));
        yield entries;
      }
    };
  }

  /** Names the components that are as in the other record. */
  private static void unchanged(Record given, Record standard, String path, Set<String> same) {
    for (RecordComponent component : given.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(given);
        Object other = component.getAccessor().invoke(standard);
        String name = path + "." + component.getName();
        if (value instanceof Record record && other instanceof Record usual && !(value instanceof ByteSize)) {
          unchanged(record, usual, name, same);
        } else if (value.equals(other)) {
          same.add(name);
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(component.toString(), e);
      }
    }
  }

  @Test
  void theEffectiveFileHidesSecrets() {
    AgentConfig config =
        AgentConfig.parse(
            """
            clients:
            - url: http://a/b
              basic_auth: {username: u, password: hush}
              proxy_url: 'http://u:hush@p'
              proxy_connect_header: {X-A: [hush, hush]}
            scrape_configs:
            - job_name: j
              kubernetes_sd_configs: [{role: pod, api_server: 'http://k', proxy_url: 'http://u:hush@p'}]
            """);
    String printed = ConfigPrinter.print(config);
    assertThat(printed).contains("<secret>").doesNotContain("hush");
  }
}
