package io.sigyn.storage.wal;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a log that a process left which was killed: records that can be read, for the system still has them in memory, and
 * that the disk may not have. Whether it has cannot be found out, for when a sync failed before the kill, a later one succeeds and
 * means nothing. They are written again, with the LSNs they have, to a new file.
 *
 * <p>A writer begins a file with the first record that is not durable, so what lies before the highest first LSN of all files is.
 */
final class UnsyncedTail {
  private static final Logger LOG = LoggerFactory.getLogger(UnsyncedTail.class);
  private static final int WRITE_BYTES = 1 << 20;

  /** A file with records of the tail. */
  private record Source(Path path, long firstLsn) {}

  private final WalOptions options;
  private final List<Source> sources = new ArrayList<>();

  /** By LSN: a record may be in two files. */
  private final TreeMap<Long, WalRecord> records = new TreeMap<>();

  /** Files that have nothing but these records, and are whole. */
  private final List<Path> repeated = new ArrayList<>();

  private UnsyncedTail(WalOptions options) {
    this.options = options;
  }

  /**
   * Looks for it. What cannot be read is left out, and reported by whoever reads all of the log.
   *
   * @param log the files, in order of their numbers
   * @param receiver says whether there is a record that must last; else the tail is empty
   */
  static UnsyncedTail of(WalOptions options, List<Path> log, WalRecovery.Receiver receiver) {
    UnsyncedTail tail = new UnsyncedTail(options);
    long from = tail.find(log);
    for (Source source : tail.sources) {
      if (tail.mustLast(source, from, receiver)) {
        tail.sources.forEach(each -> tail.take(each, from));
        break;
      }
    }
    return tail;
  }

  private long find(List<Path> log) {
    long from = 0;
    for (Path path : log) {
      try (ReadableFile in = options.files().open(path)) {
        WalFile header = new WalScan(in).header();
        if (header.storeId().equals(options.storeId())) {
          sources.add(new Source(path, header.firstLsn()));
          from = Math.max(from, header.firstLsn());
        }
      } catch (IOException | CorruptBytesException | WalFile.UnsupportedWalException e) {
        // Of no use here.
      }
    }
    return from;
  }

  private boolean mustLast(Source source, long from, WalRecovery.Receiver receiver) {
    try (ReadableFile in = options.files().open(source.path)) {
      WalScan scan = new WalScan(in);
      scan.header();
      scan.from(from);
      while (scan.next()) {
        if (mustLast(scan, receiver)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Of no use here.
    }
    return false;
  }

  private static boolean mustLast(WalScan scan, WalRecovery.Receiver receiver) {
    try {
      return receiver.mustLast(scan.lsn(), new Tenant(scan.tenant()), scan.batch());
    } catch (CorruptBytesException | LokiException e) {
      return false;
    }
  }

  private void take(Source source, long from) {
    try (ReadableFile in = options.files().open(source.path)) {
      WalScan scan = new WalScan(in);
      scan.header();
      scan.from(from);
      boolean whole = source.firstLsn == from;
      while (scan.next()) {
        records.putIfAbsent(scan.lsn(), scan.record());
        whole &= scan.skipped() == 0;
      }
      if (whole && !scan.endsTorn()) {
        repeated.add(source.path);
      }
    } catch (IOException e) {
      // Of no use here.
    }
  }

  /** The records, in order of their LSNs. */
  List<WalRecord> records() {
    return List.copyOf(records.values());
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /**
   * Writes the records to a new file, or several, and removes files that have nothing else.
   *
   * @param nextSequence the number of the file
   * @throws IOException when they are not durable
   */
  void writeAgain(long nextSequence, WalMetrics metrics) throws IOException {
    long first = records.firstKey();
    WalRecord last = records.lastEntry().getValue();
    WalTail out = new WalTail(options, new WalFiles(options, nextSequence), metrics);
    try {
      out.begin(first);
      List<WalRecord> group = new ArrayList<>();
      long bytes = 0;
      for (WalRecord record : records.values()) {
        group.add(record);
        bytes += record.size();
        if (bytes >= WRITE_BYTES || record == last) {
          out.write(group);
          group.clear();
          bytes = 0;
        }
      }
      out.finish(last.lsn() + last.size());
    } catch (IOException | RuntimeException | Error e) {
      out.abandon(first);
      throw e;
    }
    LOG.info("end of the log written again directory={} records={} lsn={}", out.where(), records.size(), first);
    for (Path path : repeated) {
      delete(options.files(), path);
    }
  }

  /** One that stays is read again, which costs time only. */
  private static void delete(StoreFiles files, Path path) {
    try {
      files.delete(path);
    } catch (IOException e) {
      LOG.warn("cannot remove a file of the log that another repeats file={} cause=\"{}\"", path, e.toString());
    }
  }
}
