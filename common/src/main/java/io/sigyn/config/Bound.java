package io.sigyn.config;

import java.util.List;

/**
 * A file turned into a record.
 *
 * @param warnings lines about keys that were accepted without effect, with their place
 */
public record Bound<T>(T value, List<String> warnings) {
  /** Copies the list. */
  public Bound {
    warnings = List.copyOf(warnings);
  }
}
