package io.sigyn.benchmarks.macro;

import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.StoreOptions.SyncMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command says about the store it opens in its own process. */
final class OwnStoreOptions {
  @Option(names = "--dir", paramLabel = "DIR", description = "an empty or new directory on the disk to measure (default a temporary one)")
  private @Nullable Path directory;

  @Option(names = "--sync", paramLabel = "MODE", defaultValue = "GROUP", description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
  private SyncMode sync = SyncMode.GROUP;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** What is done in the directory. */
  interface Work {
    /** Opens a store there and closes it. */
    void in(Path root) throws IOException, InterruptedException;
  }

  /** Does the work in the directory that was asked for, or in one that is deleted afterwards. */
  void run(Work work) throws IOException, InterruptedException {
    Path given = directory;
    Path root = given == null ? Files.createTempDirectory("sigyn-bench") : given;
    try {
      work.in(root);
    } finally {
      if (given == null) {
        OwnServer.delete(root);
      }
    }
  }

  /** The store's options. */
  StoreOptions store() {
    return StoreOptions.DEFAULT.withSync(sync, StoreOptions.DEFAULT.syncInterval());
  }

  /** When an append counts, for people. */
  String syncName() {
    return sync.name().toLowerCase(Locale.ROOT);
  }

  /** Where the command prints. */
  PrintWriter out() {
    return Objects.requireNonNull(command, "picocli sets it").commandLine().getOut();
  }
}
