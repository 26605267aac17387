package io.sigyn.server.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** Texts of errors, equal ones counted. For one batch and one thread. */
final class ErrorGroups {
  /**
   * Different texts that are kept; a body full of different mistakes must not come back as an
   * answer of its size.
   */
  static final int MAX_TEXTS = 100;

  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private long dropped;

  void add(String text) {
    if (counts.size() < MAX_TEXTS || counts.containsKey(text)) {
      counts.merge(text, 1, Integer::sum);
    } else {
      dropped++;
    }
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /** One error that occurred once as it is, everything else as counts. */
  String text() {
    if (counts.size() == 1 && counts.containsValue(1)) {
      return counts.keySet().iterator().next();
    }
    StringJoiner all = new StringJoiner("; ");
    counts.forEach((text, count) -> all.add(count + " errors like: " + text));
    if (dropped > 0) {
      all.add("and " + dropped + " other errors");
    }
    return all.toString();
  }
}
