package io.sigyn.logql.explain;

import io.sigyn.json.JsonWriter;
import io.sigyn.logql.rewrite.Rewrites.Applied;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.model.ScanStats;
import io.sigyn.result.QueryStats;

/** An explanation as JSON for programs: {@code query}, {@code plan}, {@code rules}, {@code off} and {@code actual}. */
public final class ExplanationJson {
  private final JsonWriter json = JsonWriter.inMemory();

  private ExplanationJson() {}

  /** The bytes of one object. */
  public static byte[] write(Explanation explanation) {
    ExplanationJson writer = new ExplanationJson();
    JsonWriter json = writer.json;
    json.beginObject().name("query").value(explanation.query());
    json.name("plan");
    writer.node(explanation.plan());
    json.name("rules").beginArray();
    for (Applied applied : explanation.applied()) {
      json.beginObject();
      json.name("name").value(applied.rule().text());
      json.name("what").value(applied.what());
      json.endObject();
    }
    json.endArray().name("off").beginArray();
    for (Rule rule : explanation.off()) {
      json.value(rule.text());
    }
    json.endArray();
    explanation.actual().ifPresent(writer::actual);
    return json.endObject().toByteArray();
  }

  private void node(Node node) {
    json.beginObject().name("operation").value(node.operation());
    if (!node.steps().isEmpty()) {
      json.name("steps").beginArray();
      node.steps().forEach(json::value);
      json.endArray();
    }
    node.estimate()
        .ifPresent(
            e -> {
              json.name("estimate").beginObject();
              json.name("streams").value(e.streams());
              json.name("blocks").value(e.blocks());
              json.name("entries").value(e.entries());
              json.name("bytes").value(e.bytes());
              json.endObject();
            });
    if (!node.inputs().isEmpty()) {
      json.name("inputs").beginArray();
      node.inputs().forEach(this::node);
      json.endArray();
    }
    json.endObject();
  }

  private void actual(QueryStats stats) {
    ScanStats scan = stats.scan();
    json.name("actual").beginObject();
    json.name("streams").value(scan.streams);
    json.name("blocks").value(scan.blocksMatched);
    json.name("blocksRead").value(scan.blocksDecoded);
    json.name("blocksSkipped").value(scan.blocksMatched - scan.blocksDecoded);
    json.name("entriesRead").value(scan.segmentLines + scan.headLines);
    json.name("entriesFromMemory").value(scan.headLines);
    json.name("entriesCounted").value(scan.summarisedLines);
    json.name("entriesPassed").value(scan.postFilterLines);
    json.name("bytesDecoded").value(scan.decodedBytes);
    json.name("bytesOfLines").value(scan.segmentBytes + scan.headBytes);
    json.name("returned").value(stats.entriesReturned());
    json.name("execNanos").value(stats.execNanos());
    json.name("queueNanos").value(stats.queueNanos());
    if (!scan.warnings().isEmpty()) {
      json.name("warnings").beginArray();
      scan.warnings().forEach(json::value);
      json.endArray();
    }
    json.endObject();
  }
}
