package io.sigyn.cli.terminal;

import io.sigyn.life.Clock;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * What a run of the program sees of the world around it.
 *
 * @param out data; UTF-8, flushed only when asked
 * @param err everything that is not data
 * @param terminal whether a person reads {@code out}
 */
public record Session(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Map<String, String> env,
    Clock clock) {
  /** Copies the map. */
  public Session {
    env = Map.copyOf(env);
  }

  /** An environment variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(env.get(name)).filter(value -> !value.isEmpty());
  }
}
