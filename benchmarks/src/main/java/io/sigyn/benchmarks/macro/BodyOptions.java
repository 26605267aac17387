package io.sigyn.benchmarks.macro;

import java.util.List;
import picocli.CommandLine.Option;

/** What every command that pushes says about its bodies. */
final class BodyOptions {
  @Option(
      names = "--sets",
      paramLabel = "SET",
      split = ",",
      defaultValue = "json,logfmt,access,text",
      description = "shapes of lines: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
  private List<LogSet> sets = List.of();

  @Option(names = "--body-kb", paramLabel = "N", defaultValue = "1000", description = "line kilobytes per push (default ${DEFAULT-VALUE})")
  private int kilobytes;

  /** Shapes of lines, which come in turns. */
  List<Shape> shapes() {
    return List.copyOf(sets);
  }

  /** Line kilobytes of a push. */
  int kilobytes() {
    return kilobytes;
  }

  /** Line bytes of a push. */
  int bytes() {
    return kilobytes * 1000;
  }
}
