package io.sigyn.storage.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the quarantine of files that are lost: segments that manifests named and that were gone, files of the log and
 * delete requests that could not be read. A directory put in order forgets them, so without a note the next start would be
 * silent. Each start reports every note until somebody removes it, or the file is back.
 *
 * <p>A note is a file {@code <file name>.lost} that says in UTF-8 where the file should be and what was in it.
 */
public final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);
  private static final String SUFFIX = ".lost";
  private static final int MOST_BYTES = 64 << 10;

  private final StoreFiles files;
  private final Path quarantine;

  /** Over the notes in a directory, which need not exist. */
  public Losses(StoreFiles files, Path quarantine) {
    this.files = files;
    this.quarantine = quarantine;
  }

  private Path note(Path lost) {
    return quarantine.resolve(lost.getFileName() + SUFFIX);
  }

  /** Reports what was lost before. */
  public void report(DamageLog damages) {
    try {
      for (Path file : files.list(quarantine)) {
        if (file.getFileName().toString().endsWith(SUFFIX)) {
          String text = new String(Publication.readAll(files, file, MOST_BYTES), StandardCharsets.UTF_8);
          damages.report(new Damage("loss", file, text + "; remove this file when you know"));
        }
      }
    } catch (IOException e) {
      damages.report(new Damage("loss", quarantine, "notes of what is lost cannot be read: " + e.getMessage()));
    }
  }

  /** Whether there is a note of a file. */
  public boolean knows(Path lost) {
    return files.exists(note(lost));
  }

  /** Makes a note; when that fails, only this start reports the loss. */
  public void add(Path lost, String what) {
    try {
      files.createDirectory(quarantine);
      Publication.publish(files, note(lost), (lost + " " + what).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("cannot note a loss file={} cause=\"{}\"", lost, e.toString());
    }
  }

  /** The file is back. */
  public void remove(Path lost) {
    try {
      files.delete(note(lost));
    } catch (IOException e) {
      LOG.warn("cannot remove the note of a file that is back file={} cause=\"{}\"", lost, e.toString());
    }
  }
}
