package io.sigyn.wire.query;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/** Writes answers as Loki's JSON, straight to the stream. Texts are escaped for JSON, not for HTML. */
public final class QueryWriter {
  /** The flag that keeps index labels, structured metadata and parsed labels apart. */
  public static final String CATEGORIZE_LABELS = "categorize-labels";

  private QueryWriter() {}

  /**
   * The answer of query and query_range.
   *
   * @param encodingFlags values of the request's header X-Loki-Response-Encoding-Flags, echoed for log queries; {@link
   *     #CATEGORIZE_LABELS} among them, spaces around it not counted, selects 3-element entries grouped by index labels
   */
  public static void result(
      QueryResult result, QueryStats stats, List<String> warnings, List<String> encodingFlags, OutputStream out)
      throws IOException {
    write(
        out,
        json -> {
          json.beginObject().name("status").value("success");
          warnings(warnings, json);
          json.name("data").beginObject().name("resultType").value(type(result));
          if (result instanceof QueryResult.Streams && !encodingFlags.isEmpty()) {
            json.name("encodingFlags");
            texts(encodingFlags, json);
          }
          json.name("result");
          switch (result) {
            case QueryResult.Streams streams -> {
              if (encodingFlags.stream().anyMatch(flag -> flag.strip().equals(CATEGORIZE_LABELS))) {
                StreamsWriter.categorized(streams.streams(), json);
              } else {
                StreamsWriter.merged(streams.streams(), json);
              }
            }
            case QueryResult.Matrix matrix -> matrix(matrix, json);
            case QueryResult.Vector vector -> vector(vector, json);
            case QueryResult.Scalar scalar -> sample(scalar.time(), scalar.value(), json);
          }
          json.name("stats");
          StatsWriter.write(stats, json);
          json.endObject().endObject();
          if (result instanceof QueryResult.Streams) {
            json.lineFeed();
          }
        });
  }

  /** The answer of labels and label values when there is nothing to warn of. */
  public static void strings(List<String> values, OutputStream out) throws IOException {
    strings(values, List.of(), out);
  }

  /** The answer of labels and label values. */
  public static void strings(List<String> values, List<String> warnings, OutputStream out) throws IOException {
    write(
        out,
        json -> {
          json.beginObject().name("status").value("success");
          warnings(warnings, json);
          json.name("data");
          texts(values, json);
          json.endObject().lineFeed();
        });
  }

  /** The answer of series when there is nothing to warn of. */
  public static void series(List<Labels> series, OutputStream out) throws IOException {
    series(series, List.of(), out);
  }

  /** The answer of series. */
  public static void series(List<Labels> series, List<String> warnings, OutputStream out) throws IOException {
    write(
        out,
        json -> {
          json.beginObject().name("status").value("success");
          warnings(warnings, json);
          json.name("data").beginArray();
          for (Labels labels : series) {
            labels(labels, json);
          }
          json.endArray().endObject().lineFeed();
        });
  }

  /** The answer of index/stats: names with a number each, without an envelope. */
  public static void numbers(List<String> names, long[] values, OutputStream out) throws IOException {
    write(
        out,
        json -> {
          json.beginObject();
          for (int i = 0; i < values.length; i++) {
            json.name(names.get(i)).value(values[i]);
          }
          json.endObject().lineFeed();
        });
  }

  /** Writes with a writer over the stream. */
  static void write(OutputStream out, Consumer<JsonWriter> body) throws IOException {
    JsonWriter json = JsonWriter.to(out, false);
    try {
      body.accept(json);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    json.flush();
  }

  private static String type(QueryResult result) {
    return switch (result) {
      case QueryResult.Streams s -> "streams";
      case QueryResult.Matrix m -> "matrix";
      case QueryResult.Vector v -> "vector";
      case QueryResult.Scalar s -> "scalar";
    };
  }

  private static void matrix(QueryResult.Matrix matrix, JsonWriter json) {
    json.beginArray();
    for (QueryResult.Series series : matrix.series()) {
      json.beginObject().name("metric");
      labels(series.labels(), json);
      json.name("values").beginArray();
      for (int i = 0; i < series.times().length; i++) {
        sample(series.times()[i], series.values()[i], json);
      }
      json.endArray().endObject();
    }
    json.endArray();
  }

  private static void vector(QueryResult.Vector vector, JsonWriter json) {
    json.beginArray();
    for (QueryResult.Sample sample : vector.samples()) {
      json.beginObject().name("metric");
      labels(sample.labels(), json);
      json.name("value");
      sample(sample.time(), sample.value(), json);
      json.endObject();
    }
    json.endArray();
  }

  private static void sample(long millis, double value, JsonWriter json) {
    json.beginArray().raw(seconds(millis)).value(GoFloats.format(value)).endArray();
  }

  /** Seconds with as many decimals, up to three, as needed. */
  static String seconds(long millis) {
    if (millis % 1000 == 0) {
      return Long.toString(millis / 1000);
    }
    String fraction = Long.toString(1000 + Math.abs(millis % 1000)).substring(1);
    int end = 3;
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return (millis < 0 ? "-" : "") + Math.abs(millis / 1000) + '.' + fraction.substring(0, end);
  }

  private static void warnings(List<String> warnings, JsonWriter json) {
    if (!warnings.isEmpty()) {
      json.name("warnings");
      texts(warnings, json);
    }
  }

  private static void texts(List<String> texts, JsonWriter json) {
    json.beginArray();
    for (String text : texts) {
      json.value(text);
    }
    json.endArray();
  }

  /** Labels as an object. */
  static void labels(Labels labels, JsonWriter json) {
    json.beginObject();
    for (int i = 0; i < labels.size(); i++) {
      json.name(labels.name(i)).value(labels.value(i));
    }
    json.endObject();
  }
}
