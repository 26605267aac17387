package io.sigyn.agent.source;

import io.sigyn.agent.positions.FileId;
import io.sigyn.agent.positions.FileRecord;
import io.sigyn.agent.source.Siblings.Sibling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The files that were seen at one path, oldest first, from the moment they are opened until everything of them is
 * acknowledged. Called under the lock of the tail that owns it.
 */
final class TailFiles {
  private static final Logger log = LoggerFactory.getLogger(TailFiles.class);

  /** Fewer bytes of a content that has more do not tell it from others. */
  private static final int TELLING = 64;

  private final TailHome home;
  private final String path;
  private final String jobs;
  private final Opener opener;
  private final OlderGenerations older;
  private final List<Generation> all = new ArrayList<>();

  TailFiles(TailHome home, String path, String jobs, Opener opener, OlderGenerations older) {
    this.home = home;
    this.path = path;
    this.jobs = jobs;
    this.opener = opener;
    this.older = older;
  }

  /** Those there are at any time. */
  List<Generation> all() {
    return all;
  }

  List<FileId> ids() {
    return new ArrayList<>(all.stream().map(Generation::id).toList());
  }

  /** The file that was at the path last, while it is still read. */
  @Nullable Generation newest() {
    Generation last = all.isEmpty() ? null : all.getLast();
    return last == null || last.isFinished() ? null : last;
  }

  FileRecord record(Generation generation) {
    return generation.record(home.client(), jobs, path);
  }

  /** Writes down how far it is, at once. */
  void remember(Generation generation) {
    home.positions().opened(record(generation).seenAt(home.clock().epochMillis()));
  }

  /** Takes over files that left the path while nobody looked. */
  void adopt(List<Generation> found, long now) {
    for (Generation generation : found) {
      Optional<String> owner = home.owners().claim(generation.id(), jobs, path);
      owner.ifPresent(other -> log.debug("rotated file is read under another path too path={} other={}", path, other));
      generation.detach(now, home.settings().rotateDrain().toNanos(), false);
      all.add(generation);
    }
  }

  /** Nothing more is read of it. */
  void close(Generation generation) {
    generation.finish();
    home.counters().longLines.add(generation.splitter.longLines());
    home.counters().skippedNuls.add(generation.splitter.skippedNuls());
    try {
      generation.close();
    } catch (IOException e) {
      log.warn("closing failed path={} file={} err=\"{}\"", path, generation.resolved(), e.toString());
    }
  }

  /** Reading failed: the file is opened again by the path it was known under, or what holds the same is. */
  void mend(Generation generation) throws IOException {
    Path at = Path.of(generation.resolved());
    Optional<FileStat> there = Files.exists(at) ? Optional.of(FileStat.of(at)) : Optional.empty();
    if (there.isPresent() && there.get().id().equals(generation.id())) {
      generation.reopen(opener.open(at, there.get(), generation.content().packing()));
    } else if (generation.isDetached() && !moveToRest(generation)) {
      log.atLevel(generation.unread() > 0 ? Level.WARN : Level.DEBUG)
          .log(
              "file was removed while it was not open, what was not read of it is lost path={} file={} lost_bytes={}",
              path, generation.resolved(), generation.unread());
      home.counters().abandonedBytes.add(generation.unread());
      close(generation);
    }
  }

  /** Goes on in another file that holds the same: a copy, or its compressed form. */
  boolean moveToRest(Generation generation) throws IOException {
    FileRecord record = record(generation);
    if (!Opener.isEvidence(record) || record.beginning().length() < Math.min(TELLING, record.read())) {
      return false;
    }
    Optional<OlderGenerations.Held> rest = older.rest(record, ids());
    if (rest.isPresent()) {
      Sibling to = rest.get().file();
      home.owners().release(generation.id(), jobs, path);
      generation.moveTo(to.stat().id(), to.path().toString(), rest.get().content());
      home.owners().claim(generation.id(), jobs, path);
    }
    return rest.isPresent();
  }

  /** Lets go of files that are finished and acknowledged; returns whether there were any. */
  boolean forget() {
    boolean forgot = false;
    for (int i = 0; i < all.size(); i++) {
      Generation generation = all.get(i);
      if (generation.isFinished() && generation.isDelivered()) {
        remember(generation);
        boolean shared = all.stream().anyMatch(g -> g != generation && g.id().equals(generation.id()));
        if (!shared) {
          home.owners().release(generation.id(), jobs, path);
        }
        all.remove(i--);
        forgot = true;
      }
    }
    return forgot;
  }

  void addRecords(List<FileRecord> to) {
    for (int i = 0; i < all.size(); i++) {
      to.add(record(all.get(i)));
    }
  }

  /** Bytes of deleted files that are kept on disk by being read here. */
  long pinned() {
    long bytes = 0;
    // Asked of every file every second.
    for (int i = 0; i < all.size(); i++) {
      Generation generation = all.get(i);
      bytes += generation.isDeleted() && !generation.isClosed() ? generation.size() : 0;
    }
    return bytes;
  }

  /** Gives up the oldest deleted file that is not read to its end; returns the bytes given up. */
  long abandon() {
    for (Generation generation : all) {
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

  /** Closes every file; nothing is given out. */
  void close() {
    for (Generation generation : all) {
      try {
        generation.close();
      } catch (IOException e) {
        log.warn("closing failed path={} err=\"{}\"", path, e.toString());
      }
    }
  }
}
