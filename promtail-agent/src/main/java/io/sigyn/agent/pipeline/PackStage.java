package io.sigyn.agent.pipeline;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.TreeSet;

/** Puts values and the line into one JSON object; what was a label is none any more. */
final class PackStage implements Stage {
  /**
   * The options.
   *
   * @param labels names of extracted values or labels
   * @param ingestTimestamp whether the entry gets the time of its reading
   */
  record Options(List<String> labels, boolean ingestTimestamp) {
    static final Options DEFAULT = new Options(List.of(), true);
  }

  private final List<String> names;
  private final boolean ingestTimestamp;

  PackStage(Options options) {
    this.names = List.copyOf(new TreeSet<>(options.labels()));
    this.ingestTimestamp = options.ingestTimestamp();
  }

  @Override
  public boolean process(Entry entry) {
    JsonWriter out = JsonWriter.inMemory(true);
    out.beginObject();
    Labels.Builder rest = entry.labels().toBuilder();
    for (String name : names) {
      String value = entry.extractedText(name);
      if (value == null && entry.labels().has(name)) {
        value = entry.labels().get(name);
      }
      if (value != null) {
        out.name(name).value(value);
        rest.remove(name);
      }
    }
    out.name("_entry").value(entry.line()).endObject();
    entry.setLine(out.toString());
    entry.setLabels(rest.build());
    if (ingestTimestamp) {
      entry.clearTimestamp();
    }
    return true;
  }
}
