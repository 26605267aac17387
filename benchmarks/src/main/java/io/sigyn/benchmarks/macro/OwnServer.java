package io.sigyn.benchmarks.macro;

import io.sigyn.life.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of ours in a fresh directory, for as long as the benchmark runs. */
final class OwnServer implements AutoCloseable {
  private static final int START_SECONDS = 60;

  private final Process process;
  private final Path directory;
  private final int port;

  private OwnServer(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts it through the launcher and waits until it is ready.
   *
   * @param heap such as {@code 512m}, empty for the launcher's own choice
   * @param extra lines for the end of the configuration file, first of all more of {@code limits_config}
   * @param server more lines of the section {@code server}, indented
   */
  static OwnServer start(HttpClient http, Path home, Optional<String> heap, String extra, String server)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sigyn-bench");
    int port = freePort();
    Path config = directory.resolve("loki.yaml");
    Files.writeString(
        config,
        """
        auth_enabled: false
        server:
          http_listen_address: 127.0.0.1
          http_listen_port: %d
        %s
        common:
          path_prefix: %s
        limits_config:
          ingestion_rate_mb: 100000
          ingestion_burst_size_mb: 100000
          per_stream_rate_limit: 100GB
          per_stream_rate_limit_burst: 100GB
          max_global_streams_per_user: 0
          max_query_series: 100000
        %s
        """
            .formatted(port, server, directory.resolve("data"), extra));
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("sigyn").toString(), "server", "-config.file=" + config)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile());
    heap.ifPresent(size -> builder.environment().merge("SIGYN_JAVA_OPTS", "-Xmx" + size, (old, ours) -> old + " " + ours));
    OwnServer started = new OwnServer(builder.start(), directory, port);
    started.awaitReady(http);
    return started;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Target target() {
    return new Target(
        "sigyn",
        URI.create("http://127.0.0.1:" + port),
        Optional.empty(),
        Optional.of(new ServerProcess(process.pid())),
        Optional.of(directory.resolve("data")));
  }

  private void awaitReady(HttpClient http) throws IOException, InterruptedException {
    for (int tries = 0; tries < START_SECONDS * 10; tries++) {
      if (!process.isAlive()) {
        throw new IOException("the server ended with " + process.exitValue() + ": " + lastLines());
      }
      try {
        var ready = target().request("/ready", Duration.ofSeconds(2)).build();
        if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      Threads.pause(100_000_000L);
    }
    throw new IOException("the server is not ready after " + START_SECONDS + " s: " + lastLines());
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("server.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(directory);
  }

  /** Removes a directory and all in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
