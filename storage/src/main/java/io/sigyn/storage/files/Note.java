package io.sigyn.storage.files;

import java.nio.file.Path;

/**
 * A note of something lost; see {@link Losses}. While it is there, answers are told of the loss.
 *
 * @param file the note itself
 */
public record Note(StoreFiles files, Path file) {
  /** Whether nobody has removed it. */
  boolean exists() {
    return files.exists(file);
  }

  /** What to do about it, for people; to be put behind what is lost. */
  String advice() {
    return "; remove " + file + " when you know";
  }
}
