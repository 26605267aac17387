package io.sigyn.storage.manifest;

import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the quarantine of segments that manifests named and that were gone. A manifest made anew forgets them, so without
 * a note the next start would be silent. Each start reports every note until somebody removes it, or the segment is back.
 *
 * <p>A note is a file {@code <segment's file name>.lost} that says in UTF-8 where the segment should be and what was in it.
 */
public final class LostSegments {
  private static final Logger LOG = LoggerFactory.getLogger(LostSegments.class);
  private static final String SUFFIX = ".lost";
  private static final int MOST_BYTES = 64 << 10;

  private final StoreFiles files;
  private final Path quarantine;

  /** Over the notes in a directory, which need not exist. */
  public LostSegments(StoreFiles files, Path quarantine) {
    this.files = files;
    this.quarantine = quarantine;
  }

  private Path note(Path segment) {
    return quarantine.resolve(segment.getFileName() + SUFFIX);
  }

  /** Reports what was lost before. */
  public void report(DamageLog damages) {
    try {
      for (Path file : files.list(quarantine)) {
        if (file.getFileName().toString().endsWith(SUFFIX)) {
          String text = new String(Publication.readAll(files, file, MOST_BYTES), StandardCharsets.UTF_8);
          damages.report(new Damage("segment", file, text + "; remove this file when you know"));
        }
      }
    } catch (IOException e) {
      damages.report(new Damage("segment", quarantine, "notes of lost segments cannot be read: " + e.getMessage()));
    }
  }

  /** Whether there is a note of a segment. */
  boolean knows(Path segment) {
    return files.exists(note(segment));
  }

  /** Makes a note; when that fails, only this start reports the loss. */
  void add(Path segment, String what) {
    try {
      files.createDirectory(quarantine);
      Publication.publish(files, note(segment), (segment + " " + what).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("cannot note that a segment is lost file={} cause=\"{}\"", segment, e.toString());
    }
  }

  /** The segment is back. */
  void remove(Path segment) {
    try {
      files.delete(note(segment));
    } catch (IOException e) {
      LOG.warn("cannot remove the note of a segment that is back file={} cause=\"{}\"", segment, e.toString());
    }
  }
}
