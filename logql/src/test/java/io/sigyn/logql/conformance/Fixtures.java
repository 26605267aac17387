package io.sigyn.logql.conformance;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.logql.engine.MemorySource;
import io.sigyn.model.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Reads the recorded data and cases, one JSON object a line. JSON becomes maps, lists, strings, doubles and booleans. */
final class Fixtures {
  private Fixtures() {}

  static List<Map<String, Object>> lines(String name) {
    List<Map<String, Object>> result = new ArrayList<>();
    try (InputStream in = Fixtures.class.getResourceAsStream("/conformance/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no fixture " + name);
      }
      byte[] bytes = (name.endsWith(".gz") ? new GZIPInputStream(in) : in).readAllBytes();
      int from = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          JsonReader reader = new JsonReader(bytes, from, i);
          reader.next();
          result.add(map(value(reader)));
          from = i + 1;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  static MemorySource data(int blockSize) {
    MemorySource source = new MemorySource(blockSize);
    for (Map<String, Object> stream : lines("data.jsonl.gz")) {
      Labels labels = labels(get(stream, "stream"));
      for (Object entry : list(get(stream, "entries"))) {
        List<Object> parts = list(entry);
        source.add(
            labels,
            new MemorySource.Entry(
                Long.parseLong((String) parts.get(0)),
                ((String) parts.get(1)).getBytes(StandardCharsets.UTF_8),
                labels(parts.get(2))));
      }
    }
    return source;
  }

  private static Labels labels(Object json) {
    Labels.Builder builder = Labels.builder();
    map(json).forEach((name, value) -> builder.set(name, (String) value));
    return builder.build();
  }

  static Object get(Map<String, Object> map, String member) {
    return Objects.requireNonNull(map.get(member), member);
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object json) {
    return (List<Object>) json;
  }

  private static Object value(JsonReader reader) {
    JsonToken token = reader.token();
    return switch (token) {
      case BEGIN_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (reader.nextName()) {
          String name = reader.string();
          reader.next();
          map.put(name, value(reader));
        }
        yield map;
      }
      case BEGIN_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (reader.nextElement()) {
          list.add(value(reader));
        }
        yield list;
      }
      case STRING -> reader.string();
      case NUMBER -> new java.math.BigDecimal(reader.string());
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> "";
      case NAME, END_OBJECT, END_ARRAY, END -> throw new IllegalStateException(token.toString());
    };
  }
}
