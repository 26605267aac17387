package io.sigyn.cli;

import picocli.CommandLine.Option;

/** Asks how the server runs a query instead of what it answers. Only Sigyn knows. */
final class ExplainOption {
  @Option(
      names = "--explain",
      description = "shows how the server would run the query, instead of the answer")
  private boolean explain;

  @Option(
      names = "--explain-run",
      description = "the same, and runs it to tell what was read and what was skipped")
  private boolean run;

  boolean isAsked() {
    return explain || run;
  }

  boolean isRun() {
    return run;
  }
}
