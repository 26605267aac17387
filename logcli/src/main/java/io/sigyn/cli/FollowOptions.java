package io.sigyn.cli;

import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.client.ShownEntry;
import io.sigyn.cli.client.TailQuery;
import io.sigyn.cli.terminal.Session;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options with which a query goes on showing lines as they arrive. */
final class FollowOptions {
  /** The server refuses more. */
  private static final int LONGEST_DELAY = 5;

  @Option(
      names = {"-f", "--follow", "-t", "--tail"},
      description = "go on with lines as they arrive, until interrupted")
  private boolean follow;

  @Option(
      names = "--delay-for",
      paramLabel = "SECONDS",
      description = "with --tail, how long the server holds lines back to put late ones in their place; at most 5",
      defaultValue = "0")
  private int delay;

  boolean isAsked() {
    return follow;
  }

  /**
   * Shows lines until nobody reads them any more.
   *
   * @param start nanoseconds since the Unix epoch
   * @param limit how many lines of the past at most
   */
  void run(
      LokiClient client,
      String logql,
      long start,
      long limit,
      Predicate<List<ShownEntry>> lines,
      Logcli logcli,
      CommandLine command) {
    if (limit < 1 || limit > Integer.MAX_VALUE) {
      throw new ParameterException(
          command, "--limit is how many lines of the past come first and must be at least 1 with --tail: limit=" + limit);
    }
    if (delay < 0 || delay > LONGEST_DELAY) {
      throw new ParameterException(command, "--delay-for must be 0 to " + LONGEST_DELAY + " seconds: " + delay);
    }
    Session session = logcli.session();
    client.tail(
        new TailQuery(logql, start, (int) limit, delay),
        lines,
        note -> {
          if (!logcli.quiet()) {
            session.err().println(note);
          }
        });
  }
}
