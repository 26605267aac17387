package io.sigyn.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
  void usageNamesEveryFlag() {
    assertThat(Flags.usage("promtail")).contains("-config.file value", "-dry-run", "-positions.file value");
  }
}
