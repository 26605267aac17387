package io.sigyn.storage.wal;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to the thread that writes them, in the order of their LSNs, and what those who append may know of it:
 * how much room there is, what is durable, and why nothing is taken. Safe for use by many threads; {@link #next} and what
 * reports on its records are for the thread that writes.
 */
final class WalQueue {
  private static final int GROUP_BYTES = 4 << 20;
  private static final int GROUP_RECORDS = 256;

  /** What there is to do. */
  enum Task {
    WRITE,
    SYNC,
    PROBE,
    STOP
  }

  private final WalOptions options;
  private final WalFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  private final Deque<WalRecord> queue = new ArrayDeque<>();
  private long nextLsn;
  private long safeBelow;
  private long waitingBytes;
  private boolean closing;
  private boolean syncAsked;
  private boolean probeAsked;
  private @Nullable LokiException distress;

  /**
   * Empty.
   *
   * @param safeBelow the first LSN that may not be durable
   * @param firstLsn what the first record gets
   */
  WalQueue(WalOptions options, WalFiles files, long safeBelow, long firstLsn) {
    this.options = options;
    this.files = files;
    this.nextLsn = firstLsn;
    this.safeBelow = safeBelow;
  }

  /** See {@link WalWriter#reserve}. */
  void reserve(WalRecord record) {
    lock.lock();
    try {
      refuseWhenDown();
      if (waitingBytes > 0 && waitingBytes + record.size() > options.queueBytes()) {
        throw new LokiException(
            ErrorKind.UNAVAILABLE,
            "write-ahead log is busy: %d bytes wait for the disk at %s, at most %d may; try again"
                .formatted(waitingBytes, options.directory(), options.queueBytes()));
      }
      Optional<String> full = full(record.size());
      if (full.isPresent()) {
        throw new LokiException(ErrorKind.UNAVAILABLE, full.get());
      }
      waitingBytes += record.size();
    } finally {
      lock.unlock();
    }
  }

  /** See {@link WalWriter#giveBack}. */
  void giveBack(WalRecord record) {
    lock.lock();
    try {
      // After a failure nothing is reserved any more.
      waitingBytes = Math.max(0, waitingBytes - record.size());
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private Optional<String> full(int more) {
    long onDisk = files.bytes();
    long ahead = Math.min(WalFiles.AHEAD, options.fileBytes());
    return files.count() > 0 && onDisk + waitingBytes + more + ahead > options.maxBytes()
        ? Optional.of(
            "write-ahead log is full: %d bytes in %s, at most %d until entries in memory are flushed; try again"
                .formatted(onDisk, options.directory(), options.maxBytes()))
        : Optional.empty();
  }

  private void refuseWhenDown() {
    if (distress != null) {
      throw distress;
    }
    if (closing) {
      throw shuttingDown();
    }
  }

  private static LokiException shuttingDown() {
    return new LokiException(ErrorKind.UNAVAILABLE, "the store is shutting down");
  }

  /** See {@link WalWriter#refusal}. */
  Optional<String> refusal() {
    lock.lock();
    try {
      LokiException down = distress;
      return down == null ? full(0) : Optional.of(down.text());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives a record its place behind all others. When nothing is taken since room was made for it, it fails, but has its
   * place nevertheless: its entries may be in memory, and nothing of a batch may be published that the log has not got.
   */
  void add(WalRecord record) {
    lock.lock();
    try {
      if (closing) {
        record.durable().completeExceptionally(shuttingDown());
        return;
      }
      record.place(nextLsn);
      nextLsn += record.size();
      queue.addLast(record);
      LokiException down = distress;
      if (down != null) {
        // The room made for it was given up with that of all others.
        waitingBytes += record.size();
        record.durable().completeExceptionally(down);
      }
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** One past the LSN of the last record added. */
  long nextLsn() {
    lock.lock();
    try {
      return nextLsn;
    } finally {
      lock.unlock();
    }
  }

  /** See {@link WalWriter#awaitDurable}. */
  boolean awaitDurable(long lsn) {
    lock.lock();
    try {
      syncAsked = true;
      work.signal();
      while (safeBelow <= lsn && distress == null) {
        progress.awaitUninterruptibly();
      }
      return safeBelow > lsn;
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing is taken now, if so. */
  Optional<LokiException> distress() {
    lock.lock();
    try {
      return Optional.ofNullable(distress);
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a new file to be tried, should nothing be taken now. */
  void probe() {
    lock.lock();
    try {
      probeAsked = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more records. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for something to do.
   *
   * @param group gets the records to be written
   * @param unsynced whether records are written that are not known to be durable
   * @param untilSync nanoseconds until those should be
   */
  Task next(List<WalRecord> group, boolean unsynced, LongSupplier untilSync) {
    lock.lock();
    try {
      while (true) {
        if (distress != null) {
          boolean asked = probeAsked;
          probeAsked = false;
          if (asked || closing) {
            return closing ? Task.STOP : Task.PROBE;
          }
        } else if (!queue.isEmpty()) {
          take(group);
          return Task.WRITE;
        } else if (unsynced && (syncAsked || closing || untilSync.getAsLong() <= 0)) {
          syncAsked = false;
          return Task.SYNC;
        } else if (closing) {
          return Task.STOP;
        } else {
          syncAsked = false;
          probeAsked = false;
        }
        if (!unsynced || distress != null) {
          work.awaitUninterruptibly();
        } else {
          awaitInterval(untilSync.getAsLong());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // next() loops
  private void awaitInterval(long nanos) {
    try {
      long _ = work.awaitNanos(Math.max(1, nanos));
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; the next round looks at everything again.
    }
  }

  private void take(List<WalRecord> group) {
    long bytes = 0;
    while (!queue.isEmpty() && bytes < GROUP_BYTES && group.size() < GROUP_RECORDS) {
      WalRecord record = queue.removeFirst();
      bytes += record.size();
      group.add(record);
    }
  }

  /**
   * Gives up the room of records that are written.
   *
   * @param synced whether everything written so far is as durable as it gets
   */
  void written(List<WalRecord> group, boolean synced) {
    lock.lock();
    try {
      for (WalRecord record : group) {
        waitingBytes -= record.size();
      }
      if (synced) {
        safeBelow = firstWaiting();
        progress.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private long firstWaiting() {
    WalRecord next = queue.peekFirst();
    return next == null ? nextLsn : next.lsn();
  }

  /**
   * Takes nothing from now on and hands over the records that wait.
   *
   * @return whether something was taken until now
   */
  boolean fail(LokiException failure, Consumer<WalRecord> waiting) {
    lock.lock();
    try {
      boolean first = distress == null;
      distress = failure;
      progress.signalAll();
      while (!queue.isEmpty()) {
        waiting.accept(queue.removeFirst());
      }
      waitingBytes = 0;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Hands over the records that have come since nothing is taken. */
  void handOver(Consumer<WalRecord> late) {
    lock.lock();
    try {
      while (!queue.isEmpty()) {
        WalRecord record = queue.removeFirst();
        waitingBytes -= record.size();
        late.accept(record);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes records again; all before those that wait are durable. */
  void recover() {
    lock.lock();
    try {
      distress = null;
      safeBelow = firstWaiting();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
