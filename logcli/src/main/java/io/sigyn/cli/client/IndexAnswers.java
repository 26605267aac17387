package io.sigyn.cli.client;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the answers that are no queries' results. The reader's exceptions pass. */
final class IndexAnswers {
  private IndexAnswers() {}

  /** The members of {@code index/stats}, in the order of the answer. */
  static Map<String, Long> stats(byte[] json) {
    Map<String, Long> stats = new LinkedHashMap<>();
    JsonReader reader = new JsonReader(json);
    reader.expect(JsonToken.BEGIN_OBJECT);
    while (reader.nextName()) {
      String name = reader.string();
      if (reader.next() == JsonToken.NUMBER) {
        stats.put(name, reader.longValue());
      } else {
        throw reader.unexpected("a number");
      }
    }
    return stats;
  }

  /** The fields of {@code detected_fields}; none when the member is missing. */
  static List<DetectedField> fields(byte[] json) {
    List<DetectedField> fields = new ArrayList<>();
    JsonReader reader = new JsonReader(json);
    reader.expect(JsonToken.BEGIN_OBJECT);
    while (reader.nextName()) {
      if (!reader.stringEquals("fields")) {
        reader.skipValue();
      } else if (reader.next() == JsonToken.BEGIN_ARRAY) {
        while (reader.nextElement()) {
          fields.add(field(reader));
        }
      } else if (reader.token() != JsonToken.NULL) {
        throw reader.unexpected("an array");
      }
    }
    return fields;
  }

  private static DetectedField field(JsonReader reader) {
    if (reader.token() != JsonToken.BEGIN_OBJECT) {
      throw reader.unexpected("an object");
    }
    String label = "";
    String type = "";
    long cardinality = 0;
    List<String> parsers = new ArrayList<>();
    while (reader.nextName()) {
      if (reader.stringEquals("label")) {
        reader.expect(JsonToken.STRING);
        label = reader.string();
      } else if (reader.stringEquals("type")) {
        reader.expect(JsonToken.STRING);
        type = reader.string();
      } else if (reader.stringEquals("cardinality")) {
        reader.expect(JsonToken.NUMBER);
        cardinality = reader.longValue();
      } else if (reader.stringEquals("parsers")) {
        if (reader.next() == JsonToken.BEGIN_ARRAY) {
          while (reader.nextElement()) {
            parsers.add(reader.string());
          }
        }
      } else {
        reader.skipValue();
      }
    }
    return new DetectedField(label, type, cardinality, parsers);
  }
}
