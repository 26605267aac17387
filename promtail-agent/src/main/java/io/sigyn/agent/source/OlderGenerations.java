package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.source.Siblings.Sibling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks beside a log file for what it held before: renamed, copied and cut, or compressed. Others rename and compress
 * at the same time, so that it looks again when names changed meanwhile.
 */
final class OlderGenerations {
  private static final Logger log = LoggerFactory.getLogger(OlderGenerations.class);

  /** How far the times of files may be behind the clock. */
  private static final long CLOCK_TICK = 50_000_000;

  private final TailHome home;
  private final String path;
  private final Opener opener;

  OlderGenerations(TailHome home, String path, Opener opener) {
    this.home = home;
    this.path = path;
    this.opener = opener;
  }

  /** Opens a whole generation that nobody knows. */
  private Generation older(Sibling file) throws IOException {
    Content content = opener.open(file.path(), file.stat(), file.packing());
    try {
      return opener.generation(opener.newRecord(file.stat(), file.path(), 0, content), content);
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  /** A file that holds a known content. */
  record Held(Sibling file, Content content) {}

  /** Opens what still holds a content that is gone from where it was: a copy, or its compressed form. */
  Optional<Held> rest(FileRecord record, List<FileId> open) {
    Siblings beside = besideOf(record);
    for (int looks = 1; ; looks++) {
      Siblings here = beside;
      Optional<Held> found = copy(record, here, open).or(() -> compressed(record, here));
      if (found.isPresent() || looks == Siblings.MAX_LOOKS) {
        return found;
      }
      beside = here.again();
      if (here.holdUntil(beside)) {
        return found;
      }
    }
  }

  private Siblings besideOf(FileRecord record) {
    return Siblings.of(Path.of(record.resolved()), home.directories());
  }

  /** Opens the compressed form of a known content, if one of the files holds it. */
  private Optional<Held> compressed(FileRecord record, Siblings siblings) {
    for (Sibling file : siblings.compressed()) {
      try {
        Content content = opener.open(file.path(), file.stat(), Packing.GZ);
        if (Opener.isContent(record, content)) {
          return Optional.of(new Held(file, content));
        }
        content.close();
      } catch (IOException e) {
        log.debug("not readable as gzip file={} err=\"{}\"", file.path(), e.toString());
      }
    }
    return Optional.empty();
  }

  /** Whether this is the content of any file that was read at the path; the beginning alone may be a banner. */
  private boolean isKnown(Content content) {
    return home.positions().ofPath(home.client(), path).stream()
        .anyMatch(r -> Opener.isEvidence(r) && r.before().length() > 0 && Opener.isContent(r, content));
  }

  /**
   * Older generations that still hold undelivered lines, oldest first: those the journal names, and those that were
   * made since the last of them was. Of a path nobody knows, those that were written since the agent started.
   *
   * @param current what is at the path now, if anything is
   * @param near the files beside it
   */
  List<Generation> unfinished(Optional<FileRecord> current, Siblings near) {
    List<FileRecord> all = home.positions().ofPath(home.client(), path);
    List<FileId> open = new ArrayList<>();
    current.ifPresent(record -> open.add(record.id()));
    long currentKey = current.map(FileRecord::key).orElse(0L);
    List<Generation> older = new ArrayList<>();
    if (all.isEmpty()) {
      return between(home.started() - CLOCK_TICK, packed -> false, near, open, Optional.empty());
    }
    for (FileRecord record : all) {
      if (record.done() || record.key() == currentKey) {
        continue;
      }
      Optional<Generation> opened =
          Opener.isEvidence(record) ? locate(record, near, open) : locateEmpty(record, near, open);
      if (opened.isPresent()) {
        older.add(opened.get());
        open.add(opened.get().id());
      } else {
        abandon(record);
      }
    }
    // Files that were empty when they were opened are found by what lies between their neighbours.
    Optional<FileRecord> empty = all.stream().filter(r -> !Opener.isEvidence(r) && !r.done()).findFirst();
    List<FileRecord> known =
        all.stream().filter(r -> Opener.isEvidence(r) && (empty.isEmpty() || r.key() < empty.get().key())).toList();
    if (known.isEmpty()) {
      older.addAll(between(all.getFirst().modified(), packed -> true, near, open, Optional.empty()));
    } else if (empty.isPresent() || known.getLast().key() != currentKey) {
      FileRecord last = known.getLast();
      Siblings beside = besideOf(last);
      // The number of a file that is gone may be that of another one by now.
      Optional<Sibling> file =
          find(last, beside, near)
              .flatMap(found -> holding(found, last))
              .or(() -> compressed(last, beside))
              .or(() -> compressed(last, near))
              .map(OlderGenerations::closed);
      Optional<Sibling> plain = file.filter(found -> found.packing() == Packing.NONE);
      long since = plain.map(Sibling::stat).map(FileStat::modified).orElse(last.modified());
      Predicate<Path> packed = laterThan(file.map(Sibling::path), near);
      older.addAll(between(since, packed, near, open, Optional.empty()));
    }
    if (empty.isPresent() && near.areToldApart(older.stream().map(Generation::resolved).map(Path::of).toList())) {
      older.sort((x, y) -> near.byAge(Path.of(x.resolved()), Path.of(y.resolved())));
    }
    return older;
  }

  private void abandon(FileRecord record) {
    long unread = Math.max(0, record.read() - record.committed());
    if (Opener.isEvidence(record) && (unread > 0 || record.committed() == 0)) {
      log.warn(
          "rotated file is gone, what was not delivered of it is lost path={} file={} delivered={} read={}",
          path, record.resolved(), record.committed(), record.read());
      home.counters().abandonedBytes.add(unread);
    } else if (Opener.isEvidence(record)) {
      log.info(
          "rotated file is gone, all that was read of it is delivered path={} file={} delivered={}",
          path, record.resolved(), record.committed());
    }
    home.positions().opened(record.finished());
  }

  /** Finds a file that was empty when it was opened: by its number, unless that is of something else now. */
  private Optional<Generation> locateEmpty(FileRecord record, Siblings near, List<FileId> open) {
    return find(record, besideOf(record), near)
        .filter(file -> !open.contains(file.stat().id()) && file.packing() == Packing.NONE)
        .filter(file -> file.path().toString().equals(record.resolved()) || near.isOlder(file.path()))
        .filter(file -> !isRecorded(file, Optional.empty()))
        .flatMap(file -> holding(file, record))
        .flatMap(held -> resume(held, record));
  }

  /** Finds what a record tells of; looks again when files were renamed meanwhile. */
  private Optional<Generation> locate(FileRecord record, Siblings listed, List<FileId> open) {
    Siblings beside = besideOf(record);
    Siblings near = listed;
    for (int looks = 1; ; looks++) {
      Siblings there = beside;
      Siblings here = near;
      Optional<Generation> found =
          find(record, there, here)
              .flatMap(file -> reopen(file, record))
              .or(() -> compressed(record, there).or(() -> compressed(record, here)).flatMap(h -> resume(h, record)))
              .or(() -> copy(record, there, open).flatMap(h -> resume(h, record)));
      if (found.isPresent() || looks == Siblings.MAX_LOOKS) {
        return found;
      }
      beside = there.again();
      near = here.again();
      if (there.holdUntil(beside) && here.holdUntil(near)) {
        return found;
      }
    }
  }

  private static Optional<Sibling> find(FileRecord record, Siblings beside, Siblings near) {
    return beside.find(record.id()).or(() -> near.find(record.id()));
  }

  /** The copy that was made before the file was cut to nothing. */
  private Optional<Held> copy(FileRecord record, Siblings beside, List<FileId> open) {
    return beside
        .copyOf(record.beginning(), record.read(), new HashSet<>(open), home.door())
        .flatMap(file -> holding(file, record));
  }

  private static Sibling closed(Held held) {
    try {
      held.content().close();
    } catch (IOException e) {
      log.debug("closing failed file={}", held.file().path(), e);
    }
    return held.file();
  }

  private Optional<Generation> resume(Held held, FileRecord record) {
    Sibling file = held.file();
    try {
      return Optional.of(opener.generation(opener.relocated(record, file.stat(), file.path()), held.content()));
    } catch (IOException e) {
      log.warn("rotated file cannot be read path={} file={} err=\"{}\"", path, closed(held).path(), e.toString());
      return Optional.empty();
    }
  }

  private Optional<Generation> reopen(Sibling file, FileRecord record) {
    return holding(file, record).flatMap(held -> resume(held, record));
  }

  /** Opens a file, as it is or unpacked, if that is a known content. */
  private Optional<Held> holding(Sibling file, FileRecord record) {
    for (Packing how : EnumSet.of(Packing.NONE, file.packing())) {
      try {
        Content content = opener.open(file.path(), file.stat(), how);
        if (Opener.isContent(record, content)) {
          return Optional.of(new Held(file, content));
        }
        content.close();
      } catch (IOException e) {
        log.warn("rotated file cannot be opened path={} file={} err=\"{}\"", path, file.path(), e.toString());
      }
    }
    return Optional.empty();
  }

  /**
   * Rotated files nobody knows that changed since a time: whole generations that came and went unseen.
   *
   * @param packed which compressed ones count: compression changes the time of a file
   * @param known a content that is known although no record says so
   */
  List<Generation> between(
      long since, Predicate<Path> packed, Siblings near, List<FileId> open, Optional<FileRecord> known) {
    List<Generation> found = new ArrayList<>(listed(since, packed, near, open, known));
    Siblings before = near;
    for (int looks = 1; looks < Siblings.MAX_LOOKS; looks++) {
      Siblings now = before.again();
      if (before.holdUntil(now)) {
        break;
      }
      // Renamed or compressed meanwhile: under its old name it was not found, its new one was not listed.
      found.addAll(listed(since, packed, now, open, known));
      before = now;
    }
    return found;
  }

  private List<Generation> listed(
      long since, Predicate<Path> packed, Siblings near, List<FileId> open, Optional<FileRecord> known) {
    List<Generation> found = new ArrayList<>();
    for (Sibling file : near.rotatedSince(since)) {
      boolean older = file.packing() != Packing.NONE && !packed.test(file.path());
      if (older || open.contains(file.stat().id()) || isRecorded(file, known)) {
        continue;
      }
      try {
        Generation generation = older(file);
        found.add(generation);
        open.add(generation.id());
        log.info("rotated file was never seen under its own name, reading it now path={} file={}", path, file.path());
      } catch (IOException e) {
        log.warn("rotated file cannot be opened path={} file={} err=\"{}\"", path, file.path(), e.toString());
      }
    }
    return found;
  }

  /** Those that were rotated later than the newest known file; all of them if that is gone. */
  static Predicate<Path> laterThan(Optional<Path> newest, Siblings near) {
    return file -> newest.isEmpty() || near.isLater(file, newest.get());
  }

  private boolean isRecorded(Sibling file, Optional<FileRecord> known) {
    List<FileRecord> records = new ArrayList<>(home.positions().ofFile(home.client(), file.stat().id()));
    known.ifPresent(records::add);
    try (Content content = opener.open(file.path(), file.stat(), file.packing())) {
      return isKnown(content) || records.stream().anyMatch(r -> Opener.isEvidence(r) && Opener.isContent(r, content));
    } catch (IOException e) {
      return true;
    }
  }
}
