package io.sigyn.storage.wal;

import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.Reach;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a log does not have that it should have. Whether something is missing between records, or behind the last one of a file, can
 * only be told when all files were read, for another may have it, and from the {@link Mark}: what is below it was acknowledged; what
 * is not may be what a write has left that was cut off. Used by one thread.
 *
 * <p>Whose entries they were, and of what time, nobody can tell of one record. But the mark says between which times all entries of the
 * log lie, when it is exact.
 *
 * <p>The log forgets what it lacks when the files around that are given up. So each loss is noted, by its LSN, and told by the note
 * from the next start on.
 */
final class LogFindings {
  /**
   * Where no record verifies, right before one that does.
   *
   * @param offset of the record behind
   * @param from the LSN of the first byte
   * @param to the LSN of the record behind
   */
  private record Gap(Path path, long offset, long from, long to) {}

  /** Where the first bytes of a record stand, and nothing behind them verifies. */
  private record Torn(Path path, long offset, long lsn) {}

  private final StoreFiles files;
  private final Path directory;
  private final DamageLog damages;
  private final Path quarantine;
  private final Losses losses;
  private final Optional<Mark> mark;

  /** Of all that this log may lack; empty when nothing was acknowledged that is not in segments. */
  private final Optional<Reach> reach;

  private final List<Gap> gaps = new ArrayList<>();
  private final List<Torn> torn = new ArrayList<>();

  /** Where the log ends: the file that begins there, else the first that has the last record. */
  private Optional<Path> last = Optional.empty();

  private long end;

  LogFindings(WalOptions options, DamageLog damages, Path quarantine, Losses losses, Optional<Mark> mark) {
    this.files = options.files();
    this.directory = options.directory();
    this.damages = damages;
    this.quarantine = quarantine;
    this.losses = losses;
    this.mark = mark;
    this.reach = mark.filter(Mark::exact).map(LogFindings::reach).orElse(Optional.of(Reach.EVERYTHING));
  }

  private static Optional<Reach> reach(Mark exact) {
    TimeSpan times = exact.times();
    return exact.needed() >= exact.durable()
        ? Optional.empty()
        : Optional.of(new Reach(Optional.empty(), times.oldest(), times.newest()));
  }

  /** A file is about to be read. */
  void file(Path path, WalFile header) {
    if (!WalFormat.fileName(header.sequence()).equals(path.getFileName().toString())) {
      damages.report(new Damage("wal", path, "is file %016x of the log by its header; it is read all the same".formatted(header.sequence())));
    }
    if (header.firstLsn() >= end) {
      last = Optional.of(path);
      end = header.firstLsn();
    }
  }

  /** A record verifies. */
  void record(Path path, WalScan scan) {
    if (scan.skipped() > 0) {
      long from = scan.lsn() - scan.skipped();
      gaps.add(new Gap(path, scan.offset(), from, scan.lsn()));
    }
    if (scan.nextLsn() > end) {
      last = Optional.of(path);
      end = scan.nextLsn();
    }
  }

  /** A file ends in the beginning of a record. */
  void torn(Path path, WalScan scan) {
    torn.add(new Torn(path, scan.end(), scan.nextLsn()));
  }

  /** The number of files that do. */
  int tornTails() {
    return torn.size();
  }

  /** A record verifies and means nothing. */
  void useless(Path path, WalScan scan, String why) {
    lost(path, scan.lsn(), "record at offset %d: %s; left out".formatted(scan.offset(), why));
  }

  /** A file begins later than what is before it ends. */
  void begins(Path path, WalFile header, long before) {
    lost(
        path,
        before,
        "begins at LSN %d, but what is before it ends at %d; the pushes between are lost".formatted(header.firstLsn(), before));
  }

  /** A file is not one of this log. It stays, and is told at each start. */
  void foreign(Path path, String why) {
    damages.report(new Damage("wal", path, why, reach));
    putAside(path);
  }

  /** A file cannot be read, now. */
  void unreadable(Path path, IOException cause) {
    losses.add(
        damages,
        new Damage("wal", path, "cannot be read: " + cause.getMessage(), reach),
        "could not be read; the pushes in it are missing until it can be");
    putAside(path);
  }

  /** A file is left out and given up when what is before it is. */
  void leftOut(Path path, long lsn, String why) {
    lost(path, path.getFileName() + "@" + lsn, why + "; the file is left out");
  }

  /**
   * All files were read.
   *
   * @param seen the records that were
   * @param next one past the last LSN
   */
  void all(LsnRanges seen, long next) {
    gaps.forEach(gap -> judge(gap, seen));
    mark.filter(of -> of.durable() > next).ifPresent(of -> cutOff(of, next));
    torn.forEach(tail -> judge(tail, seen));
  }

  private boolean acknowledged(long lsn) {
    return mark.isPresent() && lsn < mark.get().durable();
  }

  private void judge(Gap gap, LsnRanges seen) {
    if (seen.has(gap.from, gap.to)) {
      return;
    }
    // Two files may lack the same.
    seen.add(gap.from, gap.to - gap.from);
    String what = "%d bytes before offset %d are no records".formatted(gap.to - gap.from, gap.offset);
    if (mark.isPresent() && gap.to <= mark.get().needed()) {
      damages.report(new Damage("wal", gap.path, what + "; the pushes in them are in segments"));
      putAside(gap.path);
    } else if (acknowledged(gap.from)) {
      lost(gap.path, gap.from, what + "; the pushes in them are lost");
    } else if (mark.isPresent() && mark.get().exact()) {
      damages.suspect(
          new Damage("wal", gap.path, what + ", as a power cut leaves pushes that were not acknowledged", reach));
      putAside(gap.path);
    } else {
      lost(gap.path, gap.from, what + "; pushes in them are lost, unless a power cut came before they were acknowledged");
    }
  }

  private void cutOff(Mark known, long next) {
    lost(
        last.orElse(directory),
        next,
        "the log ends at LSN %d, but pushes up to %d were acknowledged by %s; %d bytes of them are lost"
            .formatted(next, known.durable(), time(known.nanos()), known.durable() - next));
  }

  private void judge(Torn tail, LsnRanges seen) {
    if (acknowledged(tail.lsn) || seen.has(tail.lsn, tail.lsn + 1)) {
      return;
    }
    boolean exact = mark.isPresent() && mark.get().exact();
    damages.suspect(
        new Damage(
            "wal",
            tail.path,
            "ends at offset %d in a record that is not complete, as a write that was cut off leaves it; %s"
                .formatted(
                    tail.offset, exact ? "it was not acknowledged" : "if it was acknowledged, a push is lost"),
            reach));
  }

  private static Instant time(long nanos) {
    return Instant.ofEpochSecond(TimeUnit.NANOSECONDS.toSeconds(nanos));
  }

  /** Reports a loss, unless its note did, and notes it. */
  private void lost(Path path, long lsn, String detail) {
    lost(path, "wal@" + lsn, detail);
  }

  private void lost(Path path, String name, String detail) {
    Path noted = directory.resolve(name);
    if (reach.isEmpty()) {
      damages.report(new Damage("wal", path, detail));
    } else if (!losses.knows(noted)) {
      losses.add(damages, noted, new Damage("wal", path, detail, reach), path.getFileName() + " " + detail);
    }
    putAside(path);
  }

  private void putAside(Path path) {
    if (!path.equals(directory)) {
      Publication.quarantine(files, path, quarantine.resolve(path.getFileName()));
    }
  }
}
