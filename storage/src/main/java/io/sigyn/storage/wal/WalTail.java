package io.sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log: the file that takes records, and the next one when it is full. Knows nothing of waiting and failing;
 * after a call that threw, {@link #abandon} comes next. Used by the writer's thread alone.
 */
final class WalTail {
  private final WalOptions options;
  private final WalFiles files;
  private final WalMetrics metrics;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(256 << 10);
  private WalFiles.@Nullable Open current;
  private long stagedAt;

  WalTail(WalOptions options, WalFiles files, WalMetrics metrics) {
    this.options = options;
    this.files = files;
    this.metrics = metrics;
  }

  /** The file in use, else the directory. */
  Path where() {
    WalFiles.Open file = current;
    return file == null ? options.directory() : file.path;
  }

  /** Hands records to the system, in order of their LSNs; returns their bytes. */
  long write(List<WalRecord> records) throws IOException {
    long bytes = 0;
    for (WalRecord record : records) {
      WalFiles.Open file = fileFor(record);
      byte[] sealed = record.seal(file.salt);
      long at = file.offset(record.lsn());
      file.zeroAhead(at + record.size());
      // Of what is written again a record may be missing in between.
      boolean follows = staging.position() == 0 || at == stagedAt + staging.position();
      if (!follows || record.size() > staging.remaining()) {
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
      if (options.sync() != WalSync.NEVER) {
        sync();
      }
      complete(file, record.lsn());
    }
    WalFiles.Open next =
        files.create(record.lsn(), Math.max(options.fileBytes(), WalFormat.HEADER + (long) record.size()));
    current = next;
    return next;
  }

  private void flush(WalFiles.Open file) throws IOException {
    if (staging.position() > 0) {
      file.file.write(staging.flip(), stagedAt);
      staging.clear();
    }
  }

  /** Makes everything written durable. */
  void sync() throws IOException {
    WalFiles.Open file = current;
    if (file != null) {
      long start = options.clock().ticks();
      file.file.sync();
      metrics.fsync().record(options.clock().ticks() - start, TimeUnit.NANOSECONDS);
    }
  }

  private void complete(WalFiles.Open file, long endLsn) throws IOException {
    file.file.close();
    current = null;
    files.complete(file, endLsn);
  }

  /** Never touches the file in use again. Only records below the LSN are needed from it. */
  void abandon(long endLsn) {
    staging.clear();
    WalFiles.Open file = current;
    current = null;
    if (file != null) {
      files.abandon(file, endLsn);
    }
  }

  /** Begins a file for records from the LSN on, with room that the disk has already given. */
  void begin(long lsn) throws IOException {
    WalFiles.Open file = files.create(lsn, options.fileBytes());
    current = file;
    file.zeroAhead(WalFormat.HEADER + 1);
    sync();
  }

  /** Syncs and closes the file in use, which ends before the LSN. */
  void finish(long endLsn) throws IOException {
    WalFiles.Open file = current;
    if (file != null) {
      sync();
      complete(file, endLsn);
    }
  }
}
