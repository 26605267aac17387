package io.sigyn.logql.naive;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One line and its labels, as stages change them. */
final class Row {
  static final String ERROR = "__error__";
  static final String DETAILS = "__error_details__";

  final Map<String, String> base;
  final Map<String, String> metadata = new TreeMap<>();
  final Map<String, String> parsed = new TreeMap<>();
  final Set<String> deleted = new HashSet<>();
  final Set<String> extracted = new HashSet<>();
  final long timestamp;
  String line;
  String error = "";
  String details = "";
  boolean preserve;

  Row(Map<String, String> base, Map<String, String> metadata, long timestamp, String line) {
    this.base = base;
    this.timestamp = timestamp;
    this.line = line;
    metadata.forEach((name, value) -> this.metadata.put(base.containsKey(name) ? name + "_extracted" : name, value));
  }

  @Nullable String get(String name) {
    if (parsed.containsKey(name)) {
      return parsed.get(name);
    }
    if (metadata.containsKey(name)) {
      return metadata.get(name);
    }
    String value = base.get(name);
    return deleted.contains(name) || value == null || value.isEmpty() ? null : value;
  }

  /** What text conditions see. */
  String text(String name) {
    if (name.equals(ERROR)) {
      return error;
    }
    String value = get(name);
    return value == null ? "" : value;
  }

  void set(String name, String value) {
    metadata.remove(name);
    parsed.put(name, value);
    extracted.add(name);
  }

  void delete(String name) {
    metadata.remove(name);
    parsed.remove(name);
    deleted.add(name);
  }

  void fail(String type) {
    error = type;
    details = "...";
  }

  /** The name a parser may use. */
  String free(String name) {
    return base.containsKey(name) || metadata.containsKey(name) ? name + "_extracted" : name;
  }

  Map<String, String> stream() {
    Map<String, String> stream = new TreeMap<>(base);
    stream.keySet().removeAll(deleted);
    stream.keySet().removeAll(metadata.keySet());
    stream.keySet().removeAll(parsed.keySet());
    return stream;
  }

  Map<String, String> parsedAndErrors() {
    Map<String, String> all = new TreeMap<>(parsed);
    if (!error.isEmpty()) {
      all.put(ERROR, error);
    }
    // Details without an error are seen only where some label was added or deleted.
    boolean changed = !metadata.isEmpty() || !parsed.isEmpty() || !deleted.isEmpty();
    if (!details.isEmpty() && (changed || !error.isEmpty())) {
      all.put(DETAILS, details);
    }
    return all;
  }

  Map<String, String> all() {
    Map<String, String> all = stream();
    all.putAll(metadata);
    all.putAll(parsedAndErrors());
    return all;
  }
}
