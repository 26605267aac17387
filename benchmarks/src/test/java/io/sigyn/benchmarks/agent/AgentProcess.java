package io.sigyn.benchmarks.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The agent as a process of its own, and what the system says of it. Closing it is SIGKILL. */
final class AgentProcess implements AutoCloseable {
  private final Process process;

  private AgentProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it, with the end of its configuration from {@code -Dagent.yaml} if there is one.
   *
   * @param root where its file, its positions and its output are kept, under the name
   * @param sync how often positions are written
   * @param glob the files it reads
   * @param stages the pipeline as YAML
   */
  static AgentProcess start(
      AgentProgram program, Path root, String name, String sync, String glob, String stages, int port)
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
    List<String> command = new ArrayList<>(program.command());
    command.add("-config.file=" + config);
    return new AgentProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(root.resolve(name + ".out").toFile())
            .start());
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

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
