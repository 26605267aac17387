package io.sigyn.wire.push;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/**
 * The labels of a stream as they were sent.
 *
 * @param labels without empty values; of a name given twice, the first value
 * @param repeated the name given twice, empty when there is none
 * @param pairs name, value, name, value, ... sorted by name, repetitions included; empty when no name was given twice
 */
record StreamLabels(Labels labels, String repeated, List<String> pairs) {
  /** The stream without labels. */
  static final StreamLabels EMPTY = new StreamLabels(Labels.EMPTY, "", List.of());

  /** Of labels among which no name was given twice. */
  static StreamLabels of(Labels labels) {
    return new StreamLabels(labels, "", List.of());
  }

  /** Of name, value, name, value, ... in any order and with repetitions. */
  static StreamLabels ofPairs(List<String> namesAndValues) {
    Labels.Builder builder = Labels.builder();
    List<String> sorted = new ArrayList<>(namesAndValues.size());
    String repeated = "";
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      String name = namesAndValues.get(i);
      String value = namesAndValues.get(i + 1);
      if (value.isEmpty()) {
        continue;
      }
      if (!builder.has(name)) {
        builder.set(name, value);
      } else if (repeated.isEmpty() || name.compareTo(repeated) < 0) {
        repeated = name;
      }
      insert(sorted, name, value);
    }
    Labels labels = builder.build();
    return repeated.isEmpty() ? of(labels) : new StreamLabels(labels, repeated, List.copyOf(sorted));
  }

  /** Inserts behind equal names. */
  static void insert(List<String> sorted, String name, String value) {
    int at = sorted.size();
    while (at > 0 && sorted.get(at - 2).compareTo(name) > 0) {
      at -= 2;
    }
    sorted.add(at, value);
    sorted.add(at, name);
  }

  /** The canonical text of pairs. */
  static String print(List<String> pairs) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < pairs.size(); i += 2) {
      out.append(i == 0 ? "" : ", ").append(pairs.get(i)).append('=');
      GoQuote.quote(pairs.get(i + 1), out);
    }
    return out.append('}').toString();
  }
}
