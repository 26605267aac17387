package io.sigyn.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.Agent;
import io.sigyn.agent.config.AgentConfig;
import io.sigyn.cli.CliRun;
import io.sigyn.cli.client.Connection;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.kubelet.GeneratedLine;
import io.sigyn.cli.kubelet.Kubelet;
import io.sigyn.cli.terminal.FailedException;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.life.Clock;
import io.sigyn.server.LokiServer;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job: lines of symlinked, rotated pod files come back from the command line, each exactly
 * once.
 */
final class EndToEndIT {
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** Long enough for every container to be renamed at least once. */
  private static final long ROTATE_EVERY_NANOS = 1_500_000_000L;

  private final Path root;
  private final List<GeneratedLine> written = new ArrayList<>();
  private final Kubelet kubelet;
  private LokiServer server;
  private Agent agent;

  EndToEndIT(@TempDir Path root) throws IOException {
    this.root = root.toRealPath();
    this.kubelet =
        new Kubelet(
            this.root,
            Kubelet.demoPods("e2e"),
            ROTATE_EVERY_NANOS,
            42,
            "e2e",
            Clock.SYSTEM,
            written::add);
    this.server = startServer(0);
    this.agent = startAgent();
  }

  @AfterEach
  void stop() throws IOException {
    kubelet.close();
    agent.close();
    server.close();
  }

  @Test
  void everyLineOfRotatedPodsComesBackOnce() throws IOException {
    writeUntil(written.size() + 400, renamedFiles() + 6);

    expectEverythingOnce();
  }

  @Test
  void nothingIsLostOrRepeatedWhileAgentAndServerAreRestarted() throws IOException {
    writeUntil(200, 2);
    agent.close();
    writeUntil(written.size() + 200, renamedFiles() + 6);
    agent = startAgent();
    writeUntil(written.size() + 100, 0);
    int port = server.port();
    server.close();
    writeUntil(written.size() + 200, 0);
    server = startServer(port);

    expectEverythingOnce();
  }

  @Test
  void filtersCountAsGrepDoes() throws IOException {
    writeUntil(600, 0);
    expectEverythingOnce();

    for (String text : List.of("error", "503", "Deadlock", "größe", "no such text")) {
      assertThat(lines("{namespace=~\".+\"} |= \"" + text + "\""))
          .as(text)
          .hasSize((int) written.stream().filter(line -> line.line().contains(text)).count());
      CliRun count =
          run(
              "instant-query",
              "sum(count_over_time({namespace=~\".+\"} |= \"" + text + "\" [1h]))");
      long expected = written.stream().filter(line -> line.line().contains(text)).count();
      assertThat(count.out()).as(text).contains(expected == 0 ? "[]" : "\"" + expected + "\"");
    }
  }

  @Test
  void labelsNameThePods() throws IOException {
    writeUntil(300, 0);
    expectEverythingOnce();

    assertThat(run("labels", "namespace").out()).isEqualTo("legacy\npayments\nshop\n");
    assertThat(run("labels").out().lines().toList())
        .contains("container", "namespace", "pod", "stream");
    assertThat(run("stats", "{namespace=~\".+\"}").out()).contains("entries " + written.size() + "\n");
    assertThat(run("volume", "{}", "--targetLabels=namespace").out()).contains("\"namespace\": \"legacy\"");
    assertThat(run("volume_range", "{}", "--targetLabels=namespace", "--step=1h").out())
        .contains("\"namespace\": \"legacy\"");
    assertThat(run("detected-fields", "{namespace=\"payments\"}").out()).contains("detected_level");
    assertThat(run("series", "{namespace=\"shop\"}").out())
        .contains("container=\"cart\"")
        .contains("checkout");
  }

