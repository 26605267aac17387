package io.sigyn.storage.inspect;

import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;

/** Prints facts, as text for people or as one JSON object per line. */
final class Output {
  private final PrintWriter out;
  private final boolean json;

  Output(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** An empty line, which only people need. */
  void blank() {
    if (!json) {
      out.println();
    }
  }

  /**
   * One fact.
   *
   * @param kind what it is about
   * @param format of the text, over the values alone
   * @param namesAndValues name, value, name, value, ...; values are texts, whole numbers or label sets
   */
  void fact(String kind, String format, Object... namesAndValues) {
    if (json) {
      out.println(object(kind, namesAndValues));
      return;
    }
    Object[] values = new Object[namesAndValues.length / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = namesAndValues[2 * i + 1];
    }
    out.println(String.format(Locale.ROOT, format, values));
  }

  private static String object(String kind, Object... namesAndValues) {
    JsonWriter line = JsonWriter.inMemory();
    line.beginObject().name("kind").value(kind);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.name((String) namesAndValues[i]);
      switch (namesAndValues[i + 1]) {
        case Labels labels -> {
          line.beginObject();
          labels.forEach((name, value) -> line.name(name).value(value));
          line.endObject();
        }
        case Number number -> line.value(number.longValue());
        case Object text -> line.value(text.toString());
      }
    }
    return line.endObject().toString();
  }

  /** A time as people read it. */
  static String time(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)).toString();
  }

  /** Stored bytes as a part of raw ones. */
  static String ratio(long stored, long raw) {
    return raw == 0 ? "-" : String.format(Locale.ROOT, "%.3f", (double) stored / raw);
  }
}
