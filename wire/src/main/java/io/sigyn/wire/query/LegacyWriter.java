package io.sigyn.wire.query;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryStats;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the answers of {@code /api/prom}, where labels are text and times are RFC 3339. */
public final class LegacyWriter {
  private LegacyWriter() {}

  /** The answer of {@code /api/prom/query}. */
  public static void streams(List<LogStream> streams, QueryStats stats, OutputStream out) throws IOException {
    QueryWriter.write(
        out,
        json -> {
          Map<Labels, List<LogEntry>> merged = new TreeMap<>();
          for (LogStream stream : streams) {
            for (LogEntry entry : stream.entries()) {
              merged.computeIfAbsent(StreamsWriter.labels(stream.labels(), entry), l -> new ArrayList<>()).add(entry);
            }
          }
          json.beginObject().name("streams").beginArray();
          merged.forEach((labels, entries) -> stream(labels, entries, json));
          json.endArray().name("stats");
          StatsWriter.write(stats, json);
          json.endObject().lineFeed();
        });
  }

  /** The answer of {@code /api/prom/label} and of a label's values. */
  public static void values(List<String> values, OutputStream out) throws IOException {
    QueryWriter.write(
        out,
        json -> {
          json.beginObject().name("values").beginArray();
          values.forEach(json::value);
          json.endArray().endObject().lineFeed();
        });
  }

  static void stream(Labels labels, List<LogEntry> entries, JsonWriter json) {
    json.beginObject().name("labels").value(labels.toString()).name("entries").beginArray();
    for (LogEntry entry : entries) {
      json.beginObject().name("ts").value(time(entry.timestamp()));
      json.name("line").value(entry.line(), 0, entry.line().length).endObject();
    }
    json.endArray().endObject();
  }

  /** RFC 3339 in UTC with as many decimals as needed. */
  static String time(long nanos) {
    String text = Instant.EPOCH.plusNanos(nanos).toString();
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length() - 1;
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, end) + "Z";
  }
}
