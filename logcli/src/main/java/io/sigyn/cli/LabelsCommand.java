package io.sigyn.cli;

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
    return Parents.of(logcli)
        .ask(
            range,
            (client, asked, out) -> {
              List<String> found =
                  name == null
                      ? client.labels(asked.start(), asked.end())
                      : client.labelValues(name, asked.start(), asked.end());
              found.forEach(out::println);
            });
  }
}
