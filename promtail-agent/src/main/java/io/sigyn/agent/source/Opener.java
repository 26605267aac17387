package io.sigyn.agent.source;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.positions.Fingerprint;
import io.sigyn.agent.positions.Positions;
import io.sigyn.agent.source.Siblings.Sibling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Opens the files of one path where reading has to go on: by identity and content, never by name alone. */
final class Opener {
  private static final Logger log = LoggerFactory.getLogger(Opener.class);

  /** How often files are looked for while others are renamed. */
  private static final int MAX_LOOKS = 4;

  /** How far the times of files may be behind the clock. */
  private static final long CLOCK_TICK = 50_000_000;

  /** The path showed another file while it was being opened; looking again helps. */
  static final class ChangedMeanwhile extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final TailHome home;
  private final String path;
  private final String jobs;
  private final Charset charset;
  private final Packing packing;

  Opener(TailHome home, String path, String jobs, Charset charset, Packing packing) {
    this.home = home;
    this.path = path;
    this.jobs = jobs;
    this.charset = charset;
    this.packing = packing;
  }

  /**
   * An open file and where to go on in it. It becomes a generation when the older ones were opened, so that keys grow with
   * age.
   *
   * @param record with key 0 when the content is new
   */
  record Opening(Content content, FileRecord record) {}

