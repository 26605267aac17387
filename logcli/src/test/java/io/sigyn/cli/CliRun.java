package io.sigyn.cli;

import io.sigyn.cli.terminal.Session;
import io.sigyn.life.Clock;
import io.sigyn.testkit.FakeClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The outcome of one command, run inside the test. */
public record CliRun(int code, String out, String err) {
  /** 2026-05-28T20:26:40Z. */
  public static final long NOW = 1_780_000_000_000_000_000L;

  /** Not on a terminal, without variables. */
  public static CliRun of(String... arguments) {
    return with(Map.of(), false, arguments);
  }

  /** With variables. */
  public static CliRun with(Map<String, String> env, boolean terminal, String... arguments) {
    return fed("", env, terminal, arguments);
  }

  /** With text on standard input. */
  public static CliRun fed(
      String stdin, Map<String, String> env, boolean terminal, String... arguments) {
    return at(new FakeClock(NOW), stdin, env, terminal, arguments);
  }

  /** Against a server of today. */
  public static CliRun today(String... arguments) {
    return at(Clock.SYSTEM, "", Map.of(), false, arguments);
  }

  private static CliRun at(
      Clock clock, String stdin, Map<String, String> env, boolean terminal, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Session session =
        new Session(
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            env,
            clock);
    int code = Main.run(session, arguments);
    return new CliRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
