package io.sigyn.agent.pipeline;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import io.sigyn.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON as objects: Map sorted by name, List, String, {@link JsonNumber}, Boolean, {@link JsonNull}. Of members with the
 * same name the last counts.
 */
final class JsonTree {
  private JsonTree() {}

  /**
   * Reads an object.
   *
   * @throws io.sigyn.json.JsonSyntaxException for anything else
   */
  static Object object(byte[] json, int from, int to) {
    JsonReader reader = new JsonReader(json, from, to);
    reader.expect(JsonToken.BEGIN_OBJECT);
    Object tree = rest(reader);
    reader.requireEnd();
    return tree;
  }

  /**
   * Reads any value.
   *
   * @throws io.sigyn.json.JsonSyntaxException when it is none
   */
  static Object value(byte[] json, int from, int to) {
    JsonReader reader = new JsonReader(json, from, to);
    reader.next();
    Object tree = rest(reader);
    reader.requireEnd();
    return tree;
  }

  /** A value as JSON text. */
  static String json(Object value) {
    JsonWriter out = JsonWriter.inMemory();
    write(value, out);
    return out.toString();
  }

  /** The value whose first token was read. */
  private static Object rest(JsonReader reader) {
    return switch (reader.token()) {
      case BEGIN_OBJECT -> {
        Map<String, Object> map = new TreeMap<>();
        while (reader.nextName()) {
          String name = reader.string();
          reader.next();
          map.put(name, rest(reader));
        }
        yield map;
      }
      case BEGIN_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (reader.nextElement()) {
          list.add(rest(reader));
        }
        yield list;
      }
      case STRING -> reader.string();
      case NUMBER -> new JsonNumber(reader.string());
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> JsonNull.NULL;
      default -> throw reader.unexpected("a value");
    };
  }

  /** A value as an extracted value: objects and arrays as JSON text. */
  static Object flat(Object value) {
    if (value instanceof Map<?, ?> || value instanceof List<?>) {
      return json(value);
    }
    return value;
  }

  private static void write(Object value, JsonWriter out) {
    switch (value) {
      case Map<?, ?> map -> {
        out.beginObject();
        map.forEach(
            (name, member) -> {
              out.name(String.valueOf(name));
              write(member, out);
            });
        out.endObject();
      }
      case List<?> list -> {
        out.beginArray();
        list.forEach(element -> write(element, out));
        out.endArray();
      }
      case Boolean truth -> out.value(truth);
      case JsonNumber number -> out.raw(number.text());
      case String text -> out.value(text);
      default -> out.nullValue();
    }
  }
}
