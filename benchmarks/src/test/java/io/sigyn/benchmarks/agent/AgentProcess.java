package io.sigyn.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The agent as a process of its own, and what the system says of it. Closing it is SIGKILL. */
final class AgentProcess implements AutoCloseable {
  /** As {@code sigyn agent} starts it. */
  private static final String JVM =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms48m -Xmn24m -XX:SurvivorRatio=4 -XX:TargetSurvivorRatio=90 -Xmx256m -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:TrimNativeHeapInterval=20000 -Xlog:trimnative=off";

  private final Process process;
  private final Path positions;

  private AgentProcess(Process process, Path positions) {
    this.process = process;
    this.positions = positions;
  }

  /**
   * Starts it, with the flags of {@code -Dagent.jvm} if there are any.
   *
   * @param root where its file, its positions and its output are kept, under the name
   * @param sync how often positions are written
   * @param glob the files it reads
   * @param stages the pipeline as YAML
   */
  static AgentProcess start(Path root, String name, String sync, String glob, String stages, int port)
      throws IOException {
    Path config = root.resolve(name + ".yaml");
    Path positions = root.resolve(name + ".positions");
    Files.writeString(
        config,
        """
        server: {disable: true}
        positions: {filename: '%s', sync_period: %s}
        clients: [{url: 'http://127.0.0.1:%d/loki/api/v1/push'}]
        scrape_configs:
        - job_name: cost
          pipeline_stages: %s
          static_configs: [{labels: {job: cost, __path__: '%s'}}]
        %s
        """
            .formatted(positions, sync, port, stages, glob, System.getProperty("agent.yaml", "")));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("agent.jvm", JVM).split(" ", -1)));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "io.sigyn.agent.Main",
            "-config.file=" + config));
    return new AgentProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve(name + ".out").toFile())
            .start(),
        positions);
  }

  /** Seconds of processor time so far. */
  double cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
  }

  /** Resident memory now, MiB. */
  long memory() throws IOException {
    return kilobytes("VmRSS") / 1024;
  }

  /** The most resident memory it ever had, MiB. */
  long mostMemory() throws IOException {
    return kilobytes("VmHWM") / 1024;
  }

  private long kilobytes(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return -1;
  }

  /** Files and sockets that are open. */
  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return open.count();
    }
  }

  /** Whether its positions say that all of these files was acknowledged. */
  boolean isDone(List<Path> files) throws IOException {
    Set<String> lines = Files.exists(positions) ? Set.copyOf(Files.readAllLines(positions)) : Set.of();
    for (Path file : files) {
      if (!lines.contains("  \"" + file + "\": \"" + Files.size(file) + "\"")) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
