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
 * log lie that are below it, when it is exact. What is lost behind it may be of any time.
 *
 * <p>That segments of some day reach an LSN does not say that nothing is missing below it: a process that died while it flushed has
 * left days that have what was in the log, and days that have not.
 *
 * <p>The log forgets what it lacks when the files around that are given up. So each loss is noted, by its LSN, and told by the note
 * from the next start on.
 */
final class LogFindings {
  /** The mark is written for every group and waits for the disk a second, or as long as a flush takes. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(5);

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

  /** Of all below the mark that this log may lack; empty when nothing was acknowledged that is not in segments. */
  private final Optional<Reach> reach;

  private final List<Gap> gaps = new ArrayList<>();
  private final List<Torn> torn = new ArrayList<>();

  /** Where the log ends: the file that begins there, else the first that has the last record. */
  private Optional<Path> last = Optional.empty();

  private long end;

  /** One past the last LSN that a file has or that is not needed; 0 when that is not known. */
  private long reached;

  /** Whether there is a file of which nobody knows what it has. */
  private boolean blind;

  /** The first LSN of which a file that cannot be read may have the record. */
  private long unread = Long.MAX_VALUE;

  /** When the first and the last of the records were received that are not below the mark. */
  private TimeSpan received = TimeSpan.NONE;

  LogFindings(WalOptions options, DamageLog damages, Path quarantine, Losses losses, Optional<Mark> mark) {
    this.files = options.files();
    this.directory = options.directory();
    this.damages = damages;
    this.quarantine = quarantine;
    this.losses = losses;
    this.mark = mark;
    this.reach = mark.filter(Mark::exact).map(LogFindings::reach).orElse(Optional.of(Reach.EVERYTHING));
    this.reached = mark.map(Mark::needed).orElse(0L);
  }

  private static Optional<Reach> reach(Mark exact) {
    return exact.needed() >= exact.durable() ? Optional.empty() : Optional.of(reach(exact.times()));
  }

  private static Reach reach(TimeSpan times) {
    return times.isEmpty() ? Reach.EVERYTHING : new Reach(Optional.empty(), times.oldest(), times.newest());
  }

  /** Of what is lost up to before an LSN; empty when all of it is in segments. */
  private Optional<Reach> reach(long to) {
    if (mark.isPresent() && to <= mark.get().needed()) {
      return Optional.empty();
    }
    return mark.isPresent() && to > mark.get().durable() ? Optional.of(Reach.EVERYTHING) : reach;
  }

