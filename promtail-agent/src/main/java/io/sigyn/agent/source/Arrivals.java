package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.source.Siblings.Sibling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Opens the file that a path shows for the first time, where it is to be read from, and what was written between the file that
 * was read before and this one. Used by the thread that polls the path.
 */
final class Arrivals {
  private final TailHome home;
  private final Path location;
  private final Packing packing;
  private final Opener opener;
  private final OlderGenerations older;
  private final TailFiles files;
  private final boolean atEnd;
  private boolean recovered;
  private boolean fresh;
  private Optional<FileRecord> truncated = Optional.empty();

  /**
   * For one path.
   *
   * @param atEnd whether an unknown file is read from its end on
   */
  Arrivals(
      TailHome home, Path location, Packing packing, Opener opener, OlderGenerations older, TailFiles files, boolean atEnd) {
    this.home = home;
    this.location = location;
    this.packing = packing;
    this.opener = opener;
    this.older = older;
    this.files = files;
    this.atEnd = atEnd;
  }

  /**
   * What is to be read from now on.
   *
   * @param between older files, in order
   * @param shown the one at the path
   */
  record Arrival(List<Generation> between, Generation shown) {}

  /** Whether it is known what was left unread when the agent ended. */
  boolean isRecovered() {
    return recovered;
  }

  /** The file at the path was cut, and is gone on with as one that nobody knows. */
  void truncated(FileRecord before) {
    fresh = true;
    truncated = Optional.of(before);
  }

  /** The path is gone before it was ever seen: what the journal names may still be beside it. */
  List<Generation> withoutPath() {
    recovered = true;
    return home.settings().catchUpRotated() ? older.unfinished(Optional.empty(), beside(location)) : List.of();
  }

  /**
   * Opens a file. One that holds all that was read of the one before takes that one's place, which is closed.
   *
   * @param real where it is behind all links
   */
  Arrival open(FileStat stat, Path real) throws IOException {
    boolean catchUp = home.settings().catchUpRotated();
    Siblings near = catchUp ? beside(real) : Siblings.none();
    Generation before = files.newest();
    Opener.Opening opening;
    List<Generation> found = new ArrayList<>();
    if (before != null && isRewritten(before, real, near)) {
      opening = opener.beginAt(stat, real, before.splitter.lineStart());
      files.close(before);
    } else {
      opening = opener.begin(stat, real, fresh, atEnd && !recovered);
      if (catchUp && !recovered) {
        found.addAll(older.unfinished(Optional.of(opening.record()), near));
      } else if (catchUp && (before != null || truncated.isPresent())) {
        Optional<Sibling> left = before == null ? Optional.empty() : near.find(before.id());
        long lastSeen = before == null ? truncated.map(FileRecord::modified).orElse(0L) : before.modified();
        long since = left.map(Sibling::stat).map(FileStat::modified).orElse(lastSeen);
        List<FileId> open = files.ids();
        open.add(stat.id());
        Predicate<Path> packed = OlderGenerations.laterThan(left.map(Sibling::path), near);
        found.addAll(older.between(since, packed, near, open, truncated));
      }
    }
    Generation next = opener.finish(opening);
    recovered = true;
    fresh = false;
    truncated = Optional.empty();
    if (before != null) {
      home.counters().rotations.increment();
    }
    return new Arrival(found, next);
  }

  private Siblings beside(Path resolved) {
    return Siblings.of(resolved, home.directories());
  }

  /** Whether the new file holds all that was read of the old one, which is gone: a rewrite, no rotation. */
  private boolean isRewritten(Generation before, Path real, Siblings near) throws IOException {
    if (before.beginning().length() < home.settings().fingerprintBytes() || near.find(before.id()).isPresent()) {
      return false;
    }
    FileRecord record = files.record(before);
    try (Content content = opener.open(real, FileStat.of(real), packing)) {
      return Opener.isContent(record, content);
    }
  }
}
