package io.sigyn.storage.wal;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.Reach;
import io.sigyn.storage.files.ReadableFile;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.files.WritableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log from end to end when a store starts, and always comes to an end: what is damaged is reported, copied to the
 * quarantine and left out.
 *
 * <p>A file ends at a record that does not verify if no later one does: that is the torn tail of a write that nobody was
 * told about. If a later one verifies, the bytes between are damage in the middle, unless another file has the records that were
 * there; reading goes on behind it. A file that
 * begins later than the one before ends shows that the end of that one, or a whole file, is gone. Records do not depend on
 * each other, so one bad record costs one push.
 */
public final class WalRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(WalRecovery.class);

  /** No file of the log is longer than what is set, or one record. */
  static final long LONGEST_RECORD = 1L << 31;

  /** Whoever writes notes by hand shall not use up all LSNs. */
  private static final long MOST_NOTED = 1L << 60;

  private final WalOptions options;
  private final Receiver receiver;
  private final Losses losses;
  private final Optional<Mark> mark;
  private final LogFindings findings;
  private final List<WalFiles.Complete> complete = new ArrayList<>();
  private final List<Path> regained = new ArrayList<>();

  /** For each file so far, the LSN that was expected to come next before it. */
  private final List<Long> expected = new ArrayList<>();

  /** Records that could not be written again. */
  private List<WalRecord> unsynced = List.of();

  /** All records read so far: after a failure, those that were not known to be durable are in another file once more. */
  private final LsnRanges seen = new LsnRanges();

  private long nextLsn;

  /** Of the entries that were read. */
  private TimeSpan times = TimeSpan.NONE;

  /** Every record that was read and has a lower LSN is durable. */
  private long durable;

  private long nextSequence = 1;
  private long records;
  private long bytes;

  private WalRecovery(
      WalOptions options, DamageLog damages, Path quarantine, Receiver receiver, Optional<Mark> mark, long firstLsn) {
    this.options = options;
    this.losses = new Losses(options.files(), quarantine);
    this.receiver = receiver;
    this.mark = mark;
    this.findings = new LogFindings(options, damages, quarantine, losses, mark);
    this.nextLsn = Math.max(firstLsn, mark.map(Mark::needed).orElse(0L));
  }

  /**
   * Where a push stands in the log.
   *
   * @param lsn its LSN
   * @param reached with this push, every one with an LSN up to this has been handed over: one less than the next push may
   *     have, or even less than its own LSN when a later file may have what a failure has left out of this one
   * @param regained whether an earlier start could not read its file; what has been flushed since does not tell whether the
   *     push is in segments
   * @param durable whether the disk has it for certain, if it {@link Receiver#mustLast must last}; until it has, nothing of it may
   *     be published
   */
  public record Place(long lsn, long reached, boolean regained, boolean durable) {}

  /** Takes the pushes of a log in the order of its files. */
  @FunctionalInterface
  public interface Receiver {
    /** One push. */
    void push(Place place, Tenant tenant, EntryBatch batch);

    /**
     * Whether a push must be in the log when the power goes, even if only memory has it so far. Asked of the last pushes, before any
     * is handed over.
     */
    default boolean mustLast(long lsn, Tenant tenant, EntryBatch batch) {
      return false;
    }
  }

  /**
   * What was there.
   *
   * @param files the files, to be truncated later
   * @param nextLsn higher than every LSN seen
   * @param nextSequence higher than every sequence number seen
   * @param records records read
   * @param bytes bytes of records read
   * @param tornTails files that end in something that is neither a record nor zeros
   * @param regained files that an earlier start could not read; the notes of that must stay until their pushes are in
   *     segments
   * @param unsynced records that the disk may not have, and has not taken now, in order of their LSNs
   * @param mark what the log's mark says, if there is one
   * @param times of the entries that were read
   * @param durable every record that was read and has a lower LSN is durable
   * @param unread from here on records may be in files that could not be read; MAX_VALUE when all could
   */
  public record Found(
      List<WalFiles.Complete> files,
      long nextLsn,
      long nextSequence,
      long records,
      long bytes,
      int tornTails,
      List<Path> regained,
      List<WalRecord> unsynced,
      Optional<Mark> mark,
      TimeSpan times,
      long durable,
      long unread) {
    /** Copies the lists. */
    public Found {
      files = List.copyOf(files);
      regained = List.copyOf(regained);
      unsynced = List.copyOf(unsynced);
    }

    /** Of a log that does not exist yet. */
    public static Found nothing(long firstLsn) {
      return new Found(List.of(), firstLsn, 1, 0, 0, 0, List.of(), List.of(), Optional.empty(), TimeSpan.NONE, 0, Long.MAX_VALUE);
    }
  }

  /**
   * Replays a log.
   *
   * @param firstLsn lower bound for the LSNs of new records
   * @param quarantine where copies of damaged files go
   * @throws LokiException when a later version wrote the log
   */
  public static Found recover(
      WalOptions options, DamageLog damages, Path quarantine, Receiver receiver, long firstLsn) throws IOException {
    return new WalRecovery(options, damages, quarantine, receiver, Mark.usable(options, damages), firstLsn).all();
  }

  /** The store that the newest readable file of a log belongs to, else its mark. */
  public static Optional<UUID> storeId(StoreFiles files, Path directory) throws IOException {
    for (Path path : files.list(directory).reversed()) {
      if (WalFormat.sequence(path).isPresent()) {
        try (ReadableFile in = files.open(path)) {
          return Optional.of(new WalScan(in).header().storeId());
        } catch (IOException | CorruptBytesException | WalFile.UnsupportedWalException e) {
          // Recovery reports it; an older file may know.
        }
      }
    }
    try {
      return Mark.read(files, directory, new DamageLog(damage -> {})).map(Mark::storeId);
    } catch (IOException | CorruptBytesException e) {
      return Optional.empty();
    }
  }

  private Found all() throws IOException {
    List<Path> log = list();
    if (options.sync() != WalSync.NEVER) {
      UnsyncedTail tail = UnsyncedTail.of(options, log, losses, mark, receiver);
      durable = tail.from();
      if (!tail.isEmpty()) {
        writeAgain(tail);
        log = list();
      }
    }
    long[] repeated = repeatedFrom(log);
    for (int i = 0; i < repeated.length; i++) {
      file(log.get(i), repeated[i]);
    }
    findings.all(seen, nextLsn, times);
    // Nothing new may get an LSN that a lost record had: notes of what is lost are named after it, and one must not stand for another
    // that is lost later. Without log and mark, only the notes know.
    long next = Math.max(nextLsn, mark.map(Mark::durable).orElse(0L));
    long noted = losses.highestPlace();
    next = noted < next || noted > MOST_NOTED ? next : noted / WalFormat.ALIGNMENT * WalFormat.ALIGNMENT + WalFormat.ALIGNMENT;
    return new Found(
        complete,
        next,
        nextSequence,
        records,
        bytes,
        findings.tornTails(),
        regained,
        unsynced,
        mark,
        times,
        Math.min(durable, seen.end()),
        findings.unread());
  }

  private List<Path> list() throws IOException {
    List<Path> log = new ArrayList<>();
    for (Path path : options.files().list(options.directory())) {
      if (Publication.isTemporary(path)) {
        removeUnfinished(path);
      } else if (WalFormat.sequence(path).isPresent()) {
        nextSequence = Math.max(nextSequence, WalFormat.sequence(path).getAsLong() + 1);
        log.add(path);
      }
    }
    return log;
  }

  /** A disk that does not let go of it is no reason not to open. */
  private void removeUnfinished(Path path) {
    try {
      options.files().delete(path);
    } catch (IOException e) {
      LOG.warn("cannot remove an unfinished file of the log file={} cause=\"{}\"", path, e.toString());
    }
  }

  /** A disk that takes nothing is no reason not to open: the writer tries again, and what depends on it waits. */
  private void writeAgain(UnsyncedTail tail) {
    try {
      tail.writeAgain(nextSequence);
      durable = Long.MAX_VALUE;
    } catch (IOException e) {
      unsynced = tail.records();
      LOG.warn(
          "cannot write the end of the log again, which the disk may not have directory={} cause=\"{}\"",
          options.directory(),
          e.toString());
    }
  }

  /** For each file, the lowest LSN that one behind it may have. */
  private long[] repeatedFrom(List<Path> log) {
    long[] from = new long[log.size()];
    long lowest = Long.MAX_VALUE;
    for (int i = from.length - 1; i >= 0; i--) {
      from[i] = lowest;
      lowest = Math.min(lowest, firstLsn(log.get(i)));
    }
    return from;
  }

  /** The lowest LSN a file may have; reports nothing. */
  private long firstLsn(Path path) {
    try (ReadableFile in = options.files().open(path)) {
      WalFile header = new WalScan(in).header();
      return header.storeId().equals(options.storeId()) ? header.firstLsn() : Long.MAX_VALUE;
    } catch (CorruptBytesException | WalFile.UnsupportedWalException e) {
      return Long.MAX_VALUE;
    } catch (IOException e) {
      return 0;
    }
  }

  private void file(Path path, long repeatedFrom) throws IOException {
    expected.add(nextLsn);
    makeDurable(path);
    try (ReadableFile in = options.files().open(path)) {
      WalScan scan = new WalScan(in);
      try {
        WalFile header = scan.header();
        if (!header.storeId().equals(options.storeId())) {
          findings.foreign(
              path, "belongs to store " + header.storeId() + ", this is " + options.storeId() + "; not replayed");
          return;
        }
        findings.file(path, header, nextLsn);
        if (header.firstLsn() > nextLsn && !leapt(header.firstLsn())) {
          findings.begins(path, header, nextLsn);
        }
        boolean again = losses.knows(path) && isReadable(in);
        records(path, scan, repeatedFrom, again);
        if (again) {
          regained.add(path);
        }
      } catch (CorruptBytesException e) {
        findings.leftOut(path, nextLsn, String.valueOf(e.getMessage()));
      } catch (WalFile.UnsupportedWalException e) {
        throw new LokiException(
            ErrorKind.UNAVAILABLE, path + ": " + e.getMessage() + "; run the version that wrote it, or a later one", e);
      }
      long end = Math.max(nextLsn, scan.nextLsn());
      nextLsn = end;
      complete.add(new WalFiles.Complete(path, end, in.size(), true));
    } catch (IOException e) {
      findings.unreadable(path, e);
      // It may be readable again one day; until then nothing new must get an LSN that one of its records may have.
      nextLsn += leap();
    }
  }

  /**
   * A process that was killed may have left records that can be read and that the disk has not got yet. That is enough where no sync
   * failed before; where one may have, {@link UnsyncedTail} has seen to it.
   */
  private void makeDurable(Path path) {
    if (options.sync() == WalSync.NEVER) {
      return;
    }
    try (WritableFile file = options.files().openToWrite(path)) {
      file.sync();
    } catch (IOException e) {
      LOG.warn("cannot sync a file of the log before it is read file={} cause=\"{}\"", path, e.toString());
    }
  }

  /** Whether a file that could not be read can be now, to its end. */
  private static boolean isReadable(ReadableFile in) throws IOException {
    WalScan scan = new WalScan(in);
    scan.header();
    try {
      while (scan.next()) {
        // Goes on.
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** So many LSNs are left to a file that cannot be read; more than any file has. */
  private long leap() {
    return Math.max(options.fileBytes(), LONGEST_RECORD);
  }

  /**
   * Whether the LSNs missing before this one are those that an earlier start left to files that it could not read, and that
   * could be read now. It went on one leap per such file behind what it expected before the first of them; no file that
   * followed directly on the one before, and was lost, can have ended there.
   */
  private boolean leapt(long lsn) {
    for (int files = 1; files < expected.size(); files++) {
      // The last is what is expected before the file that begins with the LSN.
      long behind = lsn - expected.get(expected.size() - 1 - files);
      if (behind % leap() == 0 && behind / leap() <= files) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the records of a file.
   *
   * @param repeatedFrom the lowest LSN that a file behind this one may have
   * @param again whether an earlier start could not read it
   */
  private void records(Path path, WalScan scan, long repeatedFrom, boolean again) throws IOException {
    while (scan.next()) {
      findings.record(path, scan);
      if (!seen.add(scan.lsn(), scan.recordBytes())) {
        continue;
      }
      records++;
      bytes += scan.recordBytes();
      try {
        if (scan.type() != WalFormat.PUSH_BODY && scan.type() != WalFormat.PUSH_NORM) {
          throw new CorruptBytesException("record type " + scan.type());
        }
        EntryBatch batch = scan.batch();
        times = times.and(TimeSpan.of(batch));
        boolean durable = unsynced.isEmpty() || scan.lsn() < unsynced.getFirst().lsn();
        long end = scan.nextLsn();
        // A file behind this one can only have what is missing here.
        long reached = end <= repeatedFrom || seen.has(repeatedFrom, end) ? end - 1 : repeatedFrom - 1;
        Place place = new Place(scan.lsn(), reached, again, durable);
        receiver.push(place, new Tenant(scan.tenant()), batch);
      } catch (CorruptBytesException | LokiException e) {
        findings.useless(path, scan, String.valueOf(e.getMessage()));
      }
    }
    if (scan.endsTorn()) {
      findings.torn(path, scan);
    }
  }
}
