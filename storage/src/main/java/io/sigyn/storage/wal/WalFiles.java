package io.sigyn.storage.wal;

import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a log that are complete, and the making of new ones. A file whose records are all in segments becomes the
 * spare one, which the next file is made of (writing into blocks that exist is what makes fdatasync fast), or goes away
 * when there is a spare already. Safe for use by many threads.
 */
final class WalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WalFiles.class);
  private static final String SPARE = "spare.free";

  /** Zeros are written ahead in pieces of this size, so that a small store does not start with a long write. */
  static final int AHEAD = 4 << 20;

  /**
   * A file that takes no more records.
   *
   * @param endLsn records from here on are not needed from this file
   * @param sound whether its state on disk is known; only then may it become the spare one
   */
  record Complete(Path path, long endLsn, long bytes, boolean sound) {}

  private final WalOptions options;
  private final Deque<Complete> complete = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile int count;
  private long nextSequence;

  /** Whether the disk knows the spare file by that name: else a power cut may give it the old one, with what was written since. */
  private boolean spareDurable;

  /** Guards the above. Not a monitor, because a simulation must see who waits for it. */
  private final ReentrantLock lock = new ReentrantLock();

  WalFiles(WalOptions options, long nextSequence) {
    this.options = options;
    this.nextSequence = nextSequence;
    bytes.set(spareBytes());
  }

  /**
   * The bytes of the spare file that is there. One of another length, from a time of other settings, goes: it would be a
   * file of the log that takes more than its share of what all may have, or less room than it should.
   */
  private long spareBytes() {
    Path spare = options.directory().resolve(SPARE);
    if (!options.files().exists(spare)) {
      return 0;
    }
    long size = 0;
    try (ReadableFile file = options.files().open(spare)) {
      size = file.size();
    } catch (IOException e) {
      LOG.warn("cannot look at the spare file of the log file={} cause=\"{}\"", spare, e.toString());
    }
    return size != options.fileBytes() && deleteQuietly(spare) ? 0 : size;
  }

  /** Takes a file found at start. */
  void found(Complete file) {
    lock.lock();
    try {
      add(file);
      bytes.addAndGet(file.bytes);
    } finally {
      lock.unlock();
    }
  }

  private void add(Complete file) {
    complete.addLast(file);
    count = complete.size();
  }

  /** The bytes all files take on the disk, the open and the spare one included. */
  long bytes() {
    return bytes.get();
  }

  /** The number of complete files. */
  int count() {
    return count;
  }

  /** A file ready for records: header durable under its final name. */
  Open create(long firstLsn, long length) throws IOException {
    lock.lock();
    try {
      return make(firstLsn, length);
    } finally {
      lock.unlock();
    }
  }

  private Open make(long firstLsn, long length) throws IOException {
    StoreFiles files = options.files();
    Path path = options.directory().resolve(WalFormat.fileName(nextSequence));
    Path spare = options.directory().resolve(SPARE);
    WritableFile reused = length == options.fileBytes() ? reuse(spare) : null;
    boolean recycle = reused != null;
    Path origin = recycle ? spare : Publication.temporary(path);
    if (!recycle) {
      files.delete(origin);
    }
    int salt = options.random().nextInt();
    byte[] header =
        new WalFile(salt, firstLsn, nextSequence, options.storeId(), options.clock().epochNanos()).encode();
    WritableFile file = reused != null ? reused : files.create(origin);
    try {
      long zeroed = recycle ? Math.max(WalFormat.HEADER, file.size()) : WalFormat.HEADER;
      file.write(ByteBuffer.wrap(header), 0);
      file.sync();
      Publication.reveal(files, origin, path);
      nextSequence++;
      bytes.addAndGet(recycle ? 0 : WalFormat.HEADER);
      return new Open(path, file, salt, firstLsn, length, zeroed);
    } catch (IOException | RuntimeException e) {
      file.close();
      deleteQuietly(origin);
      if (recycle) {
        bytes.addAndGet(-options.fileBytes());
      }
      throw e;
    }
  }

  /** The spare file, open; none when there is none or it cannot be used, and then it goes. */
  private @Nullable WritableFile reuse(Path spare) {
    if (!options.files().exists(spare)) {
      return null;
    }
    try {
      if (!spareDurable) {
        options.files().syncDirectory(options.directory());
        spareDurable = true;
      }
      return options.files().openToWrite(spare);
    } catch (IOException e) {
      LOG.warn("cannot use the spare file of the log, a new one is made file={} cause=\"{}\"", spare, e.toString());
      if (deleteQuietly(spare)) {
        bytes.addAndGet(-options.fileBytes());
      }
      return null;
    }
  }

  /** Takes a file that is full. */
  void complete(Open file, long endLsn) {
    lock.lock();
    try {
      add(new Complete(file.path, endLsn, file.zeroed, true));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a file of which nobody knows what the disk holds. Records below the LSN were durable before and stay; without any
   * it is removed.
   */
  void abandon(Open file, long endLsn) {
    lock.lock();
    try {
      close(file);
      if (endLsn > file.firstLsn || !deleteQuietly(file.path)) {
        add(new Complete(file.path, endLsn, file.zeroed, false));
      } else {
        bytes.addAndGet(-file.zeroed);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void close(Open file) {
    try {
      file.file.close();
    } catch (IOException e) {
      LOG.warn("cannot close file={} cause=\"{}\"", file.path, e.toString());
    }
  }

  private boolean deleteQuietly(Path path) {
    try {
      options.files().delete(path);
      return true;
    } catch (IOException e) {
      LOG.warn("cannot remove file={} cause=\"{}\"", path, e.toString());
      return false;
    }
  }

  /** Gives up files whose records all have LSNs up to the frontier. */
  void truncate(long frontier) throws IOException {
    lock.lock();
    try {
      giveUp(frontier);
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(long frontier) throws IOException {
    StoreFiles files = options.files();
    Path spare = options.directory().resolve(SPARE);
    boolean changed = false;
    for (Iterator<Complete> i = complete.iterator(); i.hasNext(); ) {
      Complete file = i.next();
      if (file.endLsn - 1 <= frontier) {
        if (file.sound && file.bytes == options.fileBytes() && !files.exists(spare)) {
          spareDurable = false;
          files.rename(file.path, spare);
        } else {
          files.delete(file.path);
          bytes.addAndGet(-file.bytes);
        }
        i.remove();
        count = complete.size();
        changed = true;
      }
    }
    if (changed) {
      files.syncDirectory(options.directory());
      spareDurable = true;
    }
  }

  /** The file that takes records. Used by the writer's thread alone. */
  final class Open {
    final Path path;
    final WritableFile file;
    final int salt;
    private final long firstLsn;
    private final long length;
    private long zeroed;

    Open(Path path, WritableFile file, int salt, long firstLsn, long length, long zeroed) {
      this.path = path;
      this.file = file;
      this.salt = salt;
      this.firstLsn = firstLsn;
      this.length = length;
      this.zeroed = zeroed;
    }

    long offset(long lsn) {
      return lsn - firstLsn + WalFormat.HEADER;
    }

    boolean fits(WalRecord record) {
      return offset(record.lsn()) + record.size() <= length;
    }

    /** Makes sure that the file reaches {@code end} and is zero behind it for a while. */
    void zeroAhead(long end) throws IOException {
      while (zeroed < end) {
        int n = (int) Math.min(AHEAD, length - zeroed);
        file.write(ByteBuffer.allocate(n), zeroed);
        zeroed += n;
        bytes.addAndGet(n);
      }
    }
  }
}
