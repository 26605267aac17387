package io.sigyn.cli.demo;

import io.sigyn.cli.terminal.FailedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program started by the launcher script, with its output in a file.
 *
 * <p>Ctrl-C in a terminal reaches every process of its group at once. The child ignores it (an
 * ignored signal stays ignored across exec, and the JVM respects that), so that whoever started it
 * decides when it has to go.
 */
final class ChildProgram {
  private static final String SHIELD = "trap '' INT HUP; exec \"$@\"";

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProgram(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code <home>/sigyn <arguments>}.
   *
   * @param directory to run in; relative paths of the configuration are below it
   * @param log is overwritten
   */
  static ChildProgram start(
      String name, Path home, Path directory, Path log, List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", SHIELD, "sh", home.resolve("sigyn").toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("SIGYN_NO_BUILD", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(log.toFile());
    try {
      return new ChildProgram(name, builder.start(), log);
    } catch (IOException e) {
      throw new FailedException("cannot start the " + name + ": " + e.getMessage());
    }
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }

  /** A failure that says how the program ended and what it said last. */
  FailedException ended() {
    String how = process.isAlive() ? "is not ready" : "ended with exit code " + process.exitValue();
    return new FailedException(
        "the " + name + " " + how + "; its log " + log + " ends with\n" + tail());
  }

  private String tail() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  /**
   * Asks the program to end and waits.
   *
   * @return whether it ended by itself; otherwise it was killed
   */
  boolean stop(long patienceSeconds) {
    process.destroy();
    try {
      if (process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }
}
