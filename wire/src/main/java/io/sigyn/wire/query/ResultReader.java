package io.sigyn.wire.query;

import io.sigyn.gocompat.GoFloats;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Series;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the member {@code result} of an answer, whose type is known. */
final class ResultReader {
  private final JsonReader json;

  private ResultReader(JsonReader json) {
    this.json = json;
  }

  static QueryResult read(String type, JsonReader json) {
    ResultReader reader = new ResultReader(json);
    return switch (type) {
      case "streams" -> new QueryResult.Streams(reader.streams());
      case "matrix" -> new QueryResult.Matrix(reader.matrix());
      case "vector" -> new QueryResult.Vector(reader.vector());
      case "scalar" -> {
        json.next();
        double[] value = new double[1];
        yield new QueryResult.Scalar(reader.sample(value), value[0]);
      }
      default -> throw new JsonSyntaxException("a known resultType", '"' + type + '"', json.offset());
    };
  }

  /** The array of streams that comes next. */
  static List<LogStream> streams(JsonReader json) {
    return new ResultReader(json).streams();
  }

  /** The object of strings whose beginning was just read. */
  static Labels labels(JsonReader json) {
    if (json.token() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an object of labels");
    }
    Labels.Builder builder = Labels.builder();
    while (json.nextName()) {
      String name = json.string();
      json.expect(JsonToken.STRING);
      builder.set(name, json.string());
    }
    return builder.build();
  }

  private boolean beginList() {
    if (json.next() != JsonToken.BEGIN_ARRAY && json.token() != JsonToken.NULL) {
      throw json.unexpected("an array");
    }
    return json.token() == JsonToken.BEGIN_ARRAY;
  }

  private boolean nextObject() {
    boolean more = json.nextElement();
    if (more && json.token() != JsonToken.BEGIN_OBJECT) {
      throw json.unexpected("an object");
    }
    return more;
  }

  private List<LogStream> streams() {
    List<LogStream> streams = new ArrayList<>();
    if (!beginList()) {
      return streams;
    }
    while (nextObject()) {
      Labels labels = Labels.EMPTY;
      List<LogEntry> entries = new ArrayList<>();
      while (json.nextName()) {
        if (json.stringEquals("stream")) {
          json.next();
          labels = labels(json);
        } else if (json.stringEquals("values")) {
          if (beginList()) {
            while (json.nextElement()) {
              entries.add(entry());
            }
          }
        } else {
          json.skipValue();
        }
      }
      streams.add(new LogStream(labels, entries));
    }
    return streams;
  }

  private LogEntry entry() {
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("an entry, which is an array");
    }
    json.expect(JsonToken.STRING);
    long timestamp = json.longValue();
    json.expect(JsonToken.STRING);
    byte[] line = Arrays.copyOfRange(json.stringBytes(), json.stringFrom(), json.stringTo());
    Labels metadata = Labels.EMPTY;
    Labels parsed = Labels.EMPTY;
    if (json.nextElement()) {
      if (json.token() != JsonToken.BEGIN_OBJECT) {
        throw json.unexpected("an object of labels by category");
      }
      while (json.nextName()) {
        if (json.stringEquals("structuredMetadata")) {
          json.next();
          metadata = labels(json);
        } else if (json.stringEquals("parsed")) {
          json.next();
          parsed = labels(json);
        } else {
          json.skipValue();
        }
      }
      while (json.nextElement()) {
        json.skipValue();
      }
    }
    return new LogEntry(timestamp, line, metadata, parsed);
  }

  private List<Series> matrix() {
    List<Series> series = new ArrayList<>();
    if (!beginList()) {
      return series;
    }
    double[] value = new double[1];
    while (nextObject()) {
      Labels labels = Labels.EMPTY;
      long[] times = new long[16];
      double[] values = new double[16];
      int size = 0;
      while (json.nextName()) {
        if (json.stringEquals("metric")) {
          json.next();
          labels = labels(json);
        } else if (json.stringEquals("values")) {
          if (beginList()) {
            while (json.nextElement()) {
              if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
              }
              times[size] = sample(value);
              values[size++] = value[0];
            }
          }
        } else {
          json.skipValue();
        }
      }
      series.add(new Series(labels, Arrays.copyOf(times, size), Arrays.copyOf(values, size)));
    }
    return series;
  }

  private List<Sample> vector() {
    List<Sample> samples = new ArrayList<>();
    if (!beginList()) {
      return samples;
    }
    double[] value = new double[1];
    while (nextObject()) {
      Labels labels = Labels.EMPTY;
      long time = 0;
      while (json.nextName()) {
        if (json.stringEquals("metric")) {
          json.next();
          labels = labels(json);
        } else if (json.stringEquals("value")) {
          json.next();
          time = sample(value);
        } else {
          json.skipValue();
        }
      }
      samples.add(new Sample(labels, time, value[0]));
    }
    return samples;
  }

  /** Reads the pair of time and value whose beginning was just read; the time in milliseconds. */
  private long sample(double[] value) {
    if (json.token() != JsonToken.BEGIN_ARRAY) {
      throw json.unexpected("a sample, which is an array");
    }
    json.expect(JsonToken.NUMBER);
    BigDecimal seconds = new BigDecimal(json.string());
    if (seconds.precision() - seconds.scale() > 15 || seconds.scale() > 30) {
      // Also keeps exponents out whose digits nobody wants to write down.
      throw json.unexpected("a time in seconds");
    }
    long millis = seconds.movePointRight(3).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    json.expect(JsonToken.STRING);
    value[0] = GoFloats.parse(json.string());
    json.expect(JsonToken.END_ARRAY);
    return millis;
  }
}
