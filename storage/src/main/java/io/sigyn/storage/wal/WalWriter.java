package io.sigyn.storage.wal;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records to the log. Safe for use by many threads.
 *
 * <p><b>Group commit.</b> Records wait in one queue in the order of their LSNs. One thread takes what is there, up to 4 MiB
 * or 256 records, writes it, calls fdatasync once and completes all of them; meanwhile the next group gathers. There is no
 * timer: a lone record waits for nothing but the disk. What depends on a completed future runs on this thread and must not
 * block.
 *
 * <p><b>Room.</b> {@link #reserve} before a record is appended bounds the bytes that wait. What was reserved is always
 * taken.
 *
 * <p><b>Distress.</b> After a failed write or sync nobody knows what the disk holds, and a second fdatasync may report
 * success for pages the kernel has dropped. So the writer never touches the file again: all records waiting and all later
 * ones fail with the path and the cause. The store puts another writer with another file in its place once everything in
 * memory is safe in segments.
 */
public final class WalWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WalWriter.class);
  private static final int GROUP_BYTES = 4 << 20;
  private static final int GROUP_RECORDS = 256;

  private final WalOptions options;
  private final WalMetrics metrics;
  private final WalFiles files;
  private final Thread thread;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(256 << 10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();
  private final Deque<WalRecord> queue = new ArrayDeque<>();
  private long nextLsn;
  private long durableBelow;
  private long waitingBytes;
  private boolean closing;
  private @Nullable LokiException distress;

  // Used by the writer's thread alone.
  private WalFiles.@Nullable Open current;
  private long nextSequence;
  private long stagedAt;

  private WalWriter(WalOptions options, WalMetrics metrics, WalFiles files, long firstLsn, long firstSequence) {
    this.options = options;
    this.metrics = metrics;
    this.files = files;
    this.nextLsn = firstLsn;
    this.durableBelow = firstLsn;
    this.nextSequence = firstSequence;
    this.thread = options.threads().start("store-wal", this::run);
  }

  /**
   * Starts a writer behind the files that recovery found. The first file is made when the first record comes.
   *
   * @param found files that stay until {@link #truncate} passes them
   */
  public static WalWriter start(WalOptions options, WalMetrics metrics, WalRecovery.Found found) {
    WalFiles files = new WalFiles(options);
    found.files().forEach(files::add);
    return new WalWriter(options, metrics, files, found.nextLsn(), found.nextSequence());
  }

  /**
   * A fresh writer with a file of its own that goes on after this distressed one. Everything appended so far must be safe
   * elsewhere; {@link #truncate} of the successor removes the files this one leaves.
   */
  public WalWriter successor() {
    close();
    WalFiles.Open broken = current;
    if (broken != null) {
      files.add(new WalFiles.Complete(broken.path, nextLsn(), WalFiles.NOT_TO_BE_USED_AGAIN));
    }
    return new WalWriter(options, metrics, files, nextLsn(), nextSequence);
  }

  /**
   * Makes room for a record.
   *
   * @throws LokiException UNAVAILABLE when too much waits for the disk already, or the writer is distressed or closed
   */
  public void reserve(WalRecord record) {
    lock.lock();
    try {
      refuseWhenDown();
      if (waitingBytes > 0 && waitingBytes + record.size() > options.queueBytes()) {
        throw new LokiException(
            ErrorKind.UNAVAILABLE,
            "write-ahead log is busy: %d bytes wait for the disk at %s, at most %d may; try again"
                .formatted(waitingBytes, options.directory(), options.queueBytes()));
      }
      waitingBytes += record.size();
    } finally {
      lock.unlock();
    }
  }

  /** Appends a record for which room was reserved; the future fails with a {@link LokiException}. */
  public CompletableFuture<Void> append(WalRecord record) {
    lock.lock();
    try {
      refuseWhenDown();
      record.place(nextLsn);
      nextLsn += record.size();
      queue.addLast(record);
      work.signal();
    } catch (LokiException e) {
      record.durable().completeExceptionally(e);
    } finally {
      lock.unlock();
    }
    return record.durable();
  }

  /** Gives room back that will not be used. */
  public void release(WalRecord record) {
    lock.lock();
    try {
      waitingBytes = Math.max(0, waitingBytes - record.size());
    } finally {
      lock.unlock();
    }
  }

  /** One past the LSN of the last record appended; the next record gets this one. */
  public long nextLsn() {
    lock.lock();
    try {
      return nextLsn;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every record with an LSN up to this one is as durable as the log's mode promises, or never will be because
   * the writer is distressed. Not for the writer's own thread.
   */
  public void awaitDurable(long lsn) {
    lock.lock();
    try {
      while (durableBelow <= lsn && distress == null) {
        progress.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The number of files in use or waiting to be truncated. */
  public int files() {
    return files.count() + 1;
  }

  /** Why the writer takes nothing any more, if so. */
  public @Nullable LokiException distress() {
    lock.lock();
    try {
      return distress;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up complete files whose records all have LSNs up to the frontier. */
  public void truncate(long frontier) throws IOException {
    files.truncate(frontier);
  }

  /** Writes what waits, syncs and stops. The file in use counts as complete afterwards. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseWhenDown() {
    if (distress != null) {
      throw distress;
    }
    if (closing) {
      throw new LokiException(ErrorKind.UNAVAILABLE, "the store is shutting down");
    }
  }

  private void run() {
    List<WalRecord> group = new ArrayList<>();
    try {
      while (take(group)) {
        long bytes = write(group);
        metrics.records().increment(group.size());
        metrics.bytes().increment(bytes);
        WalRecord last = group.getLast();
        lock.lock();
        try {
          waitingBytes -= bytes;
          durableBelow = last.lsn() + last.size();
          progress.signalAll();
        } finally {
          lock.unlock();
        }
        for (WalRecord record : group) {
          record.durable().complete(null);
        }
        group.clear();
      }
      finish();
    } catch (IOException | RuntimeException | Error e) {
      fail(e, group);
    }
  }

  /** Waits for records; false when the writer is to stop and none is left. */
  private boolean take(List<WalRecord> group) {
    lock.lock();
    try {
      while (queue.isEmpty() && !closing) {
        work.awaitUninterruptibly();
      }
      long bytes = 0;
      while (!queue.isEmpty() && bytes < GROUP_BYTES && group.size() < GROUP_RECORDS) {
        WalRecord record = queue.removeFirst();
        bytes += record.size();
        group.add(record);
      }
      return !group.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private long write(List<WalRecord> group) throws IOException {
    long bytes = 0;
    for (WalRecord record : group) {
      WalFiles.Open file = fileFor(record);
      byte[] sealed = record.seal(file.salt);
      long at = file.offset(record.lsn());
      file.zeroAhead(at + record.size());
      if (record.size() > staging.remaining()) {
        flush(file);
      }
      if (record.size() > staging.capacity()) {
        file.file.write(ByteBuffer.wrap(sealed, 0, record.size()), at);
      } else {
        if (staging.position() == 0) {
          stagedAt = at;
        }
        staging.put(sealed, 0, record.size());
      }
      bytes += record.size();
    }
    WalFiles.Open file = current;
    if (file != null) {
      flush(file);
      sync(file);
    }
    return bytes;
  }

  private WalFiles.Open fileFor(WalRecord record) throws IOException {
    WalFiles.Open file = current;
    if (file != null && file.fits(record)) {
      return file;
    }
    if (file != null) {
      flush(file);
      sync(file);
      complete(file, record.lsn());
    }
    long bytes = Math.max(options.fileBytes(), WalFormat.HEADER + (long) record.size());
    WalFiles.Open next = files.create(nextSequence++, record.lsn(), bytes);
    current = next;
    return next;
  }

  private void flush(WalFiles.Open file) throws IOException {
    if (staging.position() > 0) {
      file.file.write(staging.flip(), stagedAt);
      staging.clear();
    }
  }

  private void sync(WalFiles.Open file) throws IOException {
    if (options.sync()) {
      long start = options.clock().ticks();
      file.file.sync();
      metrics.fsync().record(options.clock().ticks() - start, TimeUnit.NANOSECONDS);
    }
  }

  private void complete(WalFiles.Open file, long endLsn) throws IOException {
    current = null;
    file.file.close();
    files.add(file.complete(endLsn));
  }

  private void finish() throws IOException {
    WalFiles.Open file = current;
    if (file != null) {
      file.file.sync();
      complete(file, nextLsn());
    }
  }

  private void fail(Throwable cause, List<WalRecord> group) {
    WalFiles.Open file = current;
    Path where = file == null ? options.directory() : file.path;
    String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    LokiException failure =
        new LokiException(
            ErrorKind.UNAVAILABLE,
            "write-ahead log %s failed: %s; nothing is taken until the log has been replaced".formatted(where, reason),
            cause);
    LOG.error("write-ahead log failed, appends are refused file={} cause=\"{}\"", where, reason, cause);
    List<WalRecord> failed = new ArrayList<>(group);
    lock.lock();
    try {
      distress = failure;
      progress.signalAll();
      failed.addAll(queue);
      queue.clear();
      waitingBytes = 0;
    } finally {
      lock.unlock();
    }
    for (WalRecord record : failed) {
      record.durable().completeExceptionally(failure);
    }
    if (file != null) {
      try {
        file.file.close();
      } catch (IOException e) {
        LOG.warn("cannot close file={}", file.path, e);
      }
    }
  }
}
