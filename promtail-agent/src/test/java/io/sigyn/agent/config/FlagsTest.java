package io.sigyn.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlagsTest {
  private static Flags parse(String... arguments) {
    return Flags.parse(List.of(arguments));
  }

  @Test
  void acceptsGosSyntax() {
    Flags flags = parse("-config.file=a.yaml", "--log.level", "debug", "-dry-run", "--check-syntax=false", "--", "rest");
    assertThat(flags.get("config.file")).isEqualTo("a.yaml");
    assertThat(flags.get("log.level")).isEqualTo("debug");
    assertThat(flags.isOn("dry-run")).isTrue();
    assertThat(flags.isOn("check-syntax")).isFalse();
    assertThat(flags.isOn("version")).isFalse();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> parse("-config.fil", "x"))
        .isInstanceOf(Flags.UsageException.class)
        .hasMessage("flag provided but not defined: -config.fil; did you mean \"config.file\"?");
    assertThatThrownBy(() -> parse("-log.level")).hasMessage("flag needs an argument: -log.level");
    assertThatThrownBy(() -> parse("-dry-run=maybe")).hasMessageContaining("takes true or false");
    assertThatThrownBy(() -> parse("word")).hasMessageContaining("unexpected word \"word\"");
  }

  /** The warnings of a command line with a file that has none itself. */
  private static List<String> warnings(String... arguments) {
    Flags flags = parse(arguments);
    List<String> all = new ArrayList<>(flags.warnings());
    all.addAll(AgentConfig.load("f.yaml", "clients: [{url: 'http://a/b'}]", Map.of(), false, flags.overlay(), false).warnings());
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server.grpc.keepalive.time=5s", "server.grpc.keepalive.ping-without-stream-allowed", "server.profiling_enabled",
        "tracing.enabled=true", "server.http-conn-limit=5", "server.http-read-timeout=3s", "server.grpc-tls-cert-path=x",
        "server.cluster-validation.http.enabled", "server.throughput.unit=b", "server.proxy-protocol-enabled",
        "server.log-request-headers-exclude-list=a", "client.tenant-id=t", "server.grpc-max-recv-msg-size-bytes=1"
      })
  void aFlagWithoutEffectIsWarnedOfUnderItsName(String flag) {
    String name = flag.contains("=") ? flag.substring(0, flag.indexOf('=')) : flag;
    assertThat(warnings("-" + flag)).singleElement().asString().startsWith("-" + name + ": ").contains("has no effect");
  }

  /** None is taken in silence without a meaning, and none sets a key that the file does not have. */
  @Test
  void everyFlagActsOrWarns() {
    Set<String> acting = new TreeSet<>(Flags.names());
    for (String name : Flags.names()) {
      boolean warned = false;
      for (String value : List.of("true", "1", "1s", "info", "logfmt", "VersionTLS12", "RequireAndVerifyClientCert", "http://a/c")) {
        try {
          warned |= warnings("-" + name + "=" + value).stream().anyMatch(text -> text.contains("has no effect"));
        } catch (ConfigException e) {
          assertThat(e).as(name).hasMessageNotContaining("unknown key");
        } catch (Flags.UsageException e) {
          assertThat(e).as(name).hasMessageContaining("takes");
        }
      }
      if (warned) {
        acting.remove(name);
      }
    }
    assertThat(acting)
        .containsExactly(
            "check-syntax", "client.external-labels", "client.url", "config.expand-env", "config.file", "diagnose",
            "dry-run", "file-watch.max_poll_frequency", "file-watch.min_poll_frequency", "help", "inspect",
            "limit.readline-burst", "limit.readline-rate", "limit.readline-rate-drop", "limit.readline-rate-enabled",
            "log-config-reverse-order", "log.format", "log.level", "max-line-size", "max-line-size-truncate",
            "max-streams", "positions.file", "positions.ignore-invalid-yaml", "positions.sync-period",
            "print-config-stderr", "server.disable", "server.enable-runtime-reload", "server.grpc-listen-port",
            "server.http-listen-address", "server.http-listen-port", "server.http-tls-ca-path",
            "server.http-tls-cert-path", "server.http-tls-client-auth", "server.http-tls-key-path",
            "server.path-prefix", "server.register-instrumentation", "server.tls-cipher-suites",
            "server.tls-min-version", "stdin", "strict", "target.sync-period", "version");
  }

  @Test
  void labelsOfTheCommandLineAreForEveryClientAndLoseAgainstTheFile() {
    Flags flags =
        parse("-client.external-labels=cluster=flag,zone=z", "-client.url=http://c/d", "-client.external-labels", "rack=1");
    String yaml =
        """
        client: {url: 'http://old/d'}
        clients: [{url: 'http://a/b', external_labels: {cluster: file, own: x}}, {url: 'http://b/b'}]
        """;
    AgentConfig config = AgentConfig.load("f.yaml", yaml, Map.of(), false, flags.overlay(), false).value();
    Map<String, String> given = Map.of("cluster", "flag", "zone", "z", "rack", "1");
    assertThat(config.clients())
        .extracting(ClientConfig::externalLabels)
        .containsExactly(Map.of("cluster", "file", "own", "x", "zone", "z", "rack", "1"), given, given, given);
    assertThatThrownBy(() -> parse("-client.external-labels=a=b,c"))
        .isInstanceOf(Flags.UsageException.class)
        .hasMessage("flag -client.external-labels takes NAME=VALUE,NAME=VALUE, not \"c\"");
    Overlay bad = parse("-client.external-labels=a-b=c").overlay();
    assertThatThrownBy(() -> AgentConfig.load("f.yaml", yaml, Map.of(), false, bad, false))
        .hasMessageContaining("\"a-b\" is no label name");
  }

  @Test
  void usageNamesEveryFlag() {
    assertThat(Flags.usage("promtail")).contains("-config.file value", "-dry-run", "-positions.file value");
  }
}
