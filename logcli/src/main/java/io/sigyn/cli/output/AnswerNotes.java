package io.sigyn.cli.output;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import java.util.ArrayList;
import java.util.List;

/**
 * What an answer says about itself.
 *
 * @param warnings in the server's words
 * @param stats the members of {@code data.stats} that are not zero, as {@code summary.execTime
 *     0.25}
 */
public record AnswerNotes(List<String> warnings, List<String> stats) {
  /** Copies the lists. */
  public AnswerNotes {
    warnings = List.copyOf(warnings);
    stats = List.copyOf(stats);
  }

  /** Reads them from the JSON of an answer that was read before. */
  public static AnswerNotes of(byte[] answer) {
    List<String> warnings = new ArrayList<>();
    List<String> stats = new ArrayList<>();
    JsonReader reader = new JsonReader(answer);
    reader.expect(JsonToken.BEGIN_OBJECT);
    while (reader.nextName()) {
      if (reader.stringEquals("warnings") && reader.next() == JsonToken.BEGIN_ARRAY) {
        while (reader.nextElement()) {
          warnings.add(reader.string());
        }
      } else if (reader.stringEquals("data") && reader.next() == JsonToken.BEGIN_OBJECT) {
        while (reader.nextName()) {
          if (reader.stringEquals("stats") && reader.next() == JsonToken.BEGIN_OBJECT) {
            flatten("", reader, stats);
          } else {
            reader.skipValue();
          }
        }
      } else {
        reader.skipValue();
      }
    }
    return new AnswerNotes(warnings, stats);
  }

  private static void flatten(String prefix, JsonReader reader, List<String> into) {
    while (reader.nextName()) {
      String name = prefix + reader.string();
      switch (reader.next()) {
        case BEGIN_OBJECT -> flatten(name + ".", reader, into);
        case NUMBER -> {
          if (reader.doubleValue() != 0) {
            into.add(name + " " + reader.string());
          }
        }
        case TRUE -> into.add(name + " true");
        case STRING -> into.add(name + " " + reader.string());
        case BEGIN_ARRAY -> reader.skipValue();
        case FALSE, NULL, NAME, END_OBJECT, END_ARRAY, END -> {}
      }
    }
  }
}
