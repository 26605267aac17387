package io.sigyn.storage.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the quarantine of files that are lost: segments that manifests named and that were gone, files of the log and
 * delete requests that could not be read. A directory put in order forgets them, so without a note the next start would be
 * silent. Each start reports every note until somebody removes it, or the file is back; from then on answers are not told of
 * the loss any more, in the process that runs, too.
 *
 * <p>A note is a file {@code <file name>.lost} that says in UTF-8 where the file should be, what was in it, and which answers
 * lack it.
 */
public final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);
  private static final String KIND = "loss";
  private static final String SUFFIX = ".lost";
  private static final int MOST_BYTES = 64 << 10;

  private final StoreFiles files;
  private final Path quarantine;

  /** Over the notes in a directory, which need not exist. */
  public Losses(StoreFiles files, Path quarantine) {
    this.files = files;
    this.quarantine = quarantine;
  }

  private Note note(Path lost) {
    return new Note(files, quarantine.resolve(lost.getFileName() + SUFFIX));
  }

  /**
   * Reports what was lost before.
   *
   * @param reachOf which answers may lack something when a file is lost, as far as its place tells: for notes that do not say
   *     it, as those of earlier versions
   */
  public void report(DamageLog damages, Function<? super Path, Reach> reachOf) {
    try {
      for (Path file : files.list(quarantine)) {
        if (file.getFileName().toString().endsWith(SUFFIX)) {
          report(new Note(files, file), damages, reachOf);
        }
      }
    } catch (IOException e) {
      damages.report(
          new Damage(KIND, quarantine, "notes of what is lost cannot be read: " + e.getMessage(), Reach.EVERYTHING));
    }
  }

  private void report(Note note, DamageLog damages, Function<? super Path, Reach> reachOf) {
    Path file = note.file();
    try {
      Loss loss = read(note);
      Reach reach = loss.reach().or(() -> lost(file, loss.text()).map(reachOf)).orElse(Reach.EVERYTHING);
      damages.report(new Damage(KIND, file, loss.text() + "; remove this file when you know", reach), note);
    } catch (IOException e) {
      String detail = "this note of what is lost cannot be read: " + e.getMessage() + "; remove this file when you know";
      damages.report(new Damage(KIND, file, detail, Reach.EVERYTHING), note);
    }
  }

  private Loss read(Note note) throws IOException {
    return Loss.decode(Publication.readAll(files, note.file(), MOST_BYTES));
  }

  /** Where the lost file should be; paths may have blanks, but the name is known. */
  private static Optional<Path> lost(Path note, String text) {
    String noteName = note.getFileName().toString();
    String name = noteName.substring(0, noteName.length() - SUFFIX.length());
    int at = text.indexOf(note.getFileSystem().getSeparator() + name + " ");
    try {
      return at < 0 ? Optional.empty() : Optional.of(note.getFileSystem().getPath(text.substring(0, at), name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * The highest number at the end of the names that things were noted under, which were not files of their own: {@code
   * <something>@<number>}; 0 when there is none.
   */
  public long highestPlace() {
    long highest = 0;
    try {
      for (Path file : files.list(quarantine)) {
        String name = file.getFileName().toString();
        int at = name.lastIndexOf('@');
        if (at >= 0 && name.endsWith(SUFFIX)) {
          highest = Math.max(highest, place(name.substring(at + 1, name.length() - SUFFIX.length())));
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot look for notes of what is lost directory={} cause=\"{}\"", quarantine, e.toString());
    }
    return highest;
  }

  private static long place(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Whether there is a note of a file. */
  public boolean knows(Path lost) {
    return note(lost).exists();
  }

  /**
   * Makes a note; when that fails, only this start reports the loss.
   *
   * @param what was in the file, or what follows; one line
   * @return the note, if there is one now
   */
  public Optional<Note> add(Path lost, String what, Reach reach) {
    Note note = note(lost);
    try {
      files.createDirectory(quarantine);
      Publication.publish(files, note.file(), new Loss(lost + " " + what, Optional.of(reach)).encode());
      return Optional.of(note);
    } catch (IOException e) {
      LOG.warn("cannot note a loss file={} cause=\"{}\"", lost, e.toString());
      return Optional.empty();
    }
  }

  /**
   * Reports that a file is lost, and makes a note. An answer is told of it once: where an earlier start has made the note, by
   * {@link #report}.
   *
   * @param damage whose file it is; without a reach any answer may lack something
   * @param what as for {@link #add(Path, String, Reach)}
   */
  public void add(DamageLog damages, Damage damage, String what) {
    if (isNoted(damage.file())) {
      damages.report(new Damage(damage.kind(), damage.file(), damage.detail()));
    } else {
      add(damages, damage.file(), damage, what);
    }
  }

  /**
   * As {@link #add(DamageLog, Damage, String)}, of something that is lost of a file.
   *
   * @param lost a name for it, where a file of that name would be; there is no note of it
   */
  public void add(DamageLog damages, Path lost, Damage damage, String what) {
    Reach reach = damage.reach().orElse(Reach.EVERYTHING);
    String detail = damage.detail();
    add(lost, what, reach)
        .ifPresentOrElse(
            note -> damages.report(new Damage(damage.kind(), damage.file(), detail + note.advice(), reach), note),
            () -> damages.report(new Damage(damage.kind(), damage.file(), detail, reach)));
  }

  /** Whether there is a note of exactly this file; its name alone may be that of another directory's. */
  private boolean isNoted(Path lost) {
    try {
      return knows(lost) && read(note(lost)).text().startsWith(lost + " ");
    } catch (IOException e) {
      return false;
    }
  }

  /** The file is there; a note that says otherwise goes. */
  public void back(Path found) {
    if (isNoted(found)) {
      remove(found);
    }
  }

  /** The file is back. */
  public void remove(Path lost) {
    try {
      files.delete(note(lost).file());
    } catch (IOException e) {
      LOG.warn("cannot remove the note of a file that is back file={} cause=\"{}\"", lost, e.toString());
    }
  }
}
