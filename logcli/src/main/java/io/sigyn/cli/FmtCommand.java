package io.sigyn.cli;

import io.sigyn.cli.terminal.FailedException;
import io.sigyn.cli.terminal.Session;
import io.sigyn.error.LokiException;
import io.sigyn.logql.syntax.Parser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code fmt}: a query in its canonical form, or what is wrong with it. No server is asked. */
@Command(
    name = "fmt",
    description = "Prints a query in its canonical form, or where its mistake is.")
final class FmtCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Parameters(
      paramLabel = "LOGQL",
      arity = "0..1",
      description = "the query; read from standard input when not given")
  private @Nullable String logql;

  @Override
  public Integer call() throws IOException {
    Session session = Parents.of(logcli).session();
    String query =
        logql == null
            ? new String(session.in().readAllBytes(), StandardCharsets.UTF_8).strip()
            : logql;
    try {
      session.out().println(Parser.parse(query));
    } catch (LokiException e) {
      throw new FailedException(e.text());
    }
    return 0;
  }
}
