package io.sigyn.storage.wal;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a log that a process left which was killed: records that can be read, for the system still has them in memory, and
 * that the disk may not have. Whether it has cannot be found out, for when a sync failed before the kill, a later one succeeds and
 * means nothing. They are written again, with the LSNs they have, to a new file.
 *
 * <p>A writer begins a file with the first record that is not durable, so what lies before the highest first LSN of all files is.
 * No record is further behind it than a file is long: all of them fit into one.
 */
final class UnsyncedTail {
  private static final Logger LOG = LoggerFactory.getLogger(UnsyncedTail.class);
  private static final int WRITE_BYTES = 1 << 20;

  /**
   * A file with records of the tail.
   *
   * @param noted whether an earlier start could not read it, and noted that: its pushes are taken whatever has been flushed since
   */
  private record Source(Path path, long firstLsn, boolean noted) {}

  private final WalOptions options;
  private final Losses losses;
  private final Optional<Mark> mark;
  private final List<Source> sources = new ArrayList<>();

  /** Those of the files that must stay: what is behind them cannot be read, and may be what follows them. */
  private int before;

  /** Where it may begin. */
  private long from;

  /** Where its first record is; MAX_VALUE when there is none, or none that must last. */
  private long first = Long.MAX_VALUE;

  private UnsyncedTail(WalOptions options, Losses losses, Optional<Mark> mark) {
    this.options = options;
    this.losses = losses;
    this.mark = mark;
  }

  /**
   * Looks for it. What cannot be read is left out, and reported by whoever reads all of the log.
   *
   * @param log the files, in order of their numbers
   * @param mark tells when the end of the log is missing
   * @param receiver says whether there is a record that must last; else the tail is empty
   */
  static UnsyncedTail of(
      WalOptions options, List<Path> log, Losses losses, Optional<Mark> mark, WalRecovery.Receiver receiver) {
    UnsyncedTail tail = new UnsyncedTail(options, losses, mark);
    try {
      tail.from = tail.find(log);
    } catch (WalFile.UnsupportedWalException e) {
      // The store does not open; nothing must change for the version that can read it.
      return tail;
    }
    if (tail.sources.stream().anyMatch(source -> tail.mustLast(source, receiver))) {
      tail.sources.forEach(source -> tail.first = Math.min(tail.first, tail.first(source)));
    }
    return tail;
  }

  private long find(List<Path> log) {
    long from = 0;
    for (Path path : log) {
      try (ReadableFile in = options.files().open(path)) {
        WalFile header = new WalScan(in).header();
        if (header.storeId().equals(options.storeId())) {
          sources.add(new Source(path, header.firstLsn(), losses.knows(path)));
          from = Math.max(from, header.firstLsn());
        }
      } catch (CorruptBytesException e) {
        // Of no use here.
      } catch (IOException e) {
        before = sources.size();
      }
    }
    return from;
  }