  /**
   * A file is about to be read.
   *
   * @param before how far the files before it, or segments of some day, reach
   */
  void file(Path path, WalFile header, long before) {
    if (misses(reached) && reached < header.firstLsn() && header.firstLsn() <= before) {
      hidden(path, header.firstLsn());
    }
    reached = Math.max(reached, header.firstLsn());
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
    reached = Math.max(reached, scan.nextLsn());
    if (!acknowledged(scan.lsn())) {
      received = received.and(new TimeSpan(scan.received(), scan.received()));
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
    lost(path, scan.lsn(), scan.nextLsn(), "record at offset %d: %s; left out".formatted(scan.offset(), why));
  }

  /** A file begins later than what is before it ends. */
  void begins(Path path, WalFile header, long before) {
    lost(
        path,
        before,
        header.firstLsn(),
        "begins at LSN %d, but what is before it ends at %d; the pushes between are lost".formatted(header.firstLsn(), before));
  }

  /** A file is not one of this log. It stays, and is told at each start. */
  void foreign(Path path, String why) {
    blind = true;
    damages.report(new Damage("wal", path, why, reach));
    putAside(path);
  }

  /** A file cannot be read, now. */
  void unreadable(Path path, IOException cause) {
    blind = true;
    unread = Math.min(unread, reached);
    losses.add(
        damages,
        new Damage("wal", path, "cannot be read: " + cause.getMessage(), reach),
        "could not be read; the pushes in it are missing until it can be");
    putAside(path);
  }

  /** Nothing is known of the records from this LSN on, as long as a file cannot be read; MAX_VALUE when all can. */
  long unread() {
    return unread;
  }

  /** A file is left out and given up when what is before it is. */
  void leftOut(Path path, long lsn, String why) {
    blind = true;
    lost(path, path.getFileName() + "@" + lsn, why + "; the file is left out", reach);
  }

  /**
   * All files were read.
   *
   * @param seen the records that were
   * @param next one past the last LSN
   * @param times of the entries in them
   */
  void all(LsnRanges seen, long next, TimeSpan times) {
    // What was cut off is most likely of the times that others are of, so far as those are known.
    Reach around = mark.filter(Mark::exact).map(exact -> reach(exact.times().and(times))).orElse(Reach.EVERYTHING);
    gaps.forEach(gap -> judge(gap, seen, around));
    if (acknowledged(next)) {
      mark.ifPresent(known -> cutOff(known, next));
    } else if (misses(reached)) {
      mark.ifPresent(known -> hidden(last.orElse(directory), known.durable()));
    }
    torn.forEach(tail -> judge(tail, seen, around));
  }

  private boolean acknowledged(long lsn) {
    return mark.isPresent() && lsn < mark.get().durable();
  }

  /**
   * Whether what is not below the mark was not acknowledged, but for what came while the mark waited for the disk. An earlier version
   * leaves it as it is.
   */
  private boolean isExact() {
    return mark.isPresent()
        && mark.get().exact()
        && (received.isEmpty() || received.newest() - received.oldest() < LONGEST_WAIT_NANOS);
  }

  /** Whether the log should have the next record, should it end at an LSN; not before the mark says from where it is needed. */
  private boolean misses(long lsn) {
    return lsn > 0 && acknowledged(lsn) && !blind;
  }

  /**
   * Records below the mark are missing, but segments of some day have what was in them of that day. Files are given up from the first
   * to the last, and by this version only once the mark says that they are not needed.
   */
  private void hidden(Path path, long to) {
    long from = reached;
    // No log has so many: they were left to a file that could not be read for a while, and has used a few of them.
    boolean left = to - from >= WalRecovery.LONGEST_RECORD / 2;
    if (left || losses.knows(directory.resolve(name(from)))) {
      return;
    }
    String what = "no file has the pushes from LSN %d to %d; those of some days are in segments".formatted(from, to);
    if (from > mark.map(Mark::needed).orElse(0L)) {
      lost(path, from, to, what + ", those of others may be lost");
    } else {
      String unless = ", those of others may be lost, unless an earlier version has given them up";
      damages.suspect(new Damage("wal", path, what + unless, reach));
    }
  }

  private void judge(Gap gap, LsnRanges seen, Reach around) {
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
      lost(gap.path, gap.from, gap.to, what + "; the pushes in them are lost");
    } else if (isExact()) {
      damages.suspect(
          new Damage("wal", gap.path, what + ", as a power cut leaves pushes that were not acknowledged", around));
      putAside(gap.path);
    } else {
      lost(gap.path, gap.from, gap.to, what + "; pushes in them are lost, unless a power cut came before they were acknowledged");
    }
  }

  private void cutOff(Mark known, long next) {
    lost(
        last.orElse(directory),
        next,
        known.durable(),
        "the log ends at LSN %d, but pushes up to %d were acknowledged by %s; %d bytes of them are lost"
            .formatted(next, known.durable(), time(known.nanos()), known.durable() - next));
  }

  private void judge(Torn tail, LsnRanges seen, Reach around) {
    if (acknowledged(tail.lsn) || seen.has(tail.lsn, tail.lsn + 1)) {
      return;
    }
    damages.suspect(
        new Damage(
            "wal",
            tail.path,
            "ends at offset %d in a record that is not complete, as a write that was cut off leaves it; %s"
                .formatted(
                    tail.offset, isExact() ? "it was not acknowledged" : "if it was acknowledged, a push is lost"),
            around));
  }

  private static Instant time(long nanos) {
    return Instant.ofEpochSecond(TimeUnit.NANOSECONDS.toSeconds(nanos));
  }

  /** What is lost at an LSN is noted under this name. */
  static String name(long lsn) {
    return "wal@" + lsn;
  }

  /** Reports a loss, unless its note did, and notes it. */
  private void lost(Path path, long from, long to, String detail) {
    lost(path, name(from), detail, reach(to));
  }

  private void lost(Path path, String name, String detail, Optional<Reach> whose) {
    Path noted = directory.resolve(name);
    if (whose.isEmpty()) {
      damages.report(new Damage("wal", path, detail));
    } else if (!losses.knows(noted)) {
      losses.add(damages, noted, new Damage("wal", path, detail, whose), path.getFileName() + " " + detail);
    }
    putAside(path);
  }

  private void putAside(Path path) {
    if (!path.equals(directory)) {
      Publication.quarantine(files, path, quarantine.resolve(path.getFileName()));
    }
  }
}
