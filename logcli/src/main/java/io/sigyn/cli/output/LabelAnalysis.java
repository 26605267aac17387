package io.sigyn.cli.output;

import io.sigyn.model.Labels;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which labels make streams many: for each name how many values it has and in how many streams it
 * occurs.
 */
public final class LabelAnalysis {
  private LabelAnalysis() {}

  private record Row(String name, Set<String> values, int[] streams) {}

  /** Writes the table, the name with most values first. */
  public static void print(List<Labels> series, PrintStream out) {
    Map<String, Row> rows = new TreeMap<>();
    for (Labels labels : series) {
      labels.forEach((name, value) -> {
        Row row = rows.computeIfAbsent(name, n -> new Row(n, new HashSet<>(), new int[1]));
        row.values().add(value);
        row.streams()[0]++;
      });
    }
    List<Row> sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparingInt((Row row) -> row.values().size()).reversed());
    int width = Math.max(10, sorted.stream().mapToInt(row -> row.name().length()).max().orElse(0));
    out.println("Total Streams:  " + series.size());
    out.println("Unique Labels:  " + sorted.size());
    out.println();
    String format = "%-" + width + "s  %13s  %16s%n";
    out.print(
        String.format(Locale.ROOT, format, "Label Name", "Unique Values", "Found In Streams"));
    for (Row row : sorted) {
      out.print(
          String.format(Locale.ROOT, format, row.name(), row.values().size(), row.streams()[0]));
    }
  }
}
