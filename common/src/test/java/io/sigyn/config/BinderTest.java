package io.sigyn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BinderTest {
  enum Level {
    DEBUG,
    INFO
  }

  record Listen(String httpListenAddress, int httpListenPort, Duration timeout, ByteSize maxSize, Level logLevel) {
    static final Listen DEFAULT = new Listen("", 3100, Duration.ofSeconds(30), ByteSize.of("4MB"), Level.INFO);

    Listen {
      if (httpListenPort < 0 || httpListenPort > 65535) {
        throw new IllegalArgumentException("http_listen_port: must be 0 to 65535, is " + httpListenPort);
      }
    }
  }

  record Job(@Key("job_name") String name, List<String> targets, Map<String, String> labels, Optional<Secret> token) {}

  @Ignored(value = "ring", because = "one process is complete by itself")
  record Root(boolean authEnabled, Listen server, List<Job> jobs, ConfigNode raw) {
    static final Root DEFAULT =
        new Root(true, Listen.DEFAULT, List.of(), YamlReader.read("default", "{}"));
  }

  private static Bound<Root> bind(String yaml) {
    return Binder.bind(Root.class, YamlReader.read("f.yaml", yaml));
  }

  private static List<String> problems(String yaml) {
    try {
      bind(yaml);
    } catch (ConfigException e) {
      return e.problems();
    }
    return List.of();
  }

  @Test
  void fillsRecordsAndKeepsDefaultsOfMissingKeys() {
    Root root =
        bind(
                """
                auth_enabled: no
                server:
                  http_listen_port: 0x1F
                  timeout: 1d
                  log_level: DEBUG
                jobs:
                  - job_name: n
                    targets: [localhost]
                    labels: {a: 1e3, b: null, c: on}
                    token: hush
                """)
            .value();
    assertThat(root.authEnabled()).isFalse();
    assertThat(root.server()).isEqualTo(new Listen("", 31, Duration.ofDays(1), ByteSize.of("4MB"), Level.DEBUG));
    Job job = root.jobs().getFirst();
    assertThat(job.name()).isEqualTo("n");
    assertThat(job.labels()).containsExactly(Map.entry("a", "1e3"), Map.entry("b", "null"), Map.entry("c", "on"));
    assertThat(job.token().orElseThrow().reveal()).isEqualTo("hush");
    assertThat(job.toString()).doesNotContain("hush");
  }

  @Test
  void emptyFileAndEmptyKeysGiveDefaults() {
    assertThat(bind("").value().server()).isEqualTo(Listen.DEFAULT);
    assertThat(bind("server:\njobs: ~\n").value()).extracting(Root::server, Root::jobs)
        .containsExactly(Listen.DEFAULT, List.of());
  }

  @Test
  void namesUnknownKeysWithPlaceAndSuggestion() {
    assertThat(problems("server:\n  http_listen_prot: 1\n"))
        .containsExactly(
            "f.yaml:2:3: server.http_listen_prot: unknown key \"http_listen_prot\"; did you mean"
                + " \"http_listen_port\"?");
    assertThat(problems("zzz: 1"))
        .containsExactly(
            "f.yaml:1:1: zzz: unknown key \"zzz\"; keys allowed here: auth_enabled, server, jobs, raw");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThat(
            problems(
                """
                auth_enabled: maybe
                server: {timeout: 10, max_size: 1.5mb, log_level: inf, http_listen_port: 70000}
                jobs:
                  - targets: {a: b}
                """))
        .containsExactly(
            "f.yaml:1:15: auth_enabled: expected true or false, found \"maybe\"",
            "f.yaml:2:19: server.timeout: \"10\" has no unit; did you mean \"10s\"?",
            "f.yaml:2:33: server.max_size: \"1.5mb\" is no size; write a whole number and one of B, KB, MB, GB, TB,"
                + " PB, as in 256KB",
            "f.yaml:2:51: server.log_level: \"inf\" unknown; use debug, info; did you mean \"info\"?",
            "f.yaml:4:5: jobs[0].job_name: job_name is missing",
            "f.yaml:4:14: jobs[0].targets: expected a list, found a mapping");
  }

  @Test
  void reportsWhatAConstructorRefusesAtItsKey() {
    assertThat(problems("server: {http_listen_port: 70000}"))
        .containsExactly("f.yaml:1:28: server.http_listen_port: must be 0 to 65535, is 70000");
  }

  @Test
  void warnsOnceAboutKeysWithoutEffect() {
    assertThat(bind("ring: {a: b}\n").warnings())
        .containsExactly("f.yaml:1:1: ring: has no effect here: one process is complete by itself");
  }

  @Test
  void refusesDuplicateKeysAndBrokenYaml() {
    assertThat(problems("server: {}\nserver: {}\n"))
        .containsExactly("f.yaml:2:1: key \"server\" appears twice (first at line 1)");
    assertThat(problems("server: [\n")).singleElement().asString().startsWith("f.yaml:2:1: not valid YAML: ");
  }

  @Test
  void followsAnchorsAndMerges() {
    Root root =
        bind("raw: &a {timeout: 5s, http_listen_port: 1}\nserver:\n  <<: *a\n  http_listen_port: 2\n").value();
    assertThat(root.server().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(root.server().httpListenPort()).isEqualTo(2);
  }

  @Test
  void boundsAliasBombs() {
    StringBuilder bomb = new StringBuilder("raw:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (char c = 'b'; c < 'j'; c++) {
      char before = (char) (c - 1);
      bomb.append("  %c: &%c [".formatted(c, c)).append(("*" + before + ",").repeat(9)).append("*" + before + "]\n");
    }
    assertThatThrownBy(() -> bind(bomb.toString())).isInstanceOf(ConfigException.class).hasMessageStartingWith("f.yaml:");
  }

  @Test
  void printsWhatItCanReadAgain() {
    Root root = bind("auth_enabled: false\njobs: [{job_name: 'x: y', labels: {a: \"q\\\"\\n\"}, token: t}]\n").value();
    String printed = ConfigPrinter.print(root);
    assertThat(printed).contains("token: \"<secret>\"").doesNotContain("token: t");
    Root again = bind(printed).value();
    assertThat(again.jobs().getFirst().labels()).isEqualTo(root.jobs().getFirst().labels());
    assertThat(again.server()).isEqualTo(root.server());
  }
}
