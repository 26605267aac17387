package io.sigyn.storage.files;

import java.nio.file.Path;

/**
 * Something on disk that is not what its format says. It was left out; the rest is used.
 *
 * @param kind what kind of file: {@code wal}, {@code segment}, {@code block}, {@code manifest}
 * @param file where
 * @param detail what was wrong, at which offset, and what was lost
 */
public record Damage(String kind, Path file, String detail) {
  @Override
  public String toString() {
    return kind + " " + file + ": " + detail;
  }
}
