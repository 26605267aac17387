package io.sigyn.cli;

import io.sigyn.cli.output.FieldTable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code detected-fields}: what could be filtered by. */
@Command(name = "detected-fields", description = "Lists the fields that a sample of lines has.")
final class DetectedFieldsCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private RangeOptions range = new RangeOptions();

  @Parameters(paramLabel = "LOGQL", description = "for example '{namespace=\"shop\"} |= \"error\"'")
  private String logql = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "fields at most; default ${DEFAULT-VALUE}",
      defaultValue = "100")
  private int limit = 100;

  @Option(
      names = "--line-limit",
      paramLabel = "N",
      description = "lines looked at; default ${DEFAULT-VALUE}",
      defaultValue = "1000")
  private int lineLimit = 1000;

  @Override
  public Integer call() {
    return Parents.of(logcli)
        .ask(
            range,
            (client, asked, out) ->
                FieldTable.print(
                    client.detectedFields(logql, asked.start(), asked.end(), limit, lineLimit), out));
  }
}