  private boolean mustLast(Source source, WalRecovery.Receiver receiver) {
    try (ReadableFile in = options.files().open(source.path)) {
      WalScan scan = scan(in);
      while (scan.next()) {
        if (source.noted || mustLast(scan, receiver)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Of no use here.
    }
    return false;
  }

  private WalScan scan(ReadableFile in) throws IOException {
    WalScan scan = new WalScan(in);
    scan.header();
    scan.from(from);
    return scan;
  }

  private long first(Source source) {
    try (ReadableFile in = options.files().open(source.path)) {
      WalScan scan = scan(in);
      return scan.next() ? scan.lsn() : Long.MAX_VALUE;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  private static boolean mustLast(WalScan scan, WalRecovery.Receiver receiver) {
    try {
      return receiver.mustLast(scan.lsn(), new Tenant(scan.tenant()), scan.batch());
    } catch (CorruptBytesException | LokiException e) {
      return false;
    }
  }

  /**
   * Hands over every record once, those of each file in order of their LSNs.
   *
   * @return the files that have nothing but these records, and nothing that may be the rest of one
   */
  private List<Path> forEach(Consumer<WalRecord> taker) {
    LsnRanges taken = new LsnRanges();
    TreeMap<Path, Long> ends = new TreeMap<>();
    long end = from;
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      try (ReadableFile in = options.files().open(source.path)) {
        WalScan scan = scan(in);
        while (scan.next()) {
          if (taken.add(scan.lsn(), scan.recordBytes())) {
            taker.accept(scan.record());
          }
        }
        end = Math.max(end, scan.nextLsn());
        if (source.firstLsn == from && !source.noted && i >= before && !scan.endsTorn()) {
          ends.put(source.path, scan.nextLsn());
        }
      } catch (IOException e) {
        // Of no use here.
      }
    }
    if (mark.isPresent() && end < mark.get().durable() && !isNoted(end)) {
      // Something is missing; what is left there is for people to look at.
      return List.of();
    }
    // Where something is missing in between, that is for whoever reads it to report. Once it is noted, there is a copy for people, and a
    // file that stayed would be one more after every start.
    return ends.entrySet().stream()
        .filter(file -> file.getValue() == from || taken.has(from, file.getValue()) || isAllNoted(taken, file.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether an earlier start has found, and noted, that what was at an LSN is lost. */
  private boolean isNoted(long lsn) {
    return losses.knows(options.directory().resolve(LogFindings.name(lsn)));
  }

  private boolean isAllNoted(LsnRanges taken, long end) {
    for (long at = taken.firstMissing(from, end); at < end; at = taken.firstMissing(at, end)) {
      if (!isNoted(at)) {
        return false;
      }
      at = taken.firstThere(at, end);
    }
    return true;
  }

  /** The records, in order of their LSNs. */
  List<WalRecord> records() {
    TreeMap<Long, WalRecord> records = new TreeMap<>();
    forEach(record -> records.put(record.lsn(), record));
    return List.copyOf(records.values());
  }

  /** Where it may begin: what has lower LSNs is durable. */
  long from() {
    return from;
  }

  boolean isEmpty() {
    return first == Long.MAX_VALUE;
  }

  /**
   * Writes the records to a new file, which is there as a whole or not at all, and removes files that have nothing else. Holds few of
   * them in memory at a time.
   *
   * @param sequence the number of the file
   * @throws IOException when they are not durable
   */
  void writeAgain(long sequence) throws IOException {
    StoreFiles files = options.files();
    Path path = options.directory().resolve(WalFormat.fileName(sequence));
    Path temporary = Publication.temporary(path);
    files.delete(temporary);
    List<Path> repeated;
    try (WritableFile out = files.create(temporary)) {
      int salt = options.random().nextInt();
      WalFile header = new WalFile(salt, first, sequence, options.storeId(), options.clock().epochNanos());
      Copy copy = new Copy(out, header);
      repeated = forEach(copy::add);
      copy.write();
      out.sync();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Publication.reveal(files, temporary, path);
    LOG.info("end of the log written again file={} lsn={}", path, first);
    for (Path file : repeated) {
      delete(files, file);
    }
  }

  /** The new file. Neighbours are written together. */
  private static final class Copy {
    private final WritableFile file;
    private final WalFile header;
    private final ByteBuffer staging = ByteBuffer.allocate(WRITE_BYTES);
    private long stagedAt;

    Copy(WritableFile file, WalFile header) {
      this.file = file;
      this.header = header;
      staging.put(header.encode());
    }

    void add(WalRecord record) {
      try {
        long at = record.lsn() - header.firstLsn() + WalFormat.HEADER;
        if (at < WalFormat.HEADER) {
          throw new IOException("the record with LSN %d could not be read a moment ago".formatted(record.lsn()));
        }
        if (at != stagedAt + staging.position() || record.size() > staging.remaining()) {
          write();
          stagedAt = at;
        }
        byte[] sealed = record.seal(header.salt());
        if (record.size() > staging.capacity()) {
          file.write(ByteBuffer.wrap(sealed, 0, record.size()), at);
          stagedAt = at + record.size();
        } else {
          staging.put(sealed, 0, record.size());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write() throws IOException {
      file.write(staging.flip(), stagedAt);
      staging.clear();
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
