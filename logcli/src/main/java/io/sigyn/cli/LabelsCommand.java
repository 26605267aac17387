package io.sigyn.cli;

import io.sigyn.cli.client.LokiClient;
import io.sigyn.cli.terminal.Session;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code labels}: the names, or the values of one name. */
@Command(name = "labels", description = "Lists label names, or the values of one.")
final class LabelsCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private RangeOptions range = new RangeOptions();

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "list the values of this label")
  private @Nullable String name;

  @Override
  public Integer call() {
    Logcli parent = Parents.of(logcli);
    Session session = parent.session();
    RangeOptions.Range asked = range.range(session.clock(), ZoneId.systemDefault());
    try (LokiClient client = parent.client()) {
      List<String> found =
          name == null
              ? client.labels(asked.start(), asked.end())
              : client.labelValues(name, asked.start(), asked.end());
      found.forEach(session.out()::println);
    }
    return 0;
  }
}
