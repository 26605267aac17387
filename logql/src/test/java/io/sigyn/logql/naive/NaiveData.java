package io.sigyn.logql.naive;

import io.sigyn.logql.engine.MemorySource;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Entries by stream. */
final class NaiveData {
  private final Map<Labels, List<MemorySource.Entry>> streams;
  private final List<Row> settled;
  private final boolean isSettled;

  NaiveData(Map<Labels, List<MemorySource.Entry>> streams) {
    this.streams = streams;
    this.settled = List.of();
    this.isSettled = false;
  }

  /** Lines for one query, whatever it selects. */
  NaiveData(List<Row> settled) {
    this.streams = Map.of();
    this.settled = settled;
    this.isSettled = true;
  }

  /** Whether the lines are those of variants. */
  boolean isSettled() {
    return isSettled;
  }

  /** The lines of the streams that match, stream by stream, in order of arrival. */
  List<Row> rows(List<LabelMatcher> matchers) {
    List<Row> rows = new ArrayList<>(settled);
    streams.forEach(
        (stream, entries) -> {
          if (matchers.stream().allMatch(m -> NaiveFilters.anchored(m, stream.get(m.name())))) {
            for (MemorySource.Entry entry : entries) {
              String line = new String(entry.line(), StandardCharsets.UTF_8);
              rows.add(new Row(stream.toMap(), entry.metadata().toMap(), entry.timestamp(), line));
            }
          }
        });
    return rows;
  }

  /** The labels that a selector fixes. */
  static Labels fixed(List<LabelMatcher> matchers) {
    Map<String, String> fixed = new TreeMap<>();
    for (LabelMatcher m : matchers) {
      if (m instanceof LabelMatcher.Equal && matchers.stream().filter(o -> o.name().equals(m.name())).count() == 1) {
        fixed.put(m.name(), m.value());
      }
    }
    fixed.values().removeIf(String::isEmpty);
    return labels(fixed);
  }

  /** Labels with empty values where the map has them. */
  static Labels labels(Map<String, String> map) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(map).forEach((name, value) -> pairs.addAll(List.of(name, value)));
    return Labels.ofSorted(pairs.toArray(new String[0]));
  }
}
