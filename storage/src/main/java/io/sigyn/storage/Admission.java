package io.sigyn.storage;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses appends that memory or the disk has no room for. Safe for use by many threads. */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;
  private static final long GIB = 1L << 30;

  private final StoreFiles files;
  private final Path root;
  private final StoreOptions options;
  private final Clock clock;
  private final StoreMetrics metrics;
  private final long minFreeBytes;

  private volatile long freeBytes = Long.MAX_VALUE;
  private volatile long lookedAt;

  Admission(StoreFiles files, Path root, StoreOptions options, Clock clock, StoreMetrics metrics) {
    this.files = files;
    this.root = root;
    this.options = options;
    this.clock = clock;
    this.metrics = metrics;
    this.minFreeBytes = options.minFreeBytes() >= 0 ? options.minFreeBytes() : derived(files, root);
    this.lookedAt = clock.ticks() - LOOK_AGAIN_NANOS;
  }

  private static long derived(StoreFiles files, Path root) {
    try {
      return minFree(files.totalBytes(root));
    } catch (IOException e) {
      LOG.warn("cannot ask for the size of the disk root={} cause=\"{}\"", root, e.toString());
      return minFree(StoreFiles.UNKNOWN);
    }
  }

  /** 1 GiB or 2% of a disk of this size, whichever is more; of a small one 10%. */
  static long minFree(long totalBytes) {
    return totalBytes == StoreFiles.UNKNOWN ? GIB : Math.min(Math.max(GIB, totalBytes / 50), totalBytes / 10);
  }

  /** The free bytes below which nothing is taken. */
  long minFreeBytes() {
    return minFreeBytes;
  }

  /**
   * Does nothing when there is room.
   *
   * @throws LokiException UNAVAILABLE with what is short, how much there is and how much is needed
   */
  void check(long headBytes, Optional<String> flushFailure) {
    Optional<Refusal> refusal = refusal(headBytes, flushFailure);
    if (refusal.isPresent()) {
      metrics.refused(refusal.get().reason);
      throw new LokiException(ErrorKind.UNAVAILABLE, refusal.get().text);
    }
  }

  /**
   * Why nothing is taken.
   *
   * @param reason for the metric
   * @param text for people
   */
  record Refusal(String reason, String text) {}

  /**
   * Why nothing is taken now, if so.
   *
   * @param flushFailure why the last flush failed, if it did
   */
  Optional<Refusal> refusal(long headBytes, Optional<String> flushFailure) {
    long limit = options.headLimitBytes();
    if (headBytes > limit) {
      if (flushFailure.isPresent()) {
        return Optional.of(
            new Refusal(
                "flush_failed",
                "%s; %d bytes are in memory, at most %d may be; nothing is taken until a flush works, queries go on"
                    .formatted(flushFailure.get(), headBytes, limit)));
      }
      return Optional.of(
          new Refusal(
              "head_full",
              "too many entries in memory: %d bytes, at most %d until a flush to %s is done; try again"
                  .formatted(headBytes, limit, root)));
    }
    try {
      long free = free();
      return free >= minFreeBytes
          ? Optional.empty()
          : Optional.of(
              new Refusal(
                  "disk_full",
                  "disk full: %s has %d bytes free, %d are needed; nothing is taken until space is freed, queries go on"
                      .formatted(root, free, minFreeBytes)));
    } catch (IOException e) {
      return Optional.of(
          new Refusal("disk_unknown", "cannot ask for the free space of " + root + ": " + e.getMessage()));
    }
  }

  private long free() throws IOException {
    long now = clock.ticks();
    if (now - lookedAt >= LOOK_AGAIN_NANOS) {
      freeBytes = files.freeBytes(root);
      lookedAt = now;
    }
    return freeBytes;
  }
}
