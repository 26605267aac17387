package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.positions.Ticket;
import io.sigyn.agent.source.Generation.Found;
import io.sigyn.agent.source.Siblings.Sibling;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** How a turn ended. */
  enum Turn {
    /** There is more to read at once. */
    MORE,
    /** Everything was read, and there was something. */
    GREW,
    /** There was nothing. */
    QUIET,
    /** There is nothing to read from. */
    WAITING,
    /** Nothing is left to do, for ever. */
    RETIRED
  }

  private final TailHome home;
  private final String path;
  private final String jobs;
  private final Path location;
  private final LineSink sink;
  private final Unpacking unpacking;
  private final long notBefore;
  private final Opener opener;
  private final OlderGenerations older;
  private final List<Generation> generations = new ArrayList<>();
  private final Line line = new Line();
  private @Nullable Generation ticketsOf;
  private @Nullable Generation current;
  private FileStat.@Nullable Glance glance;
  private Optional<FileId> early = Optional.empty();
  private boolean recovered;
  private boolean fresh;
  private long replacedSince;
  private boolean atEnd;
  private final boolean expected;
  private volatile boolean wanted = true;
  private String duplicateOf = "";
  private String failure = "";
  private boolean irregular;
  private long sequence;
  private long turnStart;
  private long lastLine;
  private boolean grew;

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
    this.sink = want.sink();
    this.atEnd = atEnd;
    this.unpacking = sink.unpacking();
    this.notBefore = home.clock().ticks() + unpacking.delay().toNanos();
    this.opener = new Opener(home, path, jobs, want.charset(), unpacking.packing());
    this.older = new OlderGenerations(home, path, opener);
  }

  String path() {
    return path;
  }

  String jobs() {
    return jobs;
  }

  /**
   * Claims the file that is at the path now. Called once for each path, in their order, before any of them is polled: of
   * several paths to one file it is the first that reads it.
   */
  synchronized void claimEarly() {
    try {
      FileStat stat = FileStat.of(Path.of(path));
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
    turnStart = now;
    grew = false;
    if (expected && !recovered && !Files.exists(Path.of(path))) {
      recoverWithoutPath(now);
    }
    if (wanted) {
      observe(now);
    } else {
      settleEarlyClaim(Optional.empty());
      leave(now, home.settings().deletedHold().toNanos(), true);
      home.diagnosis().forget(path);
    }
    boolean more = read(buffer, now);
    giveUpDescriptor(now);
    forget();
    if (more) {
      return Turn.MORE;
    } else if (!wanted && generations.isEmpty()) {
      return Turn.RETIRED;
    } else if (grew) {
      return Turn.GREW;
    }
    return current == null && generations.isEmpty() ? Turn.WAITING : Turn.QUIET;
  }

  /** A file at its path that nobody writes, or one of too many, need not stay open. */
  private void giveUpDescriptor(long now) {
    Generation open = current;
    if (open != null) {
      boolean idle = open.isSilent() && now - open.lastGrowth() >= home.settings().idleClose().toNanos();
      if (idle || home.door().isCrowded()) {
        try {
          open.content().release();
        } catch (IOException e) {
          failed(e);
        }
      }
    }
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
      if (e instanceof NoSuchFileException && !Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS)) {
        home.diagnosis().forget(path);
      } else {
        home.diagnosis().failed(path);
      }
      return;
    }
    if (!stat.regular()) {
      irregular = true;
      home.diagnosis().failed(path);
      return;
    }
    irregular = false;
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
      failed(e);
    }
  }

  /** Writes down what a file holds that was empty when it was opened, before anything of it is sent. */
  private void prove(Generation generation) {
    try {
      if (generation.isUnproven()) {
        home.positions().opened(generation.record(home.client(), jobs, path).seenAt(home.clock().epochMillis()));
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void failed(IOException e) {
    home.diagnosis().failed(path);
    String text = e.toString();
    if (!text.equals(failure)) {
      failure = text;
      if (e instanceof FileDoor.OutsideRoots) {
        log.warn("file is not read path={} err=\"{}\"", path, e.getMessage());
      }
      log.debug("cannot read path={} err=\"{}\"", path, text);
    }
  }

  /** The path shows a file that is not the one being read. */
  private void arrive(FileStat stat, long now) throws IOException {
    settleEarlyClaim(Optional.of(stat.id()));
    for (Generation generation : generations) {
      if (!generation.isFinished() && generation.id().equals(stat.id()) && generation.isIntact()) {
        leave(now, home.settings().rotateDrain().toNanos(), false);
        generation.attach();
        generations.remove(generation);
        generations.add(generation);
        current = generation;
        return;
      }
    }
    Optional<String> owner = home.owners().claim(stat.id(), jobs, path);
    if (owner.isPresent()) {
      duplicate(owner.get(), now);
      return;
    }
    boolean opened = false;
    try {
      Path real = Path.of(path).toRealPath();
      open(stat, real, now);
      opened = true;
    } finally {
      if (!opened) {
        home.owners().release(stat.id(), jobs, path);
      }
    }
    home.diagnosis().readable(path);
    duplicateOf = "";
    failure = "";
  }

  private void duplicate(String owner, long now) {
    leave(now, home.settings().rotateDrain().toNanos(), false);
    if (!owner.equals(duplicateOf)) {
      duplicateOf = owner;
      log.warn("file is already read under another path, it is read once path={} other={} job={}", path, owner, jobs);
    }
    home.diagnosis().readable(path);
  }

  private void open(FileStat stat, Path real, long now) throws IOException {
    boolean catchUp = home.settings().catchUpRotated();
    Siblings near = catchUp ? Siblings.of(real, home.directories()::names) : Siblings.of(Path.of("/"));
    Generation before = newest();
    Opener.Opening opening;
    List<Generation> found = new ArrayList<>();
    if (before != null && isRewritten(before, real, near)) {
      opening = opener.beginAt(stat, real, before.splitter.lineStart());
      close(before);
    } else {
      opening = opener.begin(stat, real, fresh, atEnd && !recovered);
      if (catchUp && !recovered) {
        found.addAll(older.unfinished(Optional.of(opening.record()), near));
      } else if (catchUp && (before != null || replacedSince != 0)) {
        Optional<Sibling> left = before == null ? Optional.empty() : near.find(before.id());
        long lastSeen = before == null ? replacedSince : before.modified();
        long since = left.map(Sibling::stat).map(FileStat::modified).orElse(lastSeen);
        List<FileId> open = new ArrayList<>(generations.stream().map(Generation::id).toList());
        open.add(stat.id());
        found.addAll(older.between(since, OlderGenerations.laterThan(left.map(Sibling::path), near), near, open));
      }
    }
    Generation next = opener.finish(opening);
    recovered = true;
    fresh = false;
    replacedSince = 0;
    if (before != null) {
      home.counters().rotations.increment();
      log.debug("path shows another file path={} old={} new={}", path, before.id(), stat.id());
    }
    leave(now, home.settings().rotateDrain().toNanos(), false);
    adopt(found, now);
    generations.add(next);
    next.observe(stat);
    current = next;
    ticketsOf = null;
  }

  /** Takes over files that left the path while nobody looked. */
  private void adopt(List<Generation> older, long now) {
    for (Generation generation : older) {
      Optional<String> owner = home.owners().claim(generation.id(), jobs, path);
      owner.ifPresent(other -> log.debug("rotated file is read under another path too path={} other={}", path, other));
      generation.detach(now, home.settings().rotateDrain().toNanos(), false);
      generations.add(generation);
    }
  }

  /** The path is gone before it was ever seen: what the journal names may still be beside it. */
  private void recoverWithoutPath(long now) {
    recovered = true;
    if (home.settings().catchUpRotated()) {
      adopt(older.unfinished(Optional.empty(), Siblings.of(Path.of(path))), now);
    }
  }

  /** The file that was at the path last, while it is still read. */
  private @Nullable Generation newest() {
    Generation last = generations.isEmpty() ? null : generations.getLast();
    return last == null || last.isFinished() ? null : last;
  }

  /** Whether the new file holds all that was read of the old one, which is gone: a rewrite, no rotation. */
  private boolean isRewritten(Generation before, Path real, Siblings near) throws IOException {
    if (before.beginning().length() < home.settings().fingerprintBytes() || near.find(before.id()).isPresent()) {
      return false;
    }
    FileRecord record = before.record(home.client(), jobs, path);
    try (Content content = opener.open(real, FileStat.of(real), unpacking.packing())) {
      return Opener.isContent(record, content);
    }
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
    for (Generation generation : List.copyOf(generations)) {
      if (generation.isFinished()) {
        continue;
      }
      try {
        while (!generation.isSilent()) {
          if (!home.room().getAsBoolean() || !sink.isReady()) {
            return false;
          }
          long before = generation.read();
          Found found =
              generation.read(buffer, now, (b, from, to, at, marks) -> deliver(generation, b, from, to, at, marks));
          if (found == Found.REPLACED) {
            replaced(generation, now);
            return true;
          } else if (found == Found.END) {
            break;
          }
          grew = true;
          home.counters().bytes.add(generation.read() - before);
          cutUnlessHeld();
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

  private void deliver(Generation generation, byte[] bytes, int from, int to, long offset, Labels marks) {
    if (ticketsOf != generation) {
      prove(generation);
      line.origin(ticketsFor(generation), generation::timeAt);
      ticketsOf = generation;
    }
    Framing framing = generation.framing();
    if (framing.width() > 1) {
      byte[] utf8 = new String(bytes, from, to - from, framing.charset()).getBytes(StandardCharsets.UTF_8);
      line.set(utf8, 0, utf8.length, offset, ++sequence, marks);
    } else {
      line.set(bytes, from, to, offset, ++sequence, marks);
    }
    lastLine = turnStart;
    home.counters().lines.increment();
    sink.line(line);
    if (sink.heldFrom() == sequence) {
      // Everything before this line is complete: what was delivered so far need not wait for its rest.
      cut(generation, offset);
    }
  }

  /** The piece being read, and those of older files that end in a held-back line. */
  private Ticket[] ticketsFor(Generation generation) {
    List<Ticket> list = new ArrayList<>();
    list.add(generation.acks.current());
    for (Generation other : generations) {
      if (other != generation && other.acks.start() < other.splitter.lineStart()) {
        list.add(other.acks.current());
      }
    }
    return list.toArray(new Ticket[0]);
  }

  private void cutUnlessHeld() {
    if (sink.heldFrom() == LineSink.NOTHING) {
      for (Generation generation : generations) {
        generation.acks.cut(generation.splitter.lineStart());
      }
      ticketsOf = null;
    }
  }

  private void cut(Generation here, long offset) {
    for (Generation generation : generations) {
      generation.acks.cut(generation == here ? offset : generation.splitter.lineStart());
    }
    ticketsOf = null;
  }

  /** The end of a file was reached: lets go of what waited long enough for its rest. */
  private void atEnd(Generation generation, long now) throws IOException {
    long patience = home.settings().flushPartialAfter().toNanos();
    boolean last = generation == generations.getLast();
    boolean expired = generation.isExpired(now);
    boolean stalled = patience > 0 && now - generation.lastGrowth() >= patience;
    if (generation.splitter.kept() > 0 && (expired || stalled)) {
      generation.splitter.flush((b, from, to, at, marks) -> deliver(generation, b, from, to, at, marks));
      cutUnlessHeld();
    }
    boolean held = sink.heldFrom() != LineSink.NOTHING;
    long wait = sink.patience() > 0 ? sink.patience() : patience * HELD_FACTOR;
    if (held && last && (expired || (wait > 0 && now - lastLine >= wait))) {
      flush(generation);
    }
    if (expired) {
      close(generation);
    }
  }

  private void flush(Generation generation) {
    line.set(new byte[0], 0, 0, generation.splitter.lineStart(), sequence, Labels.EMPTY);
    line.origin(ticketsFor(generation), generation::timeAt);
    ticketsOf = null;
    sink.flush(line);
    cutUnlessHeld();
  }

  private void close(Generation generation) {
    generation.finish();
    home.counters().longLines.add(generation.splitter.longLines());
    home.counters().skippedNuls.add(generation.splitter.skippedNuls());
    try {
      generation.close();
    } catch (IOException e) {
      log.warn("closing failed path={} file={} err=\"{}\"", path, generation.resolved(), e.toString());
    }
  }

  /** The file holds other content than before: goes on in the copy if there is one, and starts over. */
  private void replaced(Generation generation, long now) {
    home.counters().truncations.increment();
    boolean isCurrent = generation == current;
    boolean moved = false;
    if (isCurrent) {
      current = null;
      fresh = true;
      replacedSince = generation.modified();
    }
    try {
      moved = home.settings().catchUpRotated() && moveToCopy(generation);
    } catch (IOException e) {
      log.warn("copy of truncated file cannot be read path={} err=\"{}\"", path, e.toString());
    }
    log.info(
        "file was truncated or rewritten, reading it from its beginning path={} delivered_before={} rest_found={}",
        path, generation.read(), moved);
    if (moved) {
      generation.detach(now, 0, false);
    } else {
      generation.splitter.flush((b, from, to, at, marks) -> deliver(generation, b, from, to, at, marks));
      cutUnlessHeld();
      close(generation);
    }
  }

  private boolean moveToCopy(Generation generation) throws IOException {
    if (generation.beginning().length() < Math.min(64, generation.read())) {
      return false;
    }
    Set<FileId> known = new HashSet<>();
    generations.forEach(g -> known.add(g.id()));
    Optional<Sibling> copy =
        Siblings.of(Path.of(generation.resolved())).copyOf(generation.beginning(), generation.read(), known, home.door());
    if (copy.isEmpty()) {
      return moveToCompressed(generation);
    }
    Content content = PlainContent.open(copy.get().path(), home.door());
    if (!Opener.isContent(generation.record(home.client(), jobs, path), content)) {
      content.close();
      return false;
    }
    move(generation, copy.get(), content);
    return true;
  }

  /** Reading failed: the file is opened again by the path it was known under, or in its compressed form. */
  private void broken(Generation generation, IOException problem) {
    failed(problem);
    Path at = Path.of(generation.resolved());
    try {
      Optional<FileStat> there = Files.exists(at) ? Optional.of(FileStat.of(at)) : Optional.empty();
      if (there.isPresent() && there.get().id().equals(generation.id())) {
        generation.reopen(opener.open(at, there.get(), generation.content().packing()));
      } else if (generation.isDetached() && !moveToCompressed(generation)) {
        // It was not open when it was removed, and nothing is left to read it from.
        close(generation);
      }
    } catch (IOException e) {
      log.debug("cannot reopen path={} file={} err=\"{}\"", path, generation.resolved(), e.toString());
    }
  }

  private boolean moveToCompressed(Generation generation) throws IOException {
    FileRecord record = generation.record(home.client(), jobs, path);
    Optional<OlderGenerations.Held> held = older.compressed(record, Siblings.of(Path.of(generation.resolved())));
    if (held.isPresent()) {
      move(generation, held.get().file(), held.get().content());
    }
    return held.isPresent();
  }

  private void move(Generation generation, Sibling to, Content content) throws IOException {
    home.owners().release(generation.id(), jobs, path);
    generation.moveTo(to.stat().id(), to.path().toString(), content);
    home.owners().claim(generation.id(), jobs, path);
  }

  /** Lets go of files that are finished and acknowledged. */
  private void forget() {
    Iterator<Generation> all = generations.iterator();
    while (all.hasNext()) {
      Generation generation = all.next();
      if (generation.isFinished() && generation.isDelivered()) {
        home.positions().opened(generation.record(home.client(), jobs, path).seenAt(home.clock().epochMillis()));
        boolean shared = generations.stream().anyMatch(g -> g != generation && g.id().equals(generation.id()));
        if (!shared) {
          home.owners().release(generation.id(), jobs, path);
        }
        all.remove();
        ticketsOf = null;
      }
    }
  }

  /** The records of all its files. */
  synchronized List<FileRecord> records() {
    return generations.stream().map(generation -> generation.record(home.client(), jobs, path)).toList();
  }

  /** Bytes of deleted files that are kept on disk by being read here. */
  synchronized long pinned() {
    return generations.stream().filter(g -> g.isDeleted() && !g.isClosed()).mapToLong(Generation::size).sum();
  }

  /** Gives up the oldest deleted file that is not read to its end; returns the bytes given up. */
  synchronized long abandon() {
    for (Generation generation : generations) {
      if (generation.isDeleted() && !generation.isClosed()) {
        long lost = generation.unread();
        log.error(
            "deleted files keep more disk space busy than agent.tail.deleted_hold_max_bytes, giving up the rest of one"
                + " path={} file={} lost_bytes={}",
            path, generation.resolved(), lost);
        home.counters().abandonedBytes.add(lost);
        close(generation);
        return Math.max(1, generation.size());
      }
    }
    return 0;
  }

  /** What the pages show. */
  synchronized TailView view() {
    Generation last = generations.isEmpty() ? null : generations.getLast();
    String state = current != null ? "reading" : !duplicateOf.isEmpty() ? "duplicate" : irregular ? "ignored" : "waiting";
    if (current == null && last != null) {
      state = "draining";
    }
    return new TailView(
        path,
        jobs,
        state,
        last == null ? "" : last.resolved(),
        last == null ? 0 : last.read(),
        last == null ? 0 : last.size(),
        last == null ? 0 : last.acks.committed(),
        generations.stream().filter(g -> !g.isFinished()).mapToLong(Generation::unread).sum(),
        sequence,
        current == null ? failure : "");
  }

  /** Closes every file; nothing is given out. */
  synchronized void close() {
    for (Generation generation : generations) {
      try {
        generation.close();
      } catch (IOException e) {
        log.warn("closing failed path={} err=\"{}\"", path, e.toString());
      }
    }
  }
}
