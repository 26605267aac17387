package io.sigyn.server;

import io.sigyn.life.Threads;
import io.sigyn.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String READY = "address=";

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CountDownLatch collected = new CountDownLatch(1);

  /** Runs the program with these arguments. */
  ServerProcess(Path dir, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    Threads.start("output", this::collect);
  }

  private void collect() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("output lost: " + e);
    } finally {
      collected.countDown();
    }
  }

  /** Waits until it takes requests. */
  URI awaitReady() {
    Await.until(
        "the server to be ready",
        PATIENCE,
        () -> readyLine().isPresent() || !process.isAlive(),
        () -> String.join("\n", lines));
    String line = readyLine().orElseThrow(() -> new AssertionError(String.join("\n", lines)));
    int from = line.indexOf(READY) + READY.length();
    return URI.create(line.substring(from, line.indexOf(' ', from)));
  }

  private java.util.Optional<String> readyLine() {
    return lines.stream().filter(line -> line.contains("msg=\"server is ready\"")).findFirst();
  }

  /** Waits for its end and gives its status. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + String.join("\n", lines));
    }
    return process.exitValue();
  }

  /** What it has printed. */
  List<String> lines() {
    return lines;
  }

  /** Waits for its end and gives all that it has printed. */
  String output() throws InterruptedException {
    int status = awaitEnd();
    if (!collected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the output of status " + status + " has no end: " + String.join("\n", lines));
    }
    return String.join("\n", lines);
  }

  /** SIGTERM. */
  void terminate() {
    // Process.destroy would close its output as well, and the last lines with it.
    process.toHandle().destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
