package io.sigyn.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.agent.config.AgentConfig;
import io.sigyn.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A directory with log files, a server and an agent between them, with short times. */
final class Rig implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final Path dir;
  final FakeServer server = new FakeServer();
  private String glob = "*.log";
  private String stages = "[]";
  private final Map<String, String> tail =
      new TreeMap<>(
          Map.of("rotate_drain", "500ms", "deleted_hold", "500ms", "flush_partial_after", "300ms", "watch_after", "1ms"));
  private String more = "";
  private String encoding = "";
  private String symlinks = "symlinks: {settle: 100ms}";
  private String clientMore = "";
  private String batchwait = "20ms";
  private String timeout = "30s";
  private String topLevel = "";
  private String shutdown = "30s";
  private String jobMore = "";
  private @Nullable Agent agent;

  Rig(Path dir) {
    try {
      this.dir = dir.toRealPath();
      Files.createDirectories(this.dir.resolve("logs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Rig glob(String pattern) {
    glob = pattern;
    return this;
  }

  Rig stages(String yaml) {
    stages = yaml;
    return this;
  }

  /** The encoding of the files. */
  Rig encoding(String charset) {
    encoding = charset;
    return this;
  }

  /** A setting of {@code agent.tail}. */
  Rig tail(String key, String value) {
    tail.put(key, value);
    return this;
  }

  /** For tests that write to a file after it left its path, or the rest of an entry after its beginning: nobody gives up waiting. */
  Rig patientTail() {
    return tail("rotate_drain", "5m").tail("deleted_hold", "5m").tail("flush_partial_after", "5m");
  }

  /** More of the block {@code agent}. */
  Rig agentBlock(String yaml) {
    symlinks = yaml.contains("symlinks:") ? "" : symlinks;
    more = ", " + yaml;
    return this;
  }

  /** The age at which a batch is sent. */
  Rig batchwait(String age) {
    batchwait = age;
    return this;
  }

  /**
   * How long the agent tries to deliver when it is told to end: short where the server is down for certain, elsewhere longer
   * than any disk or processor that is busy with others takes, or what was not acknowledged comes twice.
   */
  Rig shutdown(String most) {
    shutdown = most;
    return this;
  }

  /** How long the client waits for an answer; where nothing else is said so long that no request comes twice. */
  Rig timeout(String most) {
    timeout = most;
    return this;
  }

  /** More settings of the client. */
  Rig client(String yaml) {
    clientMore = ", " + yaml;
    return this;
  }

  /** More of the job. */
  Rig job(String yaml) {
    jobMore = yaml;
    return this;
  }

  Rig topLevel(String yaml) {
    topLevel = yaml;
    return this;
  }

  Path positions() {
    return dir.resolve("state/positions.yaml");
  }

  String yaml() {
    return """
        server: {http_listen_address: 127.0.0.1, http_listen_port: 0}
        positions: {filename: %s, sync_period: 50ms}
        global: {file_watch_config: {min_poll_frequency: 10ms, max_poll_frequency: 20ms}}
        target_config: {sync_period: 200ms}
        clients: [{url: '%s', batchwait: %s, timeout: %s, backoff_config: {min_period: 10ms, max_period: 100ms}%s}]
        agent:
          tail: {%s}
          %s
          shutdown: {timeout: %s}
          %s
        scrape_configs:
        - job_name: job
          encoding: '%s'
          static_configs: [{labels: {job: test, __path__: '%s'}}]
          pipeline_stages: %s
          %s
        %s
        """
        .formatted(
            positions(), server.url(), batchwait, timeout, clientMore, settings(tail), symlinks, shutdown,
            more.isEmpty() ? "" : more.substring(2),
            encoding, glob.startsWith("/") ? glob : dir + "/logs/" + glob, stages, jobMore,
            topLevel);
  }

  private static String settings(Map<String, String> values) {
    return String.join(", ", values.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
  }

  Rig start() {
    return start(AgentConfig.parse(yaml()));
  }

  /** Starts an agent that was configured elsewhere. */
  Rig start(AgentConfig config) {
    agent = Agent.start(config);
    return this;
  }

  /** Starts an agent in a process of its own, which is the caller's to end; what it says goes to agent.log. */
  Process launch(String... flags) throws IOException {
    Path config = dir.resolve("agent.yaml");
    Files.writeString(config, yaml());
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add("-config.file=" + config);
    command.addAll(List.of(flags));
    File log = dir.resolve("agent.log").toFile();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
  }

  Agent agent() {
    Agent running = agent;
    if (running == null) {
      throw new IllegalStateException("no agent was started");
    }
    return running;
  }

  void stop() {
    if (agent != null) {
      agent.close();
      agent = null;
    }
  }

  Path log(String name) {
    return dir.resolve("logs").resolve(name);
  }

  /** Appends lines to a file, in one write. */
  void append(String name, List<String> lines) {
    append(log(name), String.join("\n", lines) + "\n");
  }

  void append(String name, String... lines) {
    append(name, List.of(lines));
  }

  static void append(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void rename(String from, String to) {
    try {
      Files.move(log(from), log(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code PREFIX from .. PREFIX to-1}. */
  static List<String> numbered(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + " " + i).toList();
  }

  /** CRI lines with a time of their own, made of numbered lines. */
  static List<String> cri(List<String> contents, int firstNano) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < contents.size(); i++) {
      lines.add("2024-05-01T09:00:00.%09dZ stdout F %s".formatted(firstNano + i, contents.get(i)));
    }
    return lines;
  }

  /** Waits until the server has these lines and no others, in any order. */
  void awaitExactly(List<String> expected) {
    awaitReceived(expected.size());
    assertThat(server.delivered()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Waits until the server has these lines and no others, in this order. */
  void awaitInOrder(List<String> expected) {
    awaitReceived(expected.size());
    assertThat(server.delivered()).containsExactlyElementsOf(expected);
  }

  void awaitInOrder(String... expected) {
    awaitInOrder(List.of(expected));
  }

  void awaitReceived(int count) {
    Await.until(
        count + " lines at the server", PATIENCE, () -> server.delivered().size() >= count, () -> tail(server.delivered()));
  }

  /** Waits until the server has stored as many lines: those with a time of their own once, however often they come. */
  void awaitStored(int count) {
    Await.until(
        count + " lines stored",
        PATIENCE,
        () -> server.storedLines().size() >= count,
        () -> tail(server.storedLines()) + "\n" + read(dir.resolve("agent.log")));
  }

  private static String tail(List<String> lines) {
    return lines.size() + " lines, last " + lines.subList(Math.max(0, lines.size() - 3), lines.size());
  }

  /** Waits until the file with positions says this. */
  void awaitPosition(String name, long offset) {
    String entry = "\"" + log(name) + "\": \"" + offset + "\"";
    Await.until("position " + entry, PATIENCE, () -> read(positions()).contains(entry), () -> read(positions()));
  }

  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    stop();
    server.close();
  }
}
