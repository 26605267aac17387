package io.sigyn.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code volume_range}: who wrote how many bytes when. */
@Command(
    name = "volume_range",
    aliases = "volume-range",
    description = "Shows the bytes by series or label over time.")
final class VolumeRangeCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private VolumeOptions volume = new VolumeOptions();

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      description = "the length of a bucket; default ${DEFAULT-VALUE}",
      defaultValue = "60s")
  private String step = "60s";

  @Override
  public Integer call() {
    return volume.run(logcli, Optional.of(step));
  }
}
