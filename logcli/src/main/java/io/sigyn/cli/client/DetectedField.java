package io.sigyn.cli.client;

import java.util.List;

/**
 * A field that the server found in a sample of lines.
 *
 * @param type int, float, boolean, duration, bytes or string
 * @param cardinality how many values it has in the sample
 * @param parsers stages that yield it, none for structured metadata
 */
public record DetectedField(String label, String type, long cardinality, List<String> parsers) {
  /** Copies the list. */
  public DetectedField {
    parsers = List.copyOf(parsers);
  }
}
