package io.sigyn.server.limits;

import java.util.List;
import java.util.Map;

/**
 * Fields that become structured metadata under one name.
 *
 * @param fields for each name the labels, metadata names or keys of the line that may give its value, in order
 */
public record GenericFields(Map<String, List<String>> fields) {
  /** None. */
  public static final GenericFields DEFAULT = new GenericFields(Map.of());

  /** Copies the map. */
  public GenericFields {
    fields = Map.copyOf(fields);
  }
}