  private void writeUntil(int lines, long renamed) {
    Await.until(
        lines + " lines and " + renamed + " renamed files",
        WAIT,
        () -> {
          try {
            kubelet.doWork(1);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return written.size() >= lines && renamedFiles() >= renamed;
        });
  }

  private long renamedFiles() {
    try (Stream<Path> files = Files.walk(root.resolve("containers"))) {
      return files
          .filter(file -> !file.toString().endsWith(".log") && Files.isRegularFile(file))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void expectEverythingOnce() throws IOException {
    kubelet.close();
    String all = "sum(count_over_time({namespace=~\".+\"}[1h]))";
    Await.until(
        "the server to have every line",
        WAIT,
        () -> run("instant-query", all).out().contains("\"" + written.size() + "\""),
        this::missing);
    assertThat(lines("{namespace=~\".+\"}"))
        .containsExactlyInAnyOrderElementsOf(written.stream().map(EndToEndIT::shown).toList());
  }

  /** For a failure's message: where the first missing lines lie. */
  private String missing() {
    List<String> got = lines("{namespace=~\".+\"}");
    List<String> gone = written.stream().map(EndToEndIT::shown).filter(line -> !got.contains(line)).toList();
    StringBuilder text = new StringBuilder();
    text.append(written.size()).append(" written, ").append(got.size()).append(" returned, missing are");
    for (String line : gone.subList(0, Math.min(5, gone.size()))) {
      text.append("\n  ").append(line, 0, Math.min(200, line.length()));
    }
    return text.toString();
  }

  private static String shown(GeneratedLine line) {
    return String.join(
        "|",
        line.container().namespace(),
        line.container().pod(),
        line.container().name(),
        line.stream(),
        Long.toString(line.timestamp()),
        line.line());
  }

  /** What the command line prints for a query, in the form of {@link #shown}. */
  private List<String> lines(String logql) {
    CliRun run = run("query", logql, "--limit=0", "--batch=150", "--output=jsonl", "--quiet");
    assertThat(run.err()).isEmpty();
    return run.out().lines().map(EndToEndIT::parsed).toList();
  }

  private CliRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--addr=" + server.uri());
    return CliRun.today(all.toArray(String[]::new));
  }

  private static String parsed(String json) {
    Map<String, String> members = new TreeMap<>();
    JsonReader reader = new JsonReader(json.getBytes(StandardCharsets.UTF_8));
    reader.expect(JsonToken.BEGIN_OBJECT);
    while (reader.nextName()) {
      String name = reader.string();
      if (reader.next() == JsonToken.BEGIN_OBJECT) {
        while (reader.nextName()) {
          String label = reader.string();
          reader.expect(JsonToken.STRING);
          members.put("label " + label, reader.string());
        }
      } else {
        members.put(name, reader.string());
      }
    }
    Instant time = OffsetDateTime.parse(members.getOrDefault("timestamp", "")).toInstant();
    return String.join(
        "|",
        members.get("label namespace"),
        members.get("label pod"),
        members.get("label container"),
        members.get("label stream"),
        Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, time)),
        members.get("line"));
  }

  private LokiServer startServer(int port) {
    return LokiServer.start(
        ServerConfig.defaults()
            .withDataDir(root.resolve("store"))
            .withAddress("127.0.0.1")
            .withPort(port)
            .withAuthEnabled(false));
  }

  /** The shipped file with its paths and ports replaced. */
  private Agent startAgent() throws IOException {
    String shipped = Files.readString(Path.of("..").resolve("config/promtail.yaml"));
    // Ports first: the directory's random name may contain their digits.
    String yaml =
        shipped
            .replace("127.0.0.1:3100", "127.0.0.1:" + server.port())
            .replace("http_listen_port: 9080", "http_listen_port: 0")
            .replace("./data/demo/", root + "/")
            .replace("./data/", root + "/");
    Agent started = Agent.start(AgentConfig.parse(yaml));
    // A file that is renamed before the agent knows its name is nobody's: on a node the agent is there first.
    try (LokiClient pages = new LokiClient(Connection.to("127.0.0.1:" + started.port()))) {
      Await.until("the agent", WAIT, () -> isReady(pages));
    }
    return started;
  }

  private static boolean isReady(LokiClient pages) {
    try {
      pages.get("/ready");
      return true;
    } catch (FailedException e) {
      return false;
    }
  }
}
