package io.sigyn.cli.output;

import io.sigyn.cli.client.DetectedField;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Detected fields as a table, by name. */
public final class FieldTable {
  private FieldTable() {}

  /** Writes the table; nothing when there are no fields. */
  public static void print(List<DetectedField> fields, PrintStream out) {
    if (fields.isEmpty()) {
      return;
    }
    int width = Math.max(5, fields.stream().mapToInt(field -> field.label().length()).max().orElse(0));
    String format = "%-" + width + "s  %-8s  %6s  %s%n";
    out.print(String.format(Locale.ROOT, format, "Field", "Type", "Values", "Parsers"));
    fields.stream()
        .sorted(Comparator.comparing(DetectedField::label))
        .forEach(field ->
            out.print(
                String.format(
                    Locale.ROOT,
                    format,
                    field.label(),
                    field.type(),
                    field.cardinality(),
                    field.parsers().isEmpty() ? "metadata" : String.join(",", field.parsers()))));
  }
}
