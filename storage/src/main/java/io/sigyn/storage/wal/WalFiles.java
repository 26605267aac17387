package io.sigyn.storage.wal;

import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of a log that are complete, and the making of new ones. A file whose records are all in segments becomes the
 * spare one, which the next file is made of (writing into blocks that exist is what makes fdatasync fast), or goes away
 * when there is a spare already. Safe for use by many threads.
 */
final class WalFiles {
  private static final String SPARE = "spare.free";

  /** The length given for a file that must not become the spare one. */
  static final long NOT_TO_BE_USED_AGAIN = -1;

  /** Zeros are written ahead in pieces of this size, so that a small store does not start with a long write. */
  static final int AHEAD = 4 << 20;

  /**
   * A complete file.
   *
   * @param endLsn one past its last record
   */
  record Complete(Path path, long endLsn, long bytes) {}

  private final WalOptions options;
  private final Deque<Complete> complete = new ArrayDeque<>();

  /** Guards the above. Not a monitor, because a simulation must see who waits for it. */
  private final ReentrantLock lock = new ReentrantLock();

  WalFiles(WalOptions options) {
    this.options = options;
  }

  void add(Complete file) {
    lock.lock();
    try {
      complete.addLast(file);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return complete.size();
    } finally {
      lock.unlock();
    }
  }

  /** A file ready for records: header durable under its final name. */
  Open create(long sequence, long firstLsn, long bytes) throws IOException {
    lock.lock();
    try {
      return make(sequence, firstLsn, bytes);
    } finally {
      lock.unlock();
    }
  }

  private Open make(long sequence, long firstLsn, long bytes) throws IOException {
    StoreFiles files = options.files();
    Path path = options.directory().resolve(WalFormat.fileName(sequence));
    Path spare = options.directory().resolve(SPARE);
    boolean recycle = bytes == options.fileBytes() && files.exists(spare);
    Path origin = recycle ? spare : Publication.temporary(path);
    if (!recycle) {
      files.delete(origin);
    }
    int salt = options.random().nextInt();
    byte[] header =
        new WalFile(salt, firstLsn, sequence, options.storeId(), options.clock().epochNanos()).encode();
    WritableFile file = recycle ? files.openToWrite(origin) : files.create(origin);
    try {
      file.write(ByteBuffer.wrap(header), 0);
      file.sync();
      Publication.reveal(files, origin, path);
      return new Open(path, file, salt, firstLsn, bytes, recycle ? bytes : WalFormat.HEADER);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
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
        if (file.bytes == options.fileBytes() && !files.exists(spare)) {
          files.rename(file.path, spare);
        } else {
          files.delete(file.path);
        }
        i.remove();
        changed = true;
      }
    }
    if (changed) {
      files.syncDirectory(options.directory());
    }
  }

  /** The file that takes records. Used by the writer's thread alone. */
  static final class Open {
    final Path path;
    final WritableFile file;
    final int salt;
    private final long firstLsn;
    private final long bytes;
    private long zeroed;

    Open(Path path, WritableFile file, int salt, long firstLsn, long bytes, long zeroed) {
      this.path = path;
      this.file = file;
      this.salt = salt;
      this.firstLsn = firstLsn;
      this.bytes = bytes;
      this.zeroed = zeroed;
    }

    long offset(long lsn) {
      return lsn - firstLsn + WalFormat.HEADER;
    }

    boolean fits(WalRecord record) {
      return offset(record.lsn()) + record.size() <= bytes;
    }

    /** Makes sure that the file reaches {@code end} and is zero behind it for a while. */
    void zeroAhead(long end) throws IOException {
      while (zeroed < end) {
        int n = (int) Math.min(AHEAD, bytes - zeroed);
        file.write(ByteBuffer.allocate(n), zeroed);
        zeroed += n;
      }
    }

    Complete complete(long endLsn) {
      return new Complete(path, endLsn, zeroed);
    }
  }
}
