package io.sigyn.cli.output;

import io.sigyn.cli.client.ShownEntry;
import io.sigyn.json.JsonWriter;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One JSON object a line: {@code labels} unless there are to be none, {@code line}, {@code
 * timestamp}.
 */
public final class JsonLinesPrinter implements EntryPrinter {
  private final PrintStream out;
  private final ZoneId zone;
  private final LabelChoice choice;
  private final JsonWriter json = JsonWriter.inMemory();

  /** Writes to the stream, which is not flushed. */
  public JsonLinesPrinter(PrintStream out, ZoneId zone, LabelChoice choice) {
    this.out = out;
    this.zone = zone;
    this.choice = choice;
  }

  @Override
  public void print(List<ShownEntry> page) {
    for (ShownEntry entry : page) {
      json.reset();
      json.beginObject();
      if (!choice.none()) {
        json.name("labels").beginObject();
        choice.of(entry.labels()).forEach((name, value) -> json.name(name).value(value));
        json.endObject();
      }
      json.name("line").value(entry.line(), 0, entry.line().length);
      json.name("timestamp").value(time(entry.timestamp())).endObject().lineFeed();
      out.write(json.buffer(), 0, json.length());
    }
  }

  private String time(long nanos) {
    Instant instant = Instant.EPOCH.plus(nanos, ChronoUnit.NANOS);
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
  }
}
