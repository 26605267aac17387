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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Opens the files of one path where reading has to go on: by identity and content, never by name alone. */
final class Opener {
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

  /**
   * Whether a record says what the file held. One that does not is of an empty file: nothing was ever sent of it, since the
   * record is written again when something is read.
   */
  static boolean isEvidence(FileRecord record) {
    return record.beginning().length() > 0;
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

  /** Opens a file that is still the one that was looked at. */
  Content open(Path file, FileStat stat, Packing how) throws IOException {
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
    return whole && isContent(last, content) && Siblings.of(real, home.directories()).find(last.id()).isEmpty()
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

  /** Of a content that nobody read. */
  FileRecord newRecord(FileStat stat, Path real, long offset, Content content) {
    return new FileRecord(
        0, home.client(), jobs, path, resolved(real), stat.id(),
        beginning(content), offset, offset, Fingerprint.NONE, stat.modified(), false,
        home.clock().epochMillis(), List.of());
  }

  /** One text for both where no link is on the way. */
  private String resolved(Path real) {
    String text = real.toString();
    return text.equals(path) ? path : text;
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

  /** The same content in a file at another place. */
  FileRecord relocated(FileRecord r, FileStat stat, Path real) {
    return new FileRecord(
        r.key(), r.client(), jobs, path, resolved(real), stat.id(), r.beginning(), r.committed(), r.read(), r.before(),
        stat.modified(), false, home.clock().epochMillis(), r.stamps());
  }

  /** Begins reading a content where its record says. */
  Generation generation(FileRecord given, Content content) throws IOException {
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
}
