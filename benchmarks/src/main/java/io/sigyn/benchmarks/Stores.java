package io.sigyn.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Stores in directories of their own. */
final class Stores {
  private Stores() {}

  /** A fresh directory below the temporary one. */
  static Path directory() throws IOException {
    return Files.createTempDirectory("sigyn-benchmark");
  }

  /** A store that acknowledges after write(), so that the disk's fsync is not what is measured. */
  static Store open(Path directory) {
    StoreOptions d = StoreOptions.DEFAULT;
    StoreOptions options =
        new StoreOptions(
            StoreOptions.SyncMode.OS, d.headMaxBytes(), d.headMaxAge(), d.blockCacheBytes(), d.minFreeBytes());
    return Store.open(directory, options, Clock.SYSTEM, new SimpleMeterRegistry());
  }

  /** Removes a directory and what is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
