package io.sigyn.storage;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.wal.WalWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From memory to segments, one flush at a time: seals the active generation, waits until the log has all of it, writes it,
 * publishes it and gives up what the log does not need any more. A generation that could not be written stays sealed, and
 * readable, until a later flush writes it. Safe for use by many threads.
 */
final class FlushCycle {
  private static final Logger LOG = LoggerFactory.getLogger(FlushCycle.class);

  private final Path root;
  private final StoreFiles files;
  private final StoreOptions options;
  private final Tuning tuning;
  private final Clock clock;
  private final StoreMetrics metrics;
  private final Flusher flusher;
  private final CurrentView current;
  private final WalWriter wal;

  /** One flush at a time, and what it touches. */
  private final ReentrantLock flushing;

  private Flusher.@Nullable Sealed sealed;
  private long lastFailure;
  private boolean failing;

  /** Why the last flush failed, if it did. */
  private volatile @Nullable String failure;

  FlushCycle(
      Opening.Opened opened,
      StoreOptions options,
      Tuning tuning,
      Clock clock,
      CurrentView current,
      ReentrantLock flushing) {
    this.root = opened.layout().root();
    this.files = opened.files();
    this.options = options;
    this.tuning = tuning;
    this.clock = clock;
    this.metrics = opened.metrics();
    this.flusher = opened.flusher();
    this.current = current;
    this.wal = opened.wal();
    this.flushing = flushing;
  }

  /** Why the last flush failed, if it did. */
  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Writes everything in memory to segments and truncates the log; returns when both are done.
   *
   * @throws LokiException UNAVAILABLE with the cause when that failed
   */
  void flush() {
    flushing.lock();
    try {
      long start = clock.ticks();
      writeSealed();
      if (!current.get().active().isEmpty()) {
        seal();
        writeSealed();
      }
      failing = false;
      failure = null;
      metrics.flush.record(clock.ticks() - start, TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      failing = true;
      lastFailure = clock.ticks();
      metrics.flushFailures.increment();
      LOG.warn("flush failed, entries stay in memory and in the log root={} cause=\"{}\"", root, e.toString());
      String why = "flush to " + root + " failed: " + Publication.cause(files, root, e);
      failure = why;
      throw new LokiException(ErrorKind.UNAVAILABLE, why, e);
    } finally {
      flushing.unlock();
    }
  }

  private void seal() {
    current.change(
        view -> {
          HeadGeneration active = view.active();
          sealed = new Flusher.Sealed(active, wal.nextLsn() - 1);
          return view.rotated(new HeadGeneration(active));
        });
  }

  private void writeSealed() throws IOException {
    Flusher.Sealed now = sealed;
    if (now == null) {
      return;
    }
    long start = clock.ticks();
    // A batch may lie in several days, and days are published one by one: killed in between, the rest of the batch must
    // come back from the log. So nothing is published while the log has not got all of it.
    if (!wal.awaitDurable(now.frontier)) {
      throw new IOException(
          "entries that the log has not taken yet must wait for it: "
              + wal.distress().map(LokiException::text).orElse("it has just begun to work again"));
    }
    flusher.write(now);
    current.change(
        view -> {
          View next = view.published(now.segments());
          next.active().forgetPrevious();
          return next;
        });
    now.generation.retire();
    sealed = null;
    wal.truncate(now.frontier);
    LOG.info(
        "flushed segments={} head_bytes={} frontier={} ms={}",
        now.segments().values().stream().mapToInt(List::size).sum(),
        now.generation.bytes(),
        now.frontier,
        (clock.ticks() - start) / 1_000_000);
  }

  /**
   * Whether there is a reason to flush now.
   *
   * @param logIsLong whether the log should become shorter
   */
  boolean wanted(boolean logIsLong) {
    flushing.lock();
    try {
      if (failing && clock.ticks() - lastFailure < tuning.retry().toNanos()) {
        return false;
      }
      HeadGeneration active = current.get().active();
      return sealed != null
          || active.bytes() >= options.headMaxBytes()
          || active.age(clock.ticks()) >= options.headMaxAge().toNanos()
          || (logIsLong && !active.isEmpty());
    } finally {
      flushing.unlock();
    }
  }
}
