package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.source.Generation.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one path. What is read is not the path but the files that were ever seen there, each to its end and in order:
 *
 * <pre>
 * attached   the path shows this file
 * detached   the path shows another file, or none: read on to the end, then watched for late lines
 * finished   watched long enough; closed; waits until everything of it is acknowledged
 * forgotten  acknowledged; a record of it remains on disk
 * </pre>
 *
 * <p>A newer file is read as soon as the older ones are at their end. {@link #poll} is called by one thread at a time;
 * the other methods by any.
 */
final class Tail {
  private static final Logger log = LoggerFactory.getLogger(Tail.class);

  /** Bytes read in one turn. */
  private static final int QUANTUM = 1 << 20;

  /** How many times longer than a partial last line a partial entry may wait for its rest. */
  private static final int HELD_FACTOR = 6;

  /** Of many open files those are closed that were silent for so long. */
  private static final long SILENCE = Duration.ofSeconds(30).toNanos();

  /** How a turn ended. */
  enum Turn {
    /** There is more to read at once. */
    MORE,
    /** Everything was read, and there was something. */
    GREW,
    /** There was nothing. */
    QUIET,
    /** There was nothing for long, and nothing is due but for what may happen to the file, until {@link #untilDue}. */
    RESTS,
    /** There is nothing to read from. */
    WAITING,
    /** Nothing is left to do, for ever. */
    RETIRED
  }

  private final TailHome home;
  private final String path;
  private final String jobs;
  private final Path location;
  private final long notBefore;
  private final TailFiles files;
  private final Arrivals arrivals;
  private final TailLines lines;
  private final TailProblems problems;
  private @Nullable Generation current;
  private FileStat.@Nullable Glance glance;
  private Optional<FileId> early = Optional.empty();
  private final boolean expected;
  private volatile boolean wanted = true;
  private boolean grew;
  private volatile boolean drains;

  /**
   * Follows a path.
   *
   * @param atEnd whether an unknown file is read from its end on
   */
  Tail(TailHome home, String path, Tailer.Wanted want, boolean atEnd) {
    this.home = home;
    this.expected = want.expected();
    this.path = path;
    this.location = Path.of(path);
    this.jobs = want.jobs();
    Unpacking unpacking = want.sink().unpacking();
    this.notBefore = home.clock().ticks() + unpacking.delay().toNanos();
    Opener opener = new Opener(home, path, jobs, want.charset(), unpacking.packing());
    OlderGenerations older = new OlderGenerations(home, path, opener);
    this.files = new TailFiles(home, path, jobs, opener, older);
    this.arrivals = new Arrivals(home, location, unpacking.packing(), opener, older, files, atEnd);
    this.problems = new TailProblems(home, path, jobs, location);
    this.lines = new TailLines(want.sink(), home.counters(), files.all(), this::prove);
  }

  String path() {
    return path;
  }

  Path location() {
    return location;
  }

  String jobs() {
    return jobs;
  }

  /**
   * Claims the file that is at the path now. Called once for each path, in their order, before any of them is polled:
   * of several paths to one file it is the first that reads it.
   */
  synchronized void claimEarly() {
    try {
      FileStat stat = FileStat.of(location);
      if (stat.regular() && home.owners().claim(stat.id(), jobs, path).isEmpty()) {
        early = Optional.of(stat.id());
      }
    } catch (IOException e) {
      log.trace("nothing to claim path={}", path);
    }
  }

  /** Gives the early claim back unless it is for the file that is opened now. */
  private void settleEarlyClaim(Optional<FileId> now) {
    early.filter(id -> !now.equals(Optional.of(id))).ifPresent(id -> home.owners().release(id, jobs, path));
    early = Optional.empty();
  }

  /** Whether discovery still finds the path. */
  void setWanted(boolean isWanted) {
    wanted = isWanted;
  }

  boolean isWanted() {
    return wanted;
  }

  /** Looks at the path and reads a while. */
  synchronized Turn poll(byte[] buffer) {
    long now = home.clock().ticks();
    if (now - notBefore < 0 && wanted) {
      return Turn.WAITING;
    }
    if (sleeps(now)) {
      return rests(now) ? Turn.RESTS : Turn.QUIET;
    }
    lines.begin(now);
    grew = false;
    if (expected && !arrivals.isRecovered() && !Files.exists(location)) {
      files.adopt(arrivals.withoutPath(), now);
    }
    if (wanted) {
      observe(now);
    } else {
      settleEarlyClaim(Optional.empty());
      leave(now, home.settings().deletedHold().toNanos(), true);
      problems.unwanted();
    }
    boolean more = read(buffer, now);
    giveUpDescriptor(now);
    if (files.forget()) {
      lines.filesChanged();
    }
    drains = files.all().size() > (current == null ? 0 : 1);
    if (more) {
      return Turn.MORE;
    } else if (!wanted && files.all().isEmpty()) {
      return Turn.RETIRED;
    } else if (grew) {
      return Turn.GREW;
    }
    return current == null && files.all().isEmpty() ? Turn.WAITING : Turn.QUIET;
  }

  /** Whether there is one file, read to its end, with nothing held back, and the path says that nothing happened to it. */
  private boolean sleeps(long now) {
    Generation only = current;
    FileStat.Glance before = glance;
    if (only == null || before == null || !wanted || files.all().size() > 1 || !only.isSilent()) {
      return false;
    }
    if (only.splitter.kept() > 0 || lines.isHeld() || mayGiveUp(only, now)) {
      return false;
    }
    try {
      return before.equals(FileStat.Glance.of(location));
    } catch (IOException e) {
      return false;
    }
  }

  private boolean rests(long now) {
    long after = home.settings().watchAfter().toNanos();
    Generation only = current;
    return after > 0 && only != null && now - only.lastGrowth() >= after;
  }

  /** How long a tail that rests may be left alone when nothing happens to its file, nanoseconds: until that is to be closed. */
  synchronized long untilDue() {
    Generation only = current;
    if (only == null || !only.content().isOpen()) {
      return Long.MAX_VALUE;
    }
    return only.lastGrowth() + home.settings().idleClose().toNanos() - home.clock().ticks();
  }

  /** A file at its path that nobody writes, or one of too many, need not stay open. */
  private void giveUpDescriptor(long now) {
    Generation open = current;
    if (open != null) {
      if (mayGiveUp(open, now)) {
        try {
          open.content().release();
        } catch (IOException e) {
          problems.failed(e);
        }
      }
    }
  }

  /** What is not read to its end stays open as long as that is possible: what is deleted meanwhile would be lost. */
  private boolean mayGiveUp(Generation open, long now) {
    if (!open.content().isOpen()) {
      return false;
    }
    long silence = open.isSilent() ? now - open.lastGrowth() : -1;
    return home.door().isCrowded()
        || silence >= home.settings().idleClose().toNanos()
        || (silence >= SILENCE && home.door().isBusy());
  }

  private void observe(long now) {
    Generation silent = current;
    FileStat stat;
    try {
      FileStat.Glance seen = FileStat.Glance.of(location);
      if (silent != null && silent.isSilent() && seen.equals(glance)) {
        return;
      }
      glance = seen;
      stat = FileStat.of(location);
    } catch (IOException e) {
      glance = null;
      settleEarlyClaim(Optional.empty());
      leave(now, home.settings().deletedHold().toNanos(), true);
      problems.leadsNowhere(e);
      return;
    }
    problems.shows(stat.regular());
    if (!stat.regular()) {
      return;
    }
    Generation open = current;
    try {
      if (open != null && open.id().equals(stat.id())) {
        if (open.observe(stat)) {
          prove(open);
        } else {
          replaced(open, now);
        }
      } else {
        arrive(stat, now);
      }
    } catch (Opener.ChangedMeanwhile e) {
      log.debug("file changed while it was opened path={}", path);
    } catch (IOException e) {
      problems.failed(e);
    }
  }

  /** Writes down what a file holds that was empty when it was opened, before anything of it is sent. */
  private void prove(Generation generation) {
    try {
      if (generation.takeProof()) {
        files.remember(generation);
      }
    } catch (IOException e) {
      problems.failed(e);
    }
  }

  /** The path shows a file that is not the one being read. */
  private void arrive(FileStat stat, long now) throws IOException {
    settleEarlyClaim(Optional.of(stat.id()));
    for (Generation generation : files.all()) {
      if (!generation.isFinished() && generation.id().equals(stat.id()) && generation.isIntact()) {
        leave(now, home.settings().rotateDrain().toNanos(), false);
        generation.attach();
        files.all().remove(generation);
        files.all().add(generation);
        current = generation;
        return;
      }
    }
    Optional<String> owner = home.owners().claim(stat.id(), jobs, path);
    if (owner.isPresent()) {
      leave(now, home.settings().rotateDrain().toNanos(), false);
      problems.duplicate(owner.get());
      return;
    }
    boolean opened = false;
    try {
      Path real = location.toRealPath();
      open(stat, real, now);
      opened = true;
    } finally {
      if (!opened) {
        home.owners().release(stat.id(), jobs, path);
      }
    }
    problems.solved();
  }

  private void open(FileStat stat, Path real, long now) throws IOException {
    Generation before = files.newest();
    Arrivals.Arrival arrival = arrivals.open(stat, real);
    Generation next = arrival.shown();
    if (before != null) {
      log.debug("path shows another file path={} old={} new={}", path, before.id(), stat.id());
    }
    leave(now, home.settings().rotateDrain().toNanos(), false);
    files.adopt(arrival.between(), now);
    files.all().add(next);
    next.observe(stat);
    current = next;
    lines.filesChanged();
  }

  /** The path does not show the current file any more. */
  private void leave(long now, long hold, boolean deleted) {
    Generation open = current;
    if (open != null) {
      open.detach(now, hold, deleted);
      current = null;
    }
  }

  /** Reads from all files in order; returns whether there is more. */
  private boolean read(byte[] buffer, long now) {
    int budget = QUANTUM;
    for (Generation generation : List.copyOf(files.all())) {
      if (generation.isFinished()) {
        continue;
      }
      try {
        while (!generation.isSilent()) {
          if (!home.room().getAsBoolean() || !lines.isReady()) {
            return false;
          }
          long before = generation.read();
          Found found = generation.read(buffer, now, lines.of(generation));
          if (found == Found.REPLACED) {
            replaced(generation, now);
            return true;
          } else if (found == Found.END) {
            break;
          }
          grew = true;
          home.counters().bytes.add(generation.read() - before);
          lines.cutUnlessHeld();
          budget -= (int) (generation.read() - before);
          if (budget <= 0) {
            return true;
          }
        }
        atEnd(generation, now);
      } catch (IOException e) {
        broken(generation, e);
      }
    }
    return false;
  }

  /** The end of a file was reached: lets go of what waited long enough for its rest. */
  private void atEnd(Generation generation, long now) {
    long patience = home.settings().flushPartialAfter().toNanos();
    boolean last = generation == files.all().getLast();
    boolean expired = generation.isExpired(now);
    boolean stalled = patience > 0 && now - generation.lastGrowth() >= patience;
    if (generation.splitter.kept() > 0 && (expired || stalled)) {
      generation.splitter.flush(lines.of(generation));
      lines.cutUnlessHeld();
    }
    if (last && lines.isHeld() && (expired || lines.isOverdue(now, patience * HELD_FACTOR))) {
      lines.flush(generation);
    }
    if (expired) {
      files.close(generation);
    }
  }

  /** The file holds other content than before: goes on in the copy if there is one, and starts over. */
  private void replaced(Generation generation, long now) {
    home.counters().truncations.increment();
    boolean isCurrent = generation == current;
    boolean moved = false;
    if (isCurrent) {
      current = null;
      arrivals.truncated(generation.observed(home.client(), jobs, path));
    }
    try {
      moved = home.settings().catchUpRotated() && files.moveToRest(generation);
    } catch (IOException e) {
      log.warn("copy of truncated file cannot be read path={} err=\"{}\"", path, e.toString());
    }
    log.info(
        "file was truncated or rewritten, reading it from its beginning path={} delivered_before={} rest_found={}",
        path, generation.read(), moved);
    if (moved) {
      generation.detach(now, 0, false);
    } else {
      generation.splitter.flush(lines.of(generation));
      lines.cutUnlessHeld();
      files.close(generation);
    }
  }

  private void broken(Generation generation, IOException problem) {
    problems.failed(problem);
    try {
      files.mend(generation);
    } catch (IOException e) {
      log.debug("cannot reopen path={} file={} err=\"{}\"", path, generation.resolved(), e.toString());
    }
  }

  /** Adds the records of all its files. */
  synchronized void addRecords(List<FileRecord> to) {
    files.addRecords(to);
  }

  /** Whether, after its last turn, there were files that left the path. Needs no lock: it is asked of every path. */
  boolean drains() {
    return drains;
  }

  /** Bytes of deleted files that are kept on disk by being read here. */
  synchronized long pinned() {
    return files.pinned();
  }

  /** Gives up the oldest deleted file that is not read to its end; returns the bytes given up. */
  synchronized long abandon() {
    return files.abandon();
  }

  /** What the pages show. */
  synchronized TailView view() {
    Generation last = files.all().isEmpty() ? null : files.all().getLast();
    String state = current != null ? "reading" : last != null ? "draining" : problems.state();
    return new TailView(
        path,
        jobs,
        state,
        last == null ? "" : last.resolved(),
        last == null ? 0 : last.read(),
        last == null ? 0 : last.size(),
        last == null ? 0 : last.acks.committed(),
        files.all().stream().filter(g -> !g.isFinished()).mapToLong(Generation::unread).sum(),
        lines.sequence(),
        current == null ? problems.failure() : "");
  }

  /** Closes every file; nothing is given out. */
  synchronized void close() {
    files.close();
  }
}
