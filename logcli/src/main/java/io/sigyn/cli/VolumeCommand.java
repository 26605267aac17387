package io.sigyn.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code volume}: who wrote how many bytes. */
@Command(name = "volume", description = "Shows the bytes of a range of time by series or label.")
final class VolumeCommand implements Callable<Integer> {
  @ParentCommand private @Nullable Logcli logcli;

  @Mixin private VolumeOptions volume = new VolumeOptions();

  @Override
  public Integer call() {
    return volume.run(logcli, Optional.empty());
  }
}
