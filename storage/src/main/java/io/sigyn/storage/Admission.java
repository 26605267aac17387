package io.sigyn.storage;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Refuses appends that memory or the disk has no room for. Safe for use by many threads. */
final class Admission {
  private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

  private final StoreFiles files;
  private final Path root;
  private final StoreOptions options;
  private final Clock clock;
  private final StoreMetrics metrics;

  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile long lookedAt;

  Admission(StoreFiles files, Path root, StoreOptions options, Clock clock, StoreMetrics metrics) {
    this.files = files;
    this.root = root;
    this.options = options;
    this.clock = clock;
    this.metrics = metrics;
    this.lookedAt = clock.ticks() - LOOK_AGAIN_NANOS;
  }

  /**
   * Does nothing when there is room.
   *
   * @throws LokiException UNAVAILABLE with what is short, how much there is and how much is needed
   */
  void check(long headBytes) {
    long limit = 2 * options.headMaxBytes();
    if (headBytes > limit) {
      metrics.refused("head_full");
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "too many entries in memory: %d bytes, at most %d until a flush to %s is done; try again"
              .formatted(headBytes, limit, root));
    }
    long free = free();
    if (free < options.minFreeBytes()) {
      metrics.refused("disk_full");
      throw new LokiException(
          ErrorKind.UNAVAILABLE,
          "disk full: %s has %d bytes free, %d are needed; nothing is taken until space is freed, queries go on"
              .formatted(root, free, options.minFreeBytes()));
    }
  }

  private long free() {
    long now = clock.ticks();
    if (now - lookedAt >= LOOK_AGAIN_NANOS) {
      lookedAt = now;
      try {
        freeBytes = files.freeBytes(root);
      } catch (IOException e) {
        throw new LokiException(ErrorKind.UNAVAILABLE, "cannot ask for the free space of " + root + ": " + e.getMessage(), e);
      }
    }
    return freeBytes;
  }
}
