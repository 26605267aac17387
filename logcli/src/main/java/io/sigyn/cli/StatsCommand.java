package io.sigyn.cli;

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
    return Parents.of(logcli)
        .ask(
            range,
            (client, asked, out) ->
                client
                    .stats(selector, asked.start(), asked.end())
                    .forEach((name, value) -> out.println(name + " " + value)));
  }
}
