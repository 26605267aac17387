package io.sigyn.wire.query;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import java.util.List;

/** Writes the frames of live tails. Stateless but for what the client asked for; safe for use by many threads. */
public final class TailWriter {
  private final boolean legacy;
  private final boolean categorized;
  private final List<String> flags;

  private TailWriter(boolean legacy, List<String> flags) {
    this.legacy = legacy;
    this.flags = List.copyOf(flags);
    this.categorized = flags.stream().anyMatch(flag -> flag.strip().equals(QueryWriter.CATEGORIZE_LABELS));
  }

  /**
   * An entry on its way to a client.
   *
   * @param stream labels of the stream
   */
  public record TailedEntry(Labels stream, LogEntry entry) {}

  /**
   * The frames of {@code /loki/api/v1/tail}.
   *
   * @param encodingFlags values of the request's header X-Loki-Response-Encoding-Flags
   */
  public static TailWriter of(List<String> encodingFlags) {
    return new TailWriter(false, encodingFlags);
  }

  /** The frames of {@code /api/prom/tail}. */
  public static TailWriter legacy() {
    return new TailWriter(true, List.of());
  }

  /** One frame: every entry for itself, so that their order is seen. */
  public byte[] frame(List<TailedEntry> entries, List<DroppedEntry> dropped) {
    JsonWriter json = JsonWriter.inMemory().beginObject().name("streams").beginArray();
    for (TailedEntry tailed : entries) {
      if (legacy) {
        LegacyWriter.stream(StreamsWriter.labels(tailed.stream(), tailed.entry()), List.of(tailed.entry()), json);
      } else {
        stream(tailed, json);
      }
    }
    json.endArray();
    if (legacy && dropped.isEmpty()) {
      json.name("dropped_entries").nullValue();
    }
    if (!dropped.isEmpty()) {
      json.name("dropped_entries").beginArray();
      dropped.forEach(entry -> dropped(entry, json));
      json.endArray();
    }
    if (!flags.isEmpty()) {
      json.name("encodingFlags").beginArray();
      flags.forEach(json::value);
      json.endArray();
    }
    return json.endObject().toByteArray();
  }

  private void stream(TailedEntry tailed, JsonWriter json) {
    LogEntry entry = tailed.entry();
    json.beginObject().name("stream");
    QueryWriter.labels(categorized ? tailed.stream() : StreamsWriter.labels(tailed.stream(), entry), json);
    json.name("values").beginArray().beginArray();
    if (categorized) {
      StreamsWriter.categorized(entry, json);
    } else {
      StreamsWriter.timeAndLine(entry, json);
    }
    json.endArray().endArray().endObject();
  }

  private void dropped(DroppedEntry entry, JsonWriter json) {
    json.beginObject();
    if (legacy) {
      json.name("Timestamp").value(LegacyWriter.time(entry.timestamp()));
      json.name("Labels").value(entry.stream().toString());
    } else {
      json.name("timestamp").quoted(entry.timestamp()).name("labels");
      QueryWriter.labels(entry.stream(), json);
    }
    json.endObject();
  }
}
