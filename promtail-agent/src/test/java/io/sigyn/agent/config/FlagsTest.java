package io.sigyn.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

  @Test
  void promtailsOtherFlagsAreAcceptedWithoutEffect() {
    Flags flags = parse("-server.grpc.keepalive.time=5s", "-server.profiling_enabled", "-tracing.enabled=true");
    assertThat(flags.withoutEffect())
        .containsExactly("server.grpc.keepalive.time", "server.profiling_enabled", "tracing.enabled");
    assertThat(flags.overlay().values()).isEmpty();
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
