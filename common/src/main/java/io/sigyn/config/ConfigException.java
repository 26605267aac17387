package io.sigyn.config;

import java.util.List;

/** A configuration that cannot be used. Every problem of the file is in {@link #problems}, one line each. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> problems;

  /** With lines of the form {@code FILE:LINE:COL: path.to.key: problem; hint}. */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /** With one problem. */
  public ConfigException(String problem) {
    this(List.of(problem));
  }

  /** One line each; at least one. */
  public List<String> problems() {
    return problems;
  }
}
