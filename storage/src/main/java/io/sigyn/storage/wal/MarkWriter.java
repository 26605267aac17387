package io.sigyn.storage.wal;

import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Mark} of a log. After each group of records it is handed to the system, so that a killed process leaves the newest;
 * it is synced now and then, and before files of the log are given up. A mark that cannot be written is an older one, which is as
 * true: nothing that is appended fails for it. After a failure nobody knows what the file holds, and another one takes its place.
 * Whoever appends waits for a write at most, never for a sync or another file. Safe for use by many threads.
 */
final class MarkWriter {
  private static final Logger LOG = LoggerFactory.getLogger(MarkWriter.class);

  private final WalOptions options;
  private final Path path;
  private final boolean exact;
  private final long unread;
  private final ByteBuffer place = ByteBuffer.allocateDirect(Mark.PLACE_BYTES);

  // Locks, in the order in which they are taken. Not monitors, because a simulation must see who waits for them.

  /** One sync at a time, and one change of files. */
  private final ReentrantLock settling = new ReentrantLock();

  /** Guards all below, for no longer than a write takes. */
  private final ReentrantLock lock = new ReentrantLock();

  private long number;
  private long durable;
  private long needed;
  private final LogTimes times = new LogTimes();
  private @Nullable WritableFile file;

  /** Whether the file must be made anew, which {@link #settle} does. */
  private boolean missing;

  /** Whether the log of the server says that it cannot be written; once, until it could be. */
  private boolean told;

  /** Whether the disk may not have the newest. */
  private boolean unsynced;

  private boolean closed;

  /**
   * Goes on from the mark that was found.
   *
   * @param read the times of all records that were read
   * @param durable every record that was read and has a lower LSN is durable
   * @param end one past the last LSN that was read
   * @param unread from here on files that could not be read may have records that are needed
   */
  MarkWriter(WalOptions options, Optional<Mark> found, TimeSpan read, long durable, long end, long unread) {
    this.options = options;
    this.path = Mark.path(options.directory());
    this.exact = options.sync() == WalSync.EVERY_GROUP;
    this.missing = found.isEmpty();
    this.number = found.map(Mark::number).orElse(0L);
    this.durable = Math.max(durable, found.map(Mark::durable).orElse(0L));
    this.needed = found.map(Mark::needed).orElse(0L);
    this.unread = unread;
    // Those that are not durable yet, too: nobody tells their times when they are.
    times.add(needed, Math.max(end, this.durable), found.map(Mark::times).orElse(TimeSpan.NONE).and(read));
  }

  /** Writes what a start has found, and in which mode the log goes on, before the first record of that mode. */
  void begin() {
    lock.lock();
    try {
      changed();
    } finally {
      lock.unlock();
    }
    boolean _ = settleAll();
  }

  /** Records are durable, and so are all with lower LSNs. */
  void reached(List<WalRecord> records) {
    lock.lock();
    try {
      for (WalRecord record : records) {
        long end = record.lsn() + record.size();
        times.add(record.lsn(), end, record.times());
        durable = Math.max(durable, end);
      }
      changed();
    } finally {
      lock.unlock();
    }
  }

  /** No record that could be read and has a lower LSN is needed any more; returns when the disk has that, or cannot take it. */
  void neededFrom(long lsn) {
    lock.lock();
    try {
      needed = Math.max(needed, Math.min(lsn, unread));
      times.forget(needed);
      changed();
    } finally {
      lock.unlock();
    }
    if (!settleAll()) {
      // Before files go that an older mark would miss: once more, and that is a new file.
      boolean _ = settleAll();
    }
  }

  /** Makes the newest mark durable, if it is not; after a failure in a new file. Not once this is closed: the log may be another's. */
  void settle() {
    settling.lock();
    try {
      if (!isClosed()) {
        boolean _ = settleAll();
      }
    } finally {
      settling.unlock();
    }
  }

  /** Makes the newest mark durable and keeps no file open from now on. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    boolean _ = settleAll();
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void changed() {
    unsynced = true;
    if (!missing) {
      write();
    }
  }

  /** Whether the disk has the newest mark now. */
  private boolean settleAll() {
    settling.lock();
    try {
      boolean synced = sync();
      lock.lock();
      try {
        if (closed) {
          closeFile();
        }
      } finally {
        lock.unlock();
      }
      return synced;
    } finally {
      settling.unlock();
    }
  }

  private Mark next() {
    long now = options.clock().epochNanos();
    return new Mark(++number, durable, needed, options.storeId(), now, times.all(), exact);
  }

  private void write() {
    try {
      Mark mark = next();
      open().write(place.clear().put(mark.encode()).flip(), Mark.offset(mark.number()));
    } catch (IOException e) {
      failed(e);
    }
  }

  private WritableFile open() throws IOException {
    WritableFile open = file;
    if (open == null) {
      open = options.files().openToWrite(path);
      file = open;
    }
    return open;
  }

  /** While the disk works others may write a newer mark, which is then for the next time. */
  private boolean sync() {
    WritableFile written = null;
    Mark mark = null;
    lock.lock();
    try {
      if (!unsynced) {
        return true;
      }
      unsynced = false;
      if (missing) {
        mark = next();
      } else {
        written = open();
      }
    } catch (IOException e) {
      failed(e);
      return false;
    } finally {
      lock.unlock();
    }
    try {
      if (mark != null) {
        Publication.publish(options.files(), path, mark.encodeFile());
        published();
      } else if (written != null) {
        written.sync();
      }
      return true;
    } catch (IOException e) {
      lock.lock();
      try {
        failed(e);
      } finally {
        lock.unlock();
      }
      return false;
    }
  }

  /** The file is there; what came while it was made goes into it. */
  private void published() {
    lock.lock();
    try {
      missing = false;
      told = false;
      if (unsynced) {
        write();
      }
    } finally {
      lock.unlock();
    }
  }

  private void failed(IOException cause) {
    if (!told) {
      LOG.warn("cannot write the mark of the log, the one before stays, if any file={} cause=\"{}\"", path, cause.toString());
    }
    told = true;
    missing = true;
    unsynced = true;
    closeFile();
  }

  private void closeFile() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.warn("cannot close the mark of the log file={} cause=\"{}\"", path, e.toString());
    }
    file = null;
  }
}
