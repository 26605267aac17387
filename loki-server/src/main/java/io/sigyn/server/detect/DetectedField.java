package io.sigyn.server.detect;

import java.util.List;

/**
 * A field of some lines.
 *
 * @param name how queries call it once it is parsed
 * @param cardinality how many different values it has in those lines
 * @param parsers {@code json}, {@code logfmt}: by which it is got; none for structured metadata
 * @param jsonPath the keys on the way to it in lines that are JSON; none when it is not got from there
 */
public record DetectedField(
    String name, ValueType type, int cardinality, List<String> parsers, List<String> jsonPath) {
  /** Copies the lists. */
  public DetectedField {
    parsers = List.copyOf(parsers);
    jsonPath = List.copyOf(jsonPath);
  }
}
