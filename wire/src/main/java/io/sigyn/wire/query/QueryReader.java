package io.sigyn.wire.query;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.LogStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads what {@link QueryWriter}, or Loki, wrote. Members come in any order, unknown ones are skipped.
 *
 * <p>Every method throws a LokiException of kind INTERNAL when the bytes are no such answer.
 */
public final class QueryReader {
  private QueryReader() {}

  /** The data of a query's answer; 2- and 3-element entries are both read. */
  public static QueryResult result(byte[] json) {
    return data(
        json,
        reader -> {
          if (reader.token() != JsonToken.BEGIN_OBJECT) {
            throw reader.unexpected("an object with the result");
          }
          String type = "";
          int from = -1;
          int to = -1;
          while (reader.nextName()) {
            if (reader.stringEquals("resultType")) {
              reader.expect(JsonToken.STRING);
              type = reader.string();
            } else if (reader.stringEquals("result")) {
              // The type says how to read this, and may stand behind it.
              reader.next();
              from = reader.offset();
              reader.skipValue();
              to = reader.position();
            } else {
              reader.skipValue();
            }
          }
          if (from < 0) {
            throw new JsonSyntaxException("the member result", "none", reader.offset());
          }
          return ResultReader.read(type, new JsonReader(json, from, to));
        },
        () -> {
          throw new JsonSyntaxException("the member data", "none", json.length);
        });
  }

  /** The answer of labels and label values; a missing list is empty. */
  public static List<String> strings(byte[] json) {
    return data(json, QueryReader::texts, List::of);
  }

  /** The answer of series; a missing list is empty. */
  public static List<Labels> series(byte[] json) {
    return data(
        json,
        reader -> {
          List<Labels> series = new ArrayList<>();
          if (isList(reader)) {
            while (reader.nextElement()) {
              series.add(ResultReader.labels(reader));
            }
          }
          return series;
        },
        List::of);
  }

  /** A frame of {@code /loki/api/v1/tail}; what it does not have is empty. */
  public static TailFrame tail(byte[] json) {
    return understood(
        () -> {
          List<LogStream> streams = List.of();
          List<DroppedEntry> dropped = List.of();
          JsonReader reader = new JsonReader(json);
          reader.expect(JsonToken.BEGIN_OBJECT);
          while (reader.nextName()) {
            if (reader.stringEquals("streams")) {
              streams = ResultReader.streams(reader);
            } else if (reader.stringEquals("dropped_entries")) {
              reader.next();
              dropped = dropped(reader);
            } else {
              reader.skipValue();
            }
          }
          return new TailFrame(streams, dropped);
        });
  }

  private static List<DroppedEntry> dropped(JsonReader reader) {
    List<DroppedEntry> dropped = new ArrayList<>();
    if (isList(reader)) {
      while (reader.nextElement()) {
        if (reader.token() != JsonToken.BEGIN_OBJECT) {
          throw reader.unexpected("an object");
        }
        long timestamp = 0;
        Labels labels = Labels.EMPTY;
        while (reader.nextName()) {
          if (reader.stringEquals("timestamp")) {
            reader.expect(JsonToken.STRING);
            timestamp = reader.longValue();
          } else if (reader.stringEquals("labels")) {
            reader.next();
            labels = ResultReader.labels(reader);
          } else {
            reader.skipValue();
          }
        }
        dropped.add(new DroppedEntry(timestamp, labels));
      }
    }
    return dropped;
  }

  /** The warnings of an answer, most often none. */
  public static List<String> warnings(byte[] json) {
    return member(json, "warnings", QueryReader::texts, List::of);
  }

  private static <T> T data(byte[] json, Function<JsonReader, T> present, Supplier<T> absent) {
    return member(json, "data", present, absent);
  }

  private static <T> T member(
      byte[] json, String name, Function<JsonReader, T> present, Supplier<T> absent) {
    return understood(
        () -> {
          JsonReader reader = new JsonReader(json);
          reader.expect(JsonToken.BEGIN_OBJECT);
          while (reader.nextName()) {
            if (reader.stringEquals(name)) {
              reader.next();
              return present.apply(reader);
            }
            reader.skipValue();
          }
          return absent.get();
        });
  }

  private static <T> T understood(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (JsonSyntaxException | NumberFormatException e) {
      throw new LokiException(ErrorKind.INTERNAL, "the server's answer cannot be read: " + e.getMessage());
    }
  }

  private static List<String> texts(JsonReader reader) {
    List<String> texts = new ArrayList<>();
    if (isList(reader)) {
      while (reader.nextElement()) {
        if (reader.token() != JsonToken.STRING) {
          throw reader.unexpected("a string");
        }
        texts.add(reader.string());
      }
    }
    return texts;
  }

  private static boolean isList(JsonReader reader) {
    if (reader.token() != JsonToken.BEGIN_ARRAY && reader.token() != JsonToken.NULL) {
      throw reader.unexpected("an array");
    }
    return reader.token() == JsonToken.BEGIN_ARRAY;
  }
}
