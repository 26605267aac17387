package io.sigyn.cli.demo;

import io.sigyn.cli.terminal.FailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo runs. The shipped configuration files have paths relative to the working directory,
 * so another working directory is all it takes to keep a run's data apart.
 *
 * @param home the root of the repository, with {@code config} and the launcher
 * @param directory the children's working directory
 * @param serverPort the server listens here on 127.0.0.1
 * @param agentPort the agent listens here on 127.0.0.1
 */
record Place(Path home, Path directory, int serverPort, int agentPort) {
  static final int SERVER_PORT = 3100;
  static final int AGENT_PORT = 9080;

  /** The directory that plays the node: {@code pods} and {@code containers} are in it. */
  Path node() {
    return directory.resolve("data/demo");
  }

  String serverAddress() {
    return "http://127.0.0.1:" + serverPort;
  }

  String agentAddress() {
    return "http://127.0.0.1:" + agentPort;
  }

  /**
   * The flags that name the configuration: none when the shipped file serves as it is, else a copy
   * with the ports replaced.
   *
   * @param name loki.yaml or promtail.yaml
   */
  List<String> configuration(String name) {
    Path shipped = home.resolve("config").resolve(name);
    if (directory.equals(home) && serverPort == SERVER_PORT && agentPort == AGENT_PORT) {
      return List.of();
    }
    Path copy = node().resolve("config").resolve(name);
    try {
      String text = Files.readString(shipped, StandardCharsets.UTF_8);
      Files.createDirectories(node().resolve("config"));
      Files.writeString(copy, withPorts(text), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FailedException("cannot copy " + shipped + " to " + copy + ": " + e.getMessage());
    }
    return List.of("-config.file=" + copy, "-config.expand-env=true");
  }

  private String withPorts(String text) {
    return replaceNumber(replaceNumber(text, SERVER_PORT, serverPort), AGENT_PORT, agentPort);
  }

  /** Replaces a number where it is not a part of a longer one. */
  private static String replaceNumber(String text, int number, int by) {
    String wanted = Integer.toString(number);
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      int end = at + wanted.length();
      boolean whole =
          (at == 0 || !Character.isDigit(text.charAt(at - 1)))
              && (end == text.length() || !Character.isDigit(text.charAt(end)));
      if (whole) {
        out.append(text, from, at).append(by);
        from = end;
      }
    }
    return out.append(text, from, text.length()).toString();
  }

  /** Fails when somebody listens on one of the ports. */
  void requireFreePorts() {
    requireFree(serverPort, "--port", "server");
    requireFree(agentPort, "--agent-port", "agent");
  }

  private static void requireFree(int port, String option, String program) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new FailedException(
          "port "
              + port
              + " on 127.0.0.1, which the "
              + program
              + " needs, is in use (another Loki, or a demo that still runs?); "
              + "stop that, or choose another port: ./sigyn demo "
              + option
              + "="
              + (port + 1));
    }
  }

  /** A port that is free now. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new FailedException("no free port on 127.0.0.1: " + e.getMessage());
    }
  }

  /** Deletes a directory with everything in it; links are deleted, not followed. */
  static void wipe(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