  /** Opens what is at the path. With {@code fresh}, its content is known to be new and starts at its first byte. */
  Opening begin(FileStat stat, Path real, boolean fresh, boolean atEnd) throws IOException {
    Content content = open(real, stat, packing);
    try {
      FileRecord record =
          fresh
              ? newRecord(stat, real, 0, content)
              : resumable(stat.id(), content)
                  .or(() -> rewritten(content, real))
                  .map(found -> relocated(found, stat, real))
                  .orElseGet(() -> unknown(stat, real, content, atEnd));
      return new Opening(content, record);
    } catch (UncheckedIOException e) {
      content.close();
      throw e.getCause();
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }

  /** Begins reading. */
  Generation finish(Opening opening) throws IOException {
    try {
      return generation(opening.record(), opening.content());
    } catch (IOException | RuntimeException e) {
      opening.content().close();
      throw e;
    }
  }

  /** Opens a whole generation that nobody knows. */
  private Generation older(Sibling file) throws IOException {
    Content content = open(file.path(), file.stat(), file.packing());
    try {
      return generation(newRecord(file.stat(), file.path(), 0, content), content);
    } catch (IOException | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  /** A file that holds a known content. */
  record Held(Sibling file, Content content) {}

  /** Opens the compressed form of a known content, if one of the files holds it. */
  Optional<Held> compressed(FileRecord record, Siblings siblings) {
    for (Sibling file : siblings.compressed()) {
      try {
        Content content = open(file.path(), file.stat(), Packing.GZ);
        if (isContent(record, content)) {
          return Optional.of(new Held(file, content));
        }
        content.close();
      } catch (IOException e) {
        log.debug("not readable as gzip file={} err=\"{}\"", file.path(), e.toString());
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a record says what the file held. One that does not is of an empty file: nothing was ever sent of it, since the
   * record is written again when something is read.
   */
  private static boolean isEvidence(FileRecord record) {
    return record.beginning().length() > 0;
  }

  /** Whether this is the content of any file that was read at the path. */
  private boolean isKnown(Content content) {
    return home.positions().ofPath(home.client(), path).stream()
        .anyMatch(record -> isEvidence(record) && isContent(record, content));
  }

  /** Opens a file that has the content of another and more, to go on where that one stopped. */
  Opening beginAt(FileStat stat, Path real, long offset) throws IOException {
    Content content = open(real, stat, packing);
    try {
      return new Opening(content, newRecord(stat, real, offset, content));
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }

  /** Opens a file again. */
  Content reopen(Path file, FileStat stat, Packing how) throws IOException {
    return open(file, stat, how);
  }

  private Content open(Path file, FileStat stat, Packing how) throws IOException {
    PlainContent plain = PlainContent.open(file, home.door());
    Content content = how == Packing.NONE ? plain : new PackedContent(plain, how);
    FileStat now;
    try {
      now = FileStat.of(file);
    } catch (IOException e) {
      content.close();
      throw e;
    }
    if (!now.id().equals(stat.id())) {
      content.close();
      throw new ChangedMeanwhile();
    }
    return content;
  }

  /** The newest record whose content this is. */
  private Optional<FileRecord> resumable(FileId id, Content content) {
    List<FileRecord> records = home.positions().ofFile(home.client(), id);
    Predicate<FileRecord> ours =
        record -> isEvidence(record) && (record.jobs().equals(jobs) || record.path().equals(path));
    return records.reversed().stream().filter(ours).filter(record -> isContent(record, content)).findFirst();
  }

  /** Whether the content begins as the record says and still has what was read of it. */
  static boolean isContent(FileRecord record, Content content) {
    try {
      return content.holds(record.beginning(), record.beginning().length())
          && content.size() >= record.read()
          && content.holds(record.before(), record.read());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The record of a file that was replaced by a copy with more in it (an editor, a restored volume). Needs a whole
   * fingerprint, and that the old file is not there any more.
   */
  private Optional<FileRecord> rewritten(Content content, Path real) {
    List<FileRecord> records = home.positions().ofPath(home.client(), path);
    if (records.isEmpty()) {
      return Optional.empty();
    }
    FileRecord last = records.getLast();
    boolean whole = last.beginning().length() >= home.settings().fingerprintBytes();
    return whole && isContent(last, content) && Siblings.of(real).find(last.id()).isEmpty()
        ? Optional.of(last)
        : Optional.empty();
  }

  private FileRecord unknown(FileStat stat, Path real, Content content, boolean atEnd) {
    OptionalLong yaml = home.positions().ofYaml(path);
    try {
      long size = content.size();
      long offset = atEnd ? size : 0;
      if (yaml.isPresent()) {
        // promtail counts lines of compressed files.
        long given = packing == Packing.NONE ? yaml.getAsLong() : content.afterLines(yaml.getAsLong());
        offset = given <= size ? given : 0;
      }
      return newRecord(stat, real, offset, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileRecord newRecord(FileStat stat, Path real, long offset, Content content) {
    return new FileRecord(
        0, home.client(), jobs, path, real.toString(), stat.id(),
        beginning(content), offset, offset, Fingerprint.NONE, stat.modified(), false,
        home.clock().epochMillis(), List.of());
  }

  /** Of what is there already, read or not: the number of a file alone says nothing, it is used again. */
  private Fingerprint beginning(Content content) {
    try {
      int length = home.settings().fingerprintBytes();
      return content.before(Math.min(content.size(), length), length);
    } catch (IOException e) {
      return Fingerprint.NONE;
    }
  }

  private FileRecord relocated(FileRecord r, FileStat stat, Path real) {
    return new FileRecord(
        r.key(), r.client(), jobs, path, real.toString(), stat.id(), r.beginning(), r.committed(), r.read(), r.before(),
        stat.modified(), false, home.clock().epochMillis(), r.stamps());
  }

  private Generation generation(FileRecord given, Content content) throws IOException {
    FileRecord record = given.key() == 0 ? given.withKey(home.positions().newKey()) : given;
    AgentBlock.Tail settings = home.settings();
    Positions positions = home.positions();
    Splitter splitter =
        new Splitter(
            record.committed(), (int) settings.maxLineBytes().bytes(), settings.maxLinePolicy(), settings.stripCr());
    Stamps stamps = new Stamps(positions, record.key(), home.clock(), record.stamps());
    Generation generation =
        new Generation(record, content, charset, splitter, stamps, settings.fingerprintBytes(), home.clock().ticks());
    positions.opened(record);
    return generation;
  }

  /**
   * Older generations that still hold undelivered lines, oldest first: those the journal names, and those that were made
   * since the last of them was. Of a path nobody knows, those that were written since the agent started.
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
      return between(home.started() - CLOCK_TICK, packed -> false, near, open);
    }
    List<FileRecord> records = all.stream().filter(Opener::isEvidence).toList();
    all.stream()
        .filter(record -> !isEvidence(record) && !record.done())
        .forEach(record -> home.positions().opened(record.finished()));
    if (records.isEmpty()) {
      return between(all.getFirst().modified(), packed -> true, near, open);
    }
    FileRecord last = records.getLast();
    for (FileRecord record : records) {
      if (record.done() || record.key() == currentKey) {
        continue;
      }
      Optional<Generation> opened = locate(record, near, open);
      if (opened.isPresent()) {
        older.add(opened.get());
        open.add(opened.get().id());
      } else {
        long unread = Math.max(0, record.read() - record.committed());
        log.atLevel(unread > 0 || record.committed() == 0 ? Level.WARN : Level.INFO)
            .log(
                "rotated file is gone, what was not delivered of it is lost path={} file={} delivered={} read={}",
                path, record.resolved(), record.committed(), record.read());
        home.counters().abandonedBytes.add(unread);
        home.positions().opened(record.finished());
      }
    }
    if (last.key() != currentKey) {
      Siblings beside = Siblings.of(Path.of(last.resolved()));
      // The number of a file that is gone may be that of another one by now.
      Optional<Sibling> file =
          find(last, beside, near)
              .flatMap(found -> holding(found, last))
              .or(() -> compressed(last, beside))
              .or(() -> compressed(last, near))
              .map(Opener::closed);
      Optional<Sibling> plain = file.filter(found -> found.packing() == Packing.NONE);
      long since = plain.map(Sibling::stat).map(FileStat::modified).orElse(last.modified());
      older.addAll(between(since, laterThan(file.map(Sibling::path), near), near, open));
    }
    return older;
  }

  /** Finds what a record tells of; looks again when files were renamed meanwhile. */
  private Optional<Generation> locate(FileRecord record, Siblings listed, List<FileId> open) {
    Siblings beside = Siblings.of(Path.of(record.resolved()));
    Siblings near = listed;
    for (int looks = 1; ; looks++) {
      Siblings there = beside;
      Siblings here = near;
      Optional<Generation> found =
          find(record, there, here)
              .flatMap(file -> reopen(file, record))
              .or(() -> compressed(record, there).or(() -> compressed(record, here)).flatMap(h -> resume(h, record)))
              .or(() -> copy(record, there, open).flatMap(h -> resume(h, record)));
      beside = there.again();
      near = here.again();
      boolean same = beside.hasNamesOf(there) && near.hasNamesOf(here);
      if (found.isPresent() || same || looks == MAX_LOOKS) {
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
      return Optional.of(generation(relocated(record, file.stat(), file.path()), held.content()));
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
        Content content = open(file.path(), file.stat(), how);
        if (isContent(record, content)) {
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
   */
  List<Generation> between(long since, Predicate<Path> packed, Siblings near, List<FileId> open) {
    List<Generation> found = new ArrayList<>(listed(since, packed, near, open));
    Siblings before = near;
    for (int looks = 1; looks < MAX_LOOKS; looks++) {
      Siblings now = before.again();
      if (now.hasNamesOf(before)) {
        break;
      }
      // Renamed or compressed meanwhile: under its old name it was not found, its new one was not listed.
      found.addAll(listed(since, packed, now, open));
      before = now;
    }
    return found;
  }

  private List<Generation> listed(long since, Predicate<Path> packed, Siblings near, List<FileId> open) {
    List<Generation> found = new ArrayList<>();
    for (Sibling file : near.rotatedSince(since)) {
      boolean older = file.packing() != Packing.NONE && !packed.test(file.path());
      if (older || open.contains(file.stat().id()) || isRecorded(file)) {
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

  private boolean isRecorded(Sibling file) {
    boolean packed = file.packing() != Packing.NONE;
    List<FileRecord> records =
        home.positions().ofFile(home.client(), file.stat().id()).stream().filter(Opener::isEvidence).toList();
    if (records.isEmpty() && !packed) {
      return false;
    }
    try (Content content = open(file.path(), file.stat(), file.packing())) {
      return packed ? isKnown(content) : records.stream().anyMatch(record -> isContent(record, content));
    } catch (IOException e) {
      return true;
    }
  }
}
