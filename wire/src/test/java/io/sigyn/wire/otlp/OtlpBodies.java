package io.sigyn.wire.otlp;

import com.google.protobuf.CodedOutputStream;
import io.sigyn.json.JsonWriter;
import io.sigyn.model.EntryBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Requests as trees of maps and lists, written as protobuf by protobuf's own writer and as OTLP/JSON. */
final class OtlpBodies {
  private OtlpBodies() {}

  /** A message built with protobuf's own writer. */
  interface Message {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  static byte[] message(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Attributes: String, Boolean, Long, Double, byte[], List, Map. */
  record Scope(String name, String version, Map<String, Object> attributes, int dropped, List<Rec> records) {}

  record Rec(
      long time,
      long observed,
      int severity,
      String severityText,
      Object body,
      Map<String, Object> attributes,
      int dropped,
      int flags,
      byte[] trace,
      byte[] span) {}

  record Resource(Map<String, Object> attributes, List<Scope> scopes) {}

  static Rec rec(long time, Object body, Map<String, Object> attributes) {
    return new Rec(time, 0, 0, "", body, attributes, 0, 0, new byte[0], new byte[0]);
  }

  static Resource resource(Map<String, Object> attributes, Rec... records) {
    return new Resource(attributes, List.of(new Scope("", "", Map.of(), 0, List.of(records))));
  }

  /** Protobuf; with {@code late} every message has what describes it behind what it holds. */
  static byte[] protobuf(List<Resource> resources, boolean late) {
    return message(
        out -> {
          for (Resource resource : resources) {
            byte[] own = message(r -> attributes(r, 1, resource.attributes()));
            out.writeByteArray(
                1,
                message(
                    rl -> {
                      if (!late) {
                        rl.writeByteArray(1, own);
                      }
                      for (Scope scope : resource.scopes()) {
                        rl.writeByteArray(2, scopeLogs(scope, late));
                      }
                      rl.writeString(3, "schema");
                      if (late) {
                        rl.writeByteArray(1, own);
                      }
                    }));
          }
        });
  }

  private static byte[] scopeLogs(Scope scope, boolean late) {
    byte[] own =
        message(
            s -> {
              s.writeString(1, scope.name());
              s.writeString(2, scope.version());
              attributes(s, 3, scope.attributes());
              s.writeUInt32(4, scope.dropped());
            });
    return message(
        out -> {
          if (!late) {
            out.writeByteArray(1, own);
          }
          for (Rec rec : scope.records()) {
            out.writeByteArray(2, record(rec));
          }
          if (late) {
            out.writeByteArray(1, own);
          }
        });
  }

  private static byte[] record(Rec rec) {
    return message(
        out -> {
          out.writeFixed64(1, rec.time());
          out.writeFixed64(11, rec.observed());
          out.writeEnum(2, rec.severity());
          out.writeString(3, rec.severityText());
          out.writeByteArray(5, value(rec.body()));
          attributes(out, 6, rec.attributes());
          out.writeUInt32(7, rec.dropped());
          out.writeFixed32(8, rec.flags());
          out.writeByteArray(9, rec.trace());
          out.writeByteArray(10, rec.span());
          out.writeString(12, "event");
          out.writeString(99, "unknown");
        });
  }

  private static void attributes(CodedOutputStream out, int field, Map<String, Object> attributes) throws IOException {
    for (Map.Entry<String, Object> one : attributes.entrySet()) {
      out.writeByteArray(
          field,
          message(
              kv -> {
                kv.writeString(1, one.getKey());
                kv.writeByteArray(2, value(one.getValue()));
              }));
    }
  }

  @SuppressWarnings("unchecked")
  static byte[] value(Object value) {
    return message(
        out -> {
          switch (value) {
            case String text -> out.writeString(1, text);
            case Boolean truth -> out.writeBool(2, truth);
            case Long number -> out.writeInt64(3, number);
            case Double number -> out.writeDouble(4, number);
            case byte[] bytes -> out.writeByteArray(7, bytes);
            case List<?> list ->
                out.writeByteArray(
                    5,
                    message(
                        l -> {
                          for (Object item : list) {
                            l.writeByteArray(1, value(item));
                          }
                        }));
            case Map<?, ?> map ->
                out.writeByteArray(6, message(l -> attributes(l, 1, (Map<String, Object>) map)));
            default -> {
              // Nothing is an AnyValue without a value.
            }
          }
        });
  }

  /** OTLP/JSON with names in lowerCamelCase or in snake_case. */
  static byte[] json(List<Resource> resources, boolean snake) {
    JsonWriter out = JsonWriter.inMemory();
    out.beginObject().name(name("resourceLogs", snake)).beginArray();
    for (Resource resource : resources) {
      out.beginObject().name("ignored").beginArray().value(1).endArray();
      out.name(name("scopeLogs", snake)).beginArray();
      for (Scope scope : resource.scopes()) {
        out.beginObject().name("scope").beginObject().name("name").value(scope.name());
        out.name("version").value(scope.version());
        attributes(out, scope.attributes(), snake);
        out.name(name("droppedAttributesCount", snake)).value(scope.dropped()).endObject();
        out.name(name("logRecords", snake)).beginArray();
        scope.records().forEach(rec -> record(out, rec, snake));
        out.endArray().endObject();
      }
      out.endArray().name("resource").beginObject();
      attributes(out, resource.attributes(), snake);
      out.endObject().endObject();
    }
    return out.endArray().endObject().toByteArray();
  }

  private static void record(JsonWriter out, Rec rec, boolean snake) {
    out.beginObject().name(name("timeUnixNano", snake)).quoted(rec.time());
    out.name(name("observedTimeUnixNano", snake)).value(rec.observed());
    out.name(name("severityNumber", snake)).value(rec.severity());
    out.name(name("severityText", snake)).value(rec.severityText());
    out.name("body");
    value(out, rec.body(), snake);
    attributes(out, rec.attributes(), snake);
    out.name(name("droppedAttributesCount", snake)).value(rec.dropped());
    out.name("flags").value(rec.flags());
    out.name(name("traceId", snake)).value(HexFormat.of().formatHex(rec.trace()));
    out.name(name("spanId", snake)).value(HexFormat.of().withUpperCase().formatHex(rec.span()));
    out.endObject();
  }

  private static void attributes(JsonWriter out, Map<String, Object> attributes, boolean snake) {
    out.name("attributes");
    pairs(out, attributes, snake);
  }

  private static void pairs(JsonWriter out, Map<String, Object> attributes, boolean snake) {
    out.beginArray();
    attributes.forEach(
        (key, value) -> {
          out.beginObject().name("key").value(key).name("value");
          value(out, value, snake);
          out.endObject();
        });
    out.endArray();
  }

  @SuppressWarnings("unchecked")
  private static void value(JsonWriter out, Object value, boolean snake) {
    out.beginObject();
    switch (value) {
      case String text -> out.name(name("stringValue", snake)).value(text);
      case Boolean truth -> out.name(name("boolValue", snake)).value(truth);
      case Long number -> out.name(name("intValue", snake)).quoted(number);
      case Double number -> out.name(name("doubleValue", snake)).raw(Double.toString(number));
      case byte[] bytes -> out.name(name("bytesValue", snake)).value(Base64.getEncoder().encodeToString(bytes));
      case List<?> list -> {
        out.name(name("arrayValue", snake)).beginObject().name("values").beginArray();
        list.forEach(item -> value(out, item, snake));
        out.endArray().endObject();
      }
      case Map<?, ?> map -> {
        out.name(name("kvlistValue", snake)).beginObject().name("values");
        pairs(out, (Map<String, Object>) map, snake);
        out.endObject();
      }
      default -> {
        // Nothing is an AnyValue without a value.
      }
    }
    out.endObject();
  }

  private static String name(String camel, boolean snake) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      out.append(snake && Character.isUpperCase(c) ? "_" + Character.toLowerCase(c) : String.valueOf(c));
    }
    return out.toString();
  }

