package io.sigyn.logql.stage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The labels that lie over those of the stream on one line, in no order; emptied and used again for the next. For one thread. */
final class LineLabels {
  /** Up to so many names are looked through one by one; a line of more has an index. */
  static final int FEW = 32;

  private static final class Entry {
    private String name = "";
    private String value = "";
    private boolean parsed;
  }

  private Entry[] entries = {};
  private int size;

  /** Where the names stand; empty while there are few. */
  private final Map<String, Integer> places = new HashMap<>();

  /** Takes all out. */
  void clear() {
    size = 0;
    if (!places.isEmpty()) {
      places.clear();
    }
  }

  /** The number of labels. */
  int size() {
    return size;
  }

  String name(int i) {
    return entries[i].name;
  }

  String value(int i) {
    return entries[i].value;
  }

  /** Whether a stage made it; otherwise it is structured metadata. */
  boolean isParsed(int i) {
    return entries[i].parsed;
  }

  /** The place of a label, until one is removed, or -1. */
  int find(String name) {
    if (!places.isEmpty()) {
      return places.getOrDefault(name, -1);
    }
    for (int i = 0; i < size; i++) {
      if (NameSet.same(entries[i].name, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Sets a label. */
  void put(String name, String value, boolean parsed) {
    int i = find(name);
    if (i < 0) {
      append(name, value, parsed);
    } else {
      entries[i].value = value;
      entries[i].parsed = parsed;
    }
  }

  /** Adds a label whose name is not there. */
  @SuppressWarnings("ReferenceEquality") // mostly the same as on the line before, and fields are not free to set
  void append(String name, String value, boolean parsed) {
    int i = size;
    if (i == entries.length) {
      grow();
    }
    size = i + 1;
    Entry entry = entries[i];
    if (entry.name != name) {
      entry.name = name;
    }
    if (entry.value != value) {
      entry.value = value;
    }
    entry.parsed = parsed;
    if (i >= FEW || !places.isEmpty()) {
      index(i);
    }
  }

  private void grow() {
    entries = Arrays.copyOf(entries, Math.max(16, size * 2));
    for (int i = size; i < entries.length; i++) {
      entries[i] = new Entry();
    }
  }

  private void index(int last) {
    int first = places.isEmpty() ? 0 : last;
    for (int i = first; i <= last; i++) {
      places.put(entries[i].name, i);
    }
  }

  /** Takes out the label at a place; the last one takes that. */
  void remove(int i) {
    size--;
    Entry gone = entries[i];
    entries[i] = entries[size];
    entries[size] = gone;
    if (!places.isEmpty()) {
      places.remove(gone.name);
      places.computeIfPresent(entries[i].name, (n, at) -> i);
    }
  }
}
