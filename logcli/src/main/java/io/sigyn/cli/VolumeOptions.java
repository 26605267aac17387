package io.sigyn.cli;

import io.sigyn.cli.client.VolumeQuery;
import io.sigyn.cli.output.MetricJson;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the two commands that count bytes have in common. */
final class VolumeOptions {
  @Mixin private RangeOptions range = new RangeOptions();

  @Parameters(
      paramLabel = "SELECTOR",
      description = "for example '{namespace=\"shop\"}'; '{}' for all")
  private String selector = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "rows at most, the largest; default ${DEFAULT-VALUE}",
      defaultValue = "30")
  private int limit = 30;

  @Option(
      names = "--targetLabels",
      paramLabel = "NAME",
      split = ",",
      description = "count by these labels; default those of the selector")
  private List<String> targetLabels = List.of();

  @Option(names = "--aggregateByLabels", description = "a row for each label name, not for each series")
  private boolean byLabels;

  /**
   * Asks and prints.
   *
   * @param step the length of a bucket; empty for one number of the whole range
   */
  int run(@Nullable Logcli logcli, Optional<String> step) {
    return Parents.of(logcli)
        .ask(
            range,
            (client, asked, out) -> {
              VolumeQuery query =
                  new VolumeQuery(selector, asked.start(), asked.end(), limit, targetLabels, byLabels);
              out.println(MetricJson.of(client.volume(query, step)));
            });
  }
}
