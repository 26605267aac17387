package io.sigyn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.Agent;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.cli.CliRun;
import io.sigyn.cli.client.Connection;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that the server refuses, and lines that it only seems it might: from a file through agent and server to the reader. */
final class OddLinesIT {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final Path root;
  private final LokiServer server;
  private final Agent agent;

  OddLinesIT(@TempDir Path root) throws IOException {
    this.root = Files.createDirectories(root.toRealPath().resolve("logs"));
    server =
        LokiServer.start(
            ServerConfig.defaults()
                .withDataDir(root.resolve("store"))
                .withAddress("127.0.0.1")
                .withPort(0)
                .withAuthEnabled(false));
    agent =
        Agent.start(
            AgentConfig.parse(
                """
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
                positions: {filename: %s/positions.yaml}
                clients: [{url: 'http://127.0.0.1:%d/loki/api/v1/push', batchwait: 20ms}]
                target_config: {sync_period: 200ms}
                scrape_configs:
                - job_name: timed
                  static_configs: [{labels: {job: timed, __path__: '%s/timed.log'}}]
                  pipeline_stages:
                  - regex: {expression: '^(?P<t>\\S+) '}
                  - timestamp: {source: t, format: RFC3339Nano}
                - job_name: labelled
                  static_configs: [{labels: {job: labelled, __path__: '%s/labelled.log'}}]
                  pipeline_stages:
                  - static_labels: {a: x, b: x, c: x, d: x, e: x, f: x, g: x, h: x, i: x, j: x, k: x, l: x, m: x, n: x}
                - job_name: odd
                  static_configs: [{labels: {job: odd, __path__: '%s/odd.log'}}]
                  pipeline_stages:
                  - regex: {expression: '^(?P<odd>.*)$'}
                  - labels: {odd: }
                """
                    .formatted(root.toRealPath(), server.port(), this.root, this.root, this.root)));
  }

  @AfterEach
  void stop() {
    agent.close();
    server.close();
  }

  private List<String> lines(String logql) {
    CliRun run =
        CliRun.today(
            "query", logql, "--since=3h", "--limit=0", "--forward", "--output=jsonl", "--quiet", "--addr=" + server.uri());
    assertThat(run.err()).isEmpty();
    List<String> lines = new ArrayList<>();
    for (String json : run.out().lines().toList()) {
      JsonReader reader = new JsonReader(json.getBytes(StandardCharsets.UTF_8));
      reader.expect(JsonToken.BEGIN_OBJECT);
      while (reader.nextName()) {
        if (reader.stringEquals("line")) {
          reader.expect(JsonToken.STRING);
          lines.add(reader.string());
        } else {
          reader.skipValue();
        }
      }
    }
    return lines;
  }

  private String metrics() {
    try (LokiClient pages = new LokiClient(Connection.to("127.0.0.1:" + agent.port()))) {
      return new String(pages.get("/metrics"), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatTheServerRefusesIsToldApartAndTheRestArrives() throws IOException {
    Instant now = Instant.now();
    List<String> good =
        List.of(now.minusSeconds(4) + " good 1", now.minusSeconds(3) + " good 2", now.minusSeconds(2) + " good 3");
    Files.write(
        root.resolve("timed.log"),
        List.of(
            good.get(0), now.minus(Duration.ofDays(9)) + " from last week", good.get(1),
            now.plus(Duration.ofHours(8)) + " local time taken for UTC", now.minusSeconds(1) + " " + "x".repeat(300 << 10),
            good.get(2)));
    Files.write(root.resolve("labelled.log"), List.of("sixteen labels"));
    Await.until("the good lines", WAIT, () -> lines("{job=\"timed\"}").equals(good), () -> lines("{job=\"timed\"}") + metrics());
    for (String cause : List.of("too_old", "too_new", "too_long", "labels")) {
      String counted = "promtail_agent_refused_entries_total{cause=\"" + cause + "\"} 1.0";
      Await.until(cause, WAIT, () -> metrics().contains(counted), this::metrics);
    }
    List<String> more = List.of(now.minus(Duration.ofHours(2)) + " two hours behind", now + " done");
    Files.write(root.resolve("timed.log"), more, StandardOpenOption.APPEND);
    Await.until("what came after", WAIT, () -> lines("{job=\"timed\"}").contains(now + " done"));
    // The server takes what is good of the first request; which line it is that is not comes out of the next ones.
    String late = "promtail_agent_refused_entries_total{cause=\"out_of_order\"} 1.0";
    Await.until("out_of_order", WAIT, () -> metrics().contains(late), this::metrics);
  }

  @Test
  void everyCharacterIsTakenInLinesAndLabels() throws IOException {
    List<String> odd =
        List.of(
            "emoji \ud83d\udc69\u200d\ud83d\udc67 \ud83c\udf89", "right to left \u05e9\u05dc\u05d5\u05dd \u202emirror",
            "combining e\u0301 a\u0308\u0323", "nul \u0000 bell \u0007 escape \u001b[31m", "not a character \uffff \ufffe",
            "the last \udbff\udfff", "quotes \" ' ` \\ \\n {a=\"b\"}", "\u2028 \u2029 \u0085 \ufeff");
    Files.write(root.resolve("odd.log"), odd);
    Await.until("all", WAIT, () -> lines("{job=\"odd\"}").size() == odd.size(), () -> lines("{job=\"odd\"}") + metrics());
    assertThat(lines("{job=\"odd\"}")).containsExactlyInAnyOrderElementsOf(odd);
    assertThat(lines("{job=\"odd\", odd=~\"quotes.*\"}")).containsExactly(odd.get(6));
    assertThat(lines("{job=\"odd\", odd=~\"emoji.*\\U0001f389\"}")).containsExactly(odd.get(0));
    assertThat(metrics()).doesNotContain("promtail_agent_refused_entries_total{cause=");
  }
}
