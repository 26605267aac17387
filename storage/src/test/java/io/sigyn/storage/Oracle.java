package io.sigyn.storage;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.TimeRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store that is obviously right: every entry in a set per stream, sorted when asked. */
final class Oracle {
  /** An entry as clients know it. */
  record Entry(long ts, String line, Labels metadata) {
    // Tests compare millions. What the language makes for records is slow without the optimizing compiler.
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Entry other && ts == other.ts && line.equals(other.line) && metadata.equals(other.metadata);
    }

    @Override
    public int hashCode() {
      return (Long.hashCode(ts) * 31 + line.hashCode()) * 31 + metadata.hashCode();
    }
  }

  private final Map<Labels, Set<Entry>> streams = new TreeMap<>();

  void append(EntryBatch batch) {
    for (int s = 0; s < batch.streams(); s++) {
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        String line =
            new String(
                batch.arena(), batch.lineStart(e), batch.lineEnd(e) - batch.lineStart(e), StandardCharsets.ISO_8859_1);
        streams
            .computeIfAbsent(batch.labels(s), key -> new LinkedHashSet<>())
            .add(new Entry(batch.timestamp(e), line, batch.metadata(e)));
      }
    }
  }

  /** Entries by stream, oldest first, ties in order of arrival; streams without any are left out. */
  Map<Labels, List<Entry>> select(List<LabelMatcher> matchers, TimeRange range) {
    Map<Labels, List<Entry>> result = new TreeMap<>();
    streams.forEach(
        (labels, entries) -> {
          if (LabelMatcher.all(matchers, labels)) {
            List<Entry> list = new ArrayList<>(entries);
            list.removeIf(entry -> !range.contains(entry.ts));
            list.sort(Comparator.comparingLong(Entry::ts));
            if (!list.isEmpty()) {
              result.put(labels, list);
            }
          }
        });
    return result;
  }

  Set<Labels> streams() {
    return streams.keySet();
  }

  long entries() {
    return streams.values().stream().mapToLong(Set::size).sum();
  }
}
