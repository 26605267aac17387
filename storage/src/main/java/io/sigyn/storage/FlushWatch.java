package io.sigyn.storage;

import io.sigyn.error.LokiException;
import io.sigyn.storage.wal.WalWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes in the background when there is a reason to, lets a log that has failed try again, and its mark reach the disk: looks now and then, and soon
 * when somebody who saw a reason asks. Safe for use by many threads.
 */
final class FlushWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FlushWatch.class);

  private final Path root;
  private final WalWriter wal;
  private final long walMaxBytes;
  private final FlushCycle cycle;
  private final Runnable flush;
  private final ScheduledExecutorService background;
  private final AtomicBoolean asked = new AtomicBoolean();

  /**
   * Looks at nothing before it is started.
   *
   * @param flush flushes, unless the store is closed
   */
  FlushWatch(Opening.Opened opened, Tuning tuning, FlushCycle cycle, Runnable flush) {
    this.root = opened.layout().root();
    this.wal = opened.wal();
    this.walMaxBytes = opened.walMaxBytes();
    this.cycle = cycle;
    this.flush = flush;
    this.background = tuning.threads().scheduler("store-flush");
  }

  /** Begins to look. */
  void start(Duration every) {
    ScheduledFuture<?> _ =
        background.scheduleWithFixedDelay(this::look, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Begins no more looks. */
  void stop() {
    background.shutdown();
  }

  /** Whether the log should become shorter. */
  boolean logIsLong() {
    return wal.bytes() >= walMaxBytes / 2;
  }

  /** Looks soon. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      try {
        background.execute(this::look);
      } catch (RejectedExecutionException e) {
        // Closing; the store flushes then.
      }
    }
  }

  private void look() {
    asked.set(false);
    try {
      if (wal.distress().isPresent()) {
        wal.probe();
      }
      wal.settleMark();
      if (cycle.wanted(logIsLong())) {
        flush.run();
      }
    } catch (LokiException e) {
      // Reported by the flush; the next round tries again.
    } catch (RuntimeException | Error e) {
      LOG.error("background work of the store failed root={}", root, e);
    }
  }
}
