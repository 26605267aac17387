package io.sigyn.storage.files;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Something on disk that is not what its format says. It was left out; the rest is used.
 *
 * @param kind what kind of file: {@code wal}, {@code segment}, {@code block}, {@code manifest}
 * @param file where
 * @param detail what was wrong, at which offset, and what was lost
 * @param reach the answers that lack something, or have too much, from now on; empty when there are none, or when whoever
 *     answers meets the damage and says so
 */
public record Damage(String kind, Path file, String detail, Optional<Reach> reach) {
  /** One that touches no answer, or is met by those that it touches. */
  public Damage(String kind, Path file, String detail) {
    this(kind, file, detail, Optional.empty());
  }

  /** One that touches answers. */
  public Damage(String kind, Path file, String detail, Reach reach) {
    this(kind, file, detail, Optional.of(reach));
  }

  @Override
  public String toString() {
    return kind + " " + file + ": " + detail;
  }
}
