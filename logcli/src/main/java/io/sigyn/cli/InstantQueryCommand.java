package io.sigyn.cli;

import io.sigyn.cli.client.Answer;
import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.output.MetricJson;
import io.sigyn.cli.terminal.Session;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code instant-query}: a metric at one moment, as JSON. */
@Command(name = "instant-query", description = "Shows a metric at one moment.")
final class InstantQueryCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private NotesOption notes = new NotesOption();

  @Mixin private ExplainOption explain = new ExplainOption();

  @Parameters(
      paramLabel = "LOGQL",
      description = "for example 'sum(rate({namespace=\"shop\"}[5m]))'")
  private String logql = "";

  @Option(
      names = {"--now", "--time"},
      paramLabel = "TIME",
      description = "the moment: 2026-01-31T15:04:05Z or Unix seconds; default now")
  private @Nullable String time;

  @Override
  public Integer call() {
    Logcli parent = Parents.of(logcli);
    Session session = parent.session();
    long at =
        time == null
            ? session.clock().epochNanos()
            : TimeText.nanos(time, ZoneId.systemDefault(), "--now");
    try (LokiClient client = parent.client()) {
      if (explain.isAsked()) {
        session.out().print(client.explain(logql, at, explain.isRun()));
        return 0;
      }
      Answer answer = client.query(logql, at);
      session.out().println(MetricJson.of(answer.result()));
      notes.print(answer, parent);
    }
    return 0;
  }
}
