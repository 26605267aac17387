package io.sigyn.storage.wal;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.storage.files.Publication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records to the log. Safe for use by many threads.
 *
 * <p><b>Group commit.</b> Records wait in one {@link WalQueue} in the order of their LSNs. One thread takes what is there, up
 * to 4 MiB or 256 records, writes it, calls fdatasync once and completes all of them; meanwhile the next group gathers. There
 * is no timer: a lone record waits for nothing but the disk. What depends on a completed future runs on this thread and must
 * not block. In the other modes ({@link WalSync}) records are complete once they are written.
 *
 * <p><b>Room.</b> {@link #reserve} before a record is appended bounds the bytes that wait and those on the disk. What was
 * reserved is always taken, unless it is given back.
 *
 * <p><b>Failure.</b> After a failed write or sync nobody knows what the disk holds, and a second fdatasync may report
 * success for pages the kernel has dropped. So the file is never touched again: every record that is not durable is still
 * in memory, is written to a new file, and that is synced. Only when this fails too is the writer <em>distressed</em>:
 * records waiting fail with the path and the cause, later ones are refused. Each {@link #probe} tries a new file again; the
 * records in memory come first, those that had failed included, for they may be in the head already.
 */
public final class WalWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WalWriter.class);
  /** More than this is not held back for an interval. */
  private static final int UNSYNCED_BYTES = 8 << 20;

  private final WalOptions options;
  private final WalMetrics metrics;
  private final WalFiles files;
  private final Thread thread;

  private final WalQueue queue;
  private final MarkWriter mark;

  // Used by the writer's thread alone.
  private final WalTail tail;

  /** Records that are not known to be durable, in order of LSNs; all there are up to the queue. */
  private final List<WalRecord> pending = new ArrayList<>();

  private long pendingBytes;
  private long pendingSince;

  private WalWriter(WalOptions options, WalMetrics metrics, WalFiles files, WalRecovery.Found found) {
    this.options = options;
    this.metrics = metrics;
    this.files = files;
    List<WalRecord> unsynced = found.unsynced();
    long firstLsn = found.nextLsn();
    this.queue = new WalQueue(options, files, unsynced.isEmpty() ? firstLsn : unsynced.getFirst().lsn(), firstLsn);
    this.tail = new WalTail(options, files, metrics);
    this.mark = new MarkWriter(options, found.mark(), found.times(), found.durable(), firstLsn, found.unread());
    unsynced.forEach(this::keep);
    mark.begin();
    this.thread = options.threads().start("store-wal", this::run);
  }

  /**
   * Starts a writer behind the files that recovery found. The first file is made when the first record comes, or at once when
   * there are records that the disk may not have.
   *
   * @param found files that stay until {@link #truncate} passes them
   */
  public static WalWriter start(WalOptions options, WalMetrics metrics, WalRecovery.Found found) {
    WalFiles files = new WalFiles(options, found.nextSequence());
    found.files().forEach(files::found);
    return new WalWriter(options, metrics, files, found);
  }

  /**
   * Makes room for a record.
   *
   * @throws LokiException UNAVAILABLE when too much waits for the disk or is on it already, or the writer is distressed or
   *     closed
   */
  public void reserve(WalRecord record) {
    queue.reserve(record);
  }

  /** Gives up the room that was reserved for a record which is not going to be appended. */
  public void giveBack(WalRecord record) {
    queue.giveBack(record);
  }

  /** Why even a small record is refused now, if so. */
  public Optional<String> refusal() {
    return queue.refusal();
  }

  /** Appends a record for which room was reserved; the future fails with a {@link LokiException}. */
  public CompletableFuture<Void> append(WalRecord record) {
    queue.add(record);
    return record.durable();
  }

  /** One past the LSN of the last record appended; the next record gets this one. */
  public long nextLsn() {
    return queue.nextLsn();
  }

  /**
   * Waits until every record with an LSN up to this one is as durable as the mode ever makes it (with {@link
   * WalSync#INTERVAL}: synced), or nobody knows because the writer is distressed. Not for the writer's own thread.
   *
   * @return whether they are
   */
  public boolean awaitDurable(long lsn) {
    return queue.awaitDurable(lsn);
  }

  /** The number of files in use or waiting to be truncated. */
  public int files() {
    return files.count() + 1;
  }

  /** The bytes of all files on the disk. */
  public long bytes() {
    return files.bytes();
  }

  /** Why the writer takes nothing now, if so. */
  public Optional<LokiException> distress() {
    return queue.distress();
  }

  /** Lets a distressed writer try a new file; does nothing when all is well. Returns before that is done. */
  public void probe() {
    queue.probe();
  }

  /** Gives up complete files whose records all have LSNs up to the frontier. */
  public void truncate(long frontier) throws IOException {
    // First, or a power cut may leave a mark that misses them.
    mark.neededFrom(frontier + 1);
    files.truncate(frontier);
  }

  /** Makes durable what is known of how far the log is; to be called now and then. */
  public void settleMark() {
    mark.settle();
  }

  /** Writes what waits, syncs and stops. The file in use counts as complete afterwards. */
  @Override
  public void close() {
    queue.close();
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

  private void run() {
    if (!pending.isEmpty()) {
      tryNewFile();
    }
    List<WalRecord> group = new ArrayList<>();
    for (WalQueue.Task task = next(group); task != WalQueue.Task.STOP; task = next(group)) {
      switch (task) {
        case WRITE -> commit(group);
        case SYNC -> sync();
        case PROBE -> tryNewFile();
        case STOP -> {}
      }
      group.clear();
    }
    finish();
  }

  private WalQueue.Task next(List<WalRecord> group) {
    return queue.next(group, !pending.isEmpty(), this::untilSync);
  }

  private long untilSync() {
    return options.syncInterval().toNanos() - (options.clock().ticks() - pendingSince);
  }

  private void commit(List<WalRecord> group) {
    if (pending.isEmpty()) {
      pendingSince = options.clock().ticks();
    }
    group.forEach(this::keep);
    try {
      metrics.bytes().increment(tail.write(group));
      metrics.records().increment(group.size());
      switch (options.sync()) {
        case EVERY_GROUP -> {
          tail.sync();
          synced();
        }
        case NEVER -> forgetPending();
        case INTERVAL -> {
          if (pendingBytes >= UNSYNCED_BYTES || untilSync() <= 0) {
            tail.sync();
            synced();
          }
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      if (!rewrite(e)) {
        return;
      }
    }
    written(group);
  }

  private void sync() {
    try {
      tail.sync();
      synced();
    } catch (IOException | RuntimeException | Error e) {
      if (!rewrite(e)) {
        return;
      }
    }
    written(List.of());
  }

  private void keep(WalRecord record) {
    pending.add(record);
    pendingBytes += record.size();
  }

  /** The disk has what was pending; before anybody is told, the mark says so. */
  private void synced() {
    if (!pending.isEmpty()) {
      mark.reached(pending);
    }
    forgetPending();
  }

  private void forgetPending() {
    pending.clear();
    pendingBytes = 0;
  }

  private void written(List<WalRecord> group) {
    queue.written(group, pending.isEmpty());
    for (WalRecord record : group) {
      record.durable().complete(null);
    }
  }

  /** Writes all that is not durable to a new file; false when that fails too, and then the writer is distressed. */
  private boolean rewrite(Throwable cause) {
    Path where = tail.where();
    try {
      afresh();
    } catch (IOException | RuntimeException | Error e) {
      distressed(where, e);
      return false;
    }
    LOG.warn(
        "write-ahead log failed, went on in another file file={} next={} cause=\"{}\"", where, tail.where(), cause.toString());
    return true;
  }

  private void afresh() throws IOException {
    long from = pending.isEmpty() ? nextLsn() : pending.getFirst().lsn();
    // Acknowledged and not synced: until the next file has them, this one is all that a killed process leaves of them.
    boolean acknowledged = !pending.isEmpty() && pending.getFirst().durable().isDone();
    tail.abandon(acknowledged ? nextLsn() : from);
    try {
      tail.begin(from);
      metrics.bytes().increment(tail.write(pending));
      tail.sync();
      synced();
    } catch (IOException | RuntimeException | Error e) {
      tail.abandon(from);
      throw e;
    }
  }

  private void distressed(Path where, Throwable cause) {
    String reason = Publication.cause(options.files(), options.directory(), cause);
    LokiException failure =
        new LokiException(
            ErrorKind.UNAVAILABLE,
            "%swrite-ahead log %s failed: %s, %d are needed; nothing is taken until the disk works again, which is tried every second, queries go on"
                .formatted(
                    reason.contains("No space left") ? "disk full: " : "",
                    where,
                    reason,
                    Math.max(pendingBytes, Math.min(WalFiles.AHEAD, options.fileBytes()))),
            cause);
    if (queue.fail(failure, this::keep)) {
      LOG.error("write-ahead log failed, appends are refused file={} cause=\"{}\"", where, cause.toString());
    }
    for (WalRecord record : pending) {
      record.durable().completeExceptionally(failure);
    }
  }

  private void tryNewFile() {
    queue.handOver(this::keep);
    List<WalRecord> written = List.copyOf(pending);
    try {
      afresh();
    } catch (IOException | RuntimeException | Error e) {
      distressed(options.directory(), e);
      return;
    }
    queue.recover();
    // Those that failed stay so; what came before anything failed has waited for this.
    written.forEach(record -> record.durable().complete(null));
    LOG.info("write-ahead log works again, appends are taken file={}", tail.where());
  }

  private void finish() {
    if (distress().isPresent()) {
      tryNewFile();
    }
    try {
      tail.finish(nextLsn());
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("write-ahead log could not be closed in order file={} cause=\"{}\"", tail.where(), e.toString());
      tail.abandon(nextLsn());
    }
    mark.close();
  }
}
