package io.sigyn.cli;

import io.sigyn.cli.output.LabelAnalysis;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code series}: the streams that a selector matches. */
@Command(name = "series", description = "Lists streams.")
final class SeriesCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private RangeOptions range = new RangeOptions();

  @Parameters(
      paramLabel = "SELECTOR",
      description = "for example '{namespace=\"shop\"}'; '{}' for all")
  private String selector = "";

  @Option(
      names = "--analyze-labels",
      description = "how many values each label has, and in how many streams it is")
  private boolean analyze;

  @Override
  public Integer call() {
    return Parents.of(logcli)
        .ask(
            range,
            (client, asked, out) -> {
              List<Labels> found = client.series(selector, asked.start(), asked.end());
              if (analyze) {
                LabelAnalysis.print(found, out);
              } else {
                found.stream().sorted().forEach(out::println);
              }
            });
  }
}