  /** One text per stream and entry. */
  static List<String> show(EntryBatch batch) {
    List<String> out = new ArrayList<>();
    for (int s = 0; s < batch.streams(); s++) {
      out.add(batch.labels(s).toString());
      for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
        int from = batch.lineStart(e);
        String line = new String(batch.arena(), from, batch.lineEnd(e) - from, StandardCharsets.UTF_8);
        out.add(batch.timestamp(e) + " " + line + " " + batch.metadata(e));
      }
    }
    return out;
  }

  static List<Resource> random(RandomGenerator random) {
    List<Resource> resources = new ArrayList<>();
    for (int r = random.nextInt(1, 4); r > 0; r--) {
      List<Scope> scopes = new ArrayList<>();
      for (int s = random.nextInt(1, 3); s > 0; s--) {
        List<Rec> records = new ArrayList<>();
        Map<String, Object> shared = attributes(random, 0);
        for (int n = random.nextInt(1, 8); n > 0; n--) {
          records.add(
              new Rec(
                  random.nextInt(4) == 0 ? 0 : random.nextLong(1L << 62),
                  random.nextBoolean() ? 0 : random.nextLong(1L << 62),
                  random.nextInt(25),
                  random.nextBoolean() ? "" : "Info",
                  value(random, 0),
                  random.nextBoolean() ? shared : attributes(random, 0),
                  random.nextInt(2),
                  random.nextInt(3),
                  id(random, 16),
                  id(random, 8)));
        }
        scopes.add(new Scope(random.nextBoolean() ? "" : "my.scope", "", attributes(random, 0), random.nextInt(2), records));
      }
      Map<String, Object> attributes = attributes(random, 0);
      attributes.put("service.name", "svc" + random.nextInt(2));
      resources.add(new Resource(attributes, scopes));
    }
    return resources;
  }

  private static byte[] id(RandomGenerator random, int length) {
    byte[] id = new byte[random.nextBoolean() ? length : 0];
    if (random.nextInt(4) > 0) {
      random.nextBytes(id);
    }
    return id;
  }

  private static Map<String, Object> attributes(RandomGenerator random, int depth) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (int n = random.nextInt(5); n > 0; n--) {
      attributes.put(random.nextInt(9) == 0 ? "é" : "a.b-" + random.nextInt(20), value(random, depth));
    }
    return attributes;
  }

  private static Object value(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 2 ? 6 : 8)) {
      case 0 -> random.nextBoolean();
      case 1 -> random.nextLong();
      case 2 -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-12, 30));
      case 3 -> {
        byte[] bytes = new byte[random.nextInt(9)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case 4, 5 -> "text é \"<&>\"\n" + random.nextInt(5);
      case 6 -> List.of(value(random, depth + 1), value(random, depth + 1));
      default -> attributes(random, depth + 1);
    };
  }
}
