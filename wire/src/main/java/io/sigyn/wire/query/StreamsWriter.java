package io.sigyn.wire.query;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the streams of a log query in the two ways clients know. */
final class StreamsWriter {
  private StreamsWriter() {}

  /**
   * Grouped by index labels; every entry has a third element with its structured metadata and parsed labels, each
   * member left out when empty.
   */
  static void categorized(List<LogStream> streams, JsonWriter json) {
    json.beginArray();
    for (LogStream stream : streams) {
      begin(stream.labels(), json);
      for (LogEntry entry : stream.entries()) {
        json.beginArray();
        categorized(entry, json);
        json.endArray();
      }
      json.endArray().endObject();
    }
    json.endArray();
  }

  /** The three elements of an entry. */
  static void categorized(LogEntry entry, JsonWriter json) {
    timeAndLine(entry, json);
    json.beginObject();
    if (!entry.metadata().isEmpty()) {
      json.name("structuredMetadata");
      QueryWriter.labels(entry.metadata(), json);
    }
    if (!entry.parsed().isEmpty()) {
      json.name("parsed");
      QueryWriter.labels(entry.parsed(), json);
    }
    json.endObject();
  }

  /** All labels of an entry merged. */
  static Labels labels(Labels stream, LogEntry entry) {
    return new Extra(entry.metadata(), entry.parsed()).mergedWith(stream);
  }

  /** Grouped by all labels of an entry merged: index labels, structured metadata and parsed labels. */
  static void merged(List<LogStream> streams, JsonWriter json) {
    Map<Labels, Group> groups = new TreeMap<>();
    boolean backward = false;
    for (LogStream stream : streams) {
      Map<Extra, Group> ofStream = new HashMap<>();
      for (LogEntry entry : stream.entries()) {
        Group group =
            ofStream.computeIfAbsent(
                new Extra(entry.metadata(), entry.parsed()),
                extra -> groups.computeIfAbsent(extra.mergedWith(stream.labels()), labels -> new Group()));
        group.add(stream, entry);
      }
      List<LogEntry> entries = stream.entries();
      backward |= entries.size() > 1 && entries.getFirst().timestamp() > entries.getLast().timestamp();
    }
    json.beginArray();
    for (Map.Entry<Labels, Group> merged : groups.entrySet()) {
      begin(merged.getKey(), json);
      for (LogEntry entry : merged.getValue().inOrder(backward)) {
        json.beginArray();
        timeAndLine(entry, json);
        json.endArray();
      }
      json.endArray().endObject();
    }
    json.endArray();
  }

  private static void begin(Labels labels, JsonWriter json) {
    json.beginObject().name("stream");
    QueryWriter.labels(labels, json);
    json.name("values").beginArray();
  }

  /** The first two elements of an entry. */
  static void timeAndLine(LogEntry entry, JsonWriter json) {
    json.quoted(entry.timestamp()).value(entry.line(), 0, entry.line().length);
  }

  /** What an entry has besides the labels of its stream. */
  private record Extra(Labels metadata, Labels parsed) {
    Labels mergedWith(Labels stream) {
      if (metadata.isEmpty() && parsed.isEmpty()) {
        return stream;
      }
      // No builder: a stage may have left an empty value, and clients are shown it.
      Map<String, String> merged = stream.toMap();
      metadata.forEach(merged::put);
      parsed.forEach(merged::put);
      String[] pairs = new String[2 * merged.size()];
      int at = 0;
      for (Map.Entry<String, String> pair : merged.entrySet()) {
        pairs[at++] = pair.getKey();
        pairs[at++] = pair.getValue();
      }
      return Labels.ofSorted(pairs);
    }
  }

  /** The entries of one merged stream; nearly always of one stored stream, and then in order already. */
  private static final class Group {
    private final List<LogEntry> entries = new ArrayList<>();
    private Labels first = Labels.EMPTY;
    private boolean mixed;

    void add(LogStream stream, LogEntry entry) {
      if (entries.isEmpty()) {
        first = stream.labels();
      } else {
        mixed |= !stream.labels().equals(first);
      }
      entries.add(entry);
    }

    List<LogEntry> inOrder(boolean backward) {
      if (mixed) {
        Comparator<LogEntry> byTime = Comparator.comparingLong(LogEntry::timestamp);
        entries.sort(backward ? byTime.reversed() : byTime);
      }
      return entries;
    }
  }
}
