package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.client.EntryTarget;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.life.Clock;
import io.sigyn.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path dir;
  private String input = "";
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(
            Map.of("PORT", "3100"),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(List.of(arguments));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String config(String yaml) throws IOException {
    return Files.writeString(dir.resolve("promtail.yaml"), yaml).toString();
  }

  @Test
  void versionHelpAndWrongFlags() {
    assertThat(run("-version")).isZero();
    assertThat(out()).startsWith("promtail-agent, version development, java 25");
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("-config.file value");
    assertThat(run("-confg.file=x")).isEqualTo(2);
    assertThat(err()).startsWith("flag provided but not defined: -confg.file; did you mean \"config.file\"?\nUsage of");
  }

  @Test
  void aMissingFileIsNamedWithTheFlag() {
    assertThat(run("-config.file=/no/such.yaml,/nor/this.yaml")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "error: configuration file not found: /no/such.yaml,/nor/this.yaml; give its path with -config.file\n");
    assertThat(run()).isEqualTo(1);
    assertThat(err()).isEqualTo("error: no configuration file; name one with -config.file\n");
  }

  @Test
  void whatCannotBeUsedIsOneLineAndCodeOne() throws IOException {
    assertThat(run("-config.file=" + dir)).isEqualTo(1);
    assertThat(err()).startsWith("error: " + dir + ": cannot be read: ").hasLineCount(1);
    String jobs = "scrape_configs: [{job_name: a, encoding: %s, static_configs: [{labels: {__path__: /x}}]}]\n";
    String client = "clients: [{url: 'http://127.0.0.1:9/x'}]\n";
    assertThat(run("-check-syntax", "-config.file=" + config(client + jobs.formatted("utf-99")))).isEqualTo(1);
    assertThat(err()).isEqualTo("error: scrape_configs[0].encoding: encoding \"utf-99\" unknown\n");
    String file = config(client + "positions: {filename: " + dir + "}\nserver: {http_listen_port: 0}\n");
    assertThat(run("-config.file=" + file)).isEqualTo(1);
    assertThat(err().lines().filter(line -> line.startsWith("error: ")))
        .singleElement().asString().contains(dir + " is a directory");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String server = "server: {http_listen_address: 127.0.0.1, http_listen_port: " + taken.getLocalPort() + "}\n";
      assertThat(run("-config.file=" + config(client + "positions: {filename: " + dir + "/p.yaml}\n" + server))).isEqualTo(1);
      assertThat(err().lines().filter(line -> line.startsWith("error: ")))
          .containsExactly("error: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": address already in use");
    }
  }

  @Test
  void everyProblemOfAFileIsOneLineWithItsPlace() throws IOException {
    String file =
        config(
            """
            clients: [{url: 'http://x/y'}]
            scrape_configs:
            - job_name: a
              static_configs: [{labels: {__path__: /x}}]
              pipeline_stages: [{jsn: {}}, {output: {}}]
            """);
    assertThat(run("-config.file", file, "-check-syntax")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "error: " + file + ":5:22: scrape_configs[0].pipeline_stages[0]: stage \"jsn\" unknown; did you mean \"json\"?\n"
                + "error: " + file + ":5:33: scrape_configs[0].pipeline_stages[1].output: source is missing\n");
    assertThat(run("-config.file", config("clint: 1"))).isEqualTo(1);
    assertThat(err()).contains(":1:1: clint: unknown key \"clint\"; did you mean \"client\"?");
  }

  @Test
  void aGoodFileIsValidAlsoWithoutClients() throws IOException {
    String file = config("scrape_configs: [{job_name: a, static_configs: [{labels: {__path__: /x}}]}]");
    assertThat(run("-config.file=" + file, "-check-syntax")).isZero();
    assertThat(out()).isEqualTo("configuration is valid\n");
    assertThat(run("-config.file=" + file, "-check-syntax", "-strict", "-server.http-conn-limit=9")).isEqualTo(1);
    assertThat(err()).startsWith("error: -server.http-conn-limit: server.http_listen_conn_limit: has no effect here");
  }

  @Test
  void theEffectiveConfigurationIsPrintedWithoutSecrets() throws IOException {
    String file = config("clients: [{url: 'http://x:${PORT}/y', bearer_token: hush}, {url: 'http://joe:hush@z/y'}]");
    assertThat(run("-config.file=" + file, "-config.expand-env", "-check-syntax", "-print-config-stderr")).isZero();
    assertThat(err()).contains("http://x:3100/y").contains("<secret>").contains("http://joe:<secret>@z/y").doesNotContain("hush");
  }

  @Test
  void theShippedFileIsValid() throws IOException {
    Path shipped = Path.of("../config/promtail.yaml");
    assertThat(run("-config.file=" + shipped, "-check-syntax")).as(err()).isZero();
    assertThat(err()).isEmpty();
    AgentConfig config = AgentConfig.parse(Files.readString(shipped));
    assertThat(config.server().httpListenPort()).isEqualTo(9080);
    assertThat(config.clients().getFirst().url()).isEqualTo("http://127.0.0.1:3100/loki/api/v1/push");
  }

  @Test
  void aDryRunShowsEntriesAndChangesNothing() throws IOException {
    Rig rig = new Rig(dir);
    try (rig) {
      rig.stages("[{cri: {}}]").append("a.log", Rig.cri(List.of("hello"), 120));
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      EntryTarget target = new DryRun(new PrintStream(shown, true, StandardCharsets.UTF_8));
      try (Agent agent = Agent.start(AgentConfig.parse(rig.yaml()), Optional.of(target), Optional.empty(), "test", Clock.SYSTEM)) {
        Await.until("the entry", Rig.PATIENCE, () -> shown.size() > 0);
        assertThat(agent.linesSent()).isZero();
      }
      assertThat(shown.toString(StandardCharsets.UTF_8))
          .matches(
              "2024-05-01T0[0-9]:00:00.00000012[+-]\\d{4}\t\\{filename=\"" + rig.log("a.log")
                  + "\", job=\"test\", stream=\"stdout\"}\thello\n");
      assertThat(rig.positions()).doesNotExist();
      assertThat(rig.server.requests()).isEmpty();
    }
  }

  @Test
  void standardInputGoesThroughTheFirstPipeline() throws IOException {
    String file =
        config(
            """
            scrape_configs:
            - job_name: a
              static_configs: [{labels: {__path__: /x, app: shop}}]
              pipeline_stages: [{cri: {}}, {regex: {expression: '(?P<word>\\w+)'}}, {labels: {word: }}]
            """);
    input = "2024-05-01T09:00:00.5Z stdout F hello\r\n\nplain";
    assertThat(run("-config.file=" + file, "-stdin", "-dry-run", "-inspect")).as(err()).isZero();
    assertThat(out().lines().toList().subList(1, 3))
        .satisfiesExactly(
            first -> assertThat(first).endsWith("\t{app=\"shop\", stream=\"stdout\", word=\"hello\"}\thello"),
            second -> assertThat(second).endsWith("\t{app=\"shop\", word=\"plain\"}\tplain"));
    assertThat(err())
        .contains("[inspect] stage pipeline_stages[0] cri:\n")
        .contains("  label stream: \"\" -> \"stdout\"\n  line: \"2024-05-01T09:00:00.5Z stdout F hello\" -> \"hello\"\n")
        .contains("[inspect] stage pipeline_stages[1] regex:\n  extracted word: \"\" -> \"hello\"\n")
        .contains("[inspect] stage pipeline_stages[0] cri: no change\n");
    try (FakeServer server = new FakeServer()) {
      assertThat(run("-config.file=" + file, "-stdin", "-client.url=" + server.url())).as(err()).isZero();
      assertThat(server.lines()).containsExactly("hello", "plain");
      String told = config(Files.readString(Path.of(file)) + "target_config: {stdin: true}\n");
      assertThat(run("-config.file=" + told, "-client.url=" + server.url())).as(err()).isZero();
      assertThat(server.lines()).containsExactly("hello", "plain", "hello", "plain");
    }
  }

  @Test
  void theDoctorEndsWithThreeWhenItFindsSomething() throws IOException {
    String file = config("scrape_configs: [{job_name: a, static_configs: [{labels: {__path__: /no/such/*.log}}]}]");
    assertThat(run("doctor", "-config.file=" + file, "-positions.file=" + dir + "/positions.yaml")).isEqualTo(3);
    assertThat(out()).contains("PROBLEM  PTA-LINK-07").contains("missing_dir: /no/such").contains("| volumeMounts:");
  }
}
