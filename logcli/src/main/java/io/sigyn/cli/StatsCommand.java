package io.sigyn.cli;

import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.terminal.Session;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code stats}: how much there is of the streams that a selector matches. */
@Command(name = "stats", description = "Shows how many streams, chunks, bytes and entries there are.")
final class StatsCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private RangeOptions range = new RangeOptions();

  @Parameters(paramLabel = "SELECTOR", description = "for example '{namespace=\"shop\"}'")
  private String selector = "";

  @Override
  public Integer call() {
    Logcli parent = Parents.of(logcli);
    Session session = parent.session();
    RangeOptions.Range asked = range.range(session.clock(), ZoneId.systemDefault());
    try (LokiClient client = parent.client()) {
      client
          .stats(selector, asked.start(), asked.end())
          .forEach((name, value) -> session.out().println(name + " " + value));
    }
    return 0;
  }
}
