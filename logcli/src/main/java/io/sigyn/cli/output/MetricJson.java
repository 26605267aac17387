package io.sigyn.cli.output;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Series;
import java.math.BigDecimal;
import java.util.List;

/** Metric answers as indented JSON, in the shape in which Loki's API has them. */
public final class MetricJson {
  private MetricJson() {}

  /** A matrix, vector or scalar. */
  public static String of(QueryResult result) {
    StringBuilder out = new StringBuilder();
    switch (result) {
      case QueryResult.Matrix matrix -> list(matrix.series(), out, MetricJson::series);
      case QueryResult.Vector vector -> list(vector.samples(), out, MetricJson::sample);
      case QueryResult.Scalar scalar -> point(scalar.time(), scalar.value(), "", out);
      case QueryResult.Streams streams ->
          throw new IllegalArgumentException(
              "lines are no metric: " + streams.streams().size() + " streams");
    }
    return out.toString();
  }

  private interface Part<T> {
    void write(T item, StringBuilder out);
  }

  private static <T> void list(List<T> items, StringBuilder out, Part<T> part) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append("[\n");
    for (int i = 0; i < items.size(); i++) {
      out.append("  {\n");
      part.write(items.get(i), out);
      out.append("\n  }").append(i < items.size() - 1 ? ",\n" : "\n");
    }
    out.append(']');
  }

  private static void series(Series series, StringBuilder out) {
    metric(series.labels(), out);
    out.append(",\n    \"values\": [\n");
    for (int i = 0; i < series.times().length; i++) {
      out.append("      ");
      point(series.times()[i], series.values()[i], "      ", out);
      out.append(i < series.times().length - 1 ? ",\n" : "\n");
    }
    out.append("    ]");
  }

  private static void sample(Sample sample, StringBuilder out) {
    metric(sample.labels(), out);
    out.append(",\n    \"value\": ");
    point(sample.time(), sample.value(), "    ", out);
  }

  private static void metric(Labels labels, StringBuilder out) {
    out.append("    \"metric\": {");
    for (int i = 0; i < labels.size(); i++) {
      out.append(i == 0 ? "\n      " : ",\n      ");
      out.append(quoted(labels.name(i))).append(": ").append(quoted(labels.value(i)));
    }
    out.append(labels.isEmpty() ? "}" : "\n    }");
  }

  private static void point(long millis, double value, String indent, StringBuilder out) {
    out.append("[\n")
        .append(indent)
        .append("  ")
        .append(BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString())
        .append(",\n")
        .append(indent)
        .append("  \"")
        .append(GoFloats.format(value))
        .append("\"\n")
        .append(indent)
        .append(']');
  }

  private static String quoted(String text) {
    return JsonWriter.inMemory().value(text).toString();
  }
}
