package io.sigyn.server.recorded;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonToken;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON as maps, lists, texts, numbers, truths and {@link #NULL}. */
final class Json {
  /** The value null. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private Json() {}

  static Object parse(byte[] json) {
    JsonReader reader = new JsonReader(json);
    reader.next();
    Object value = value(reader);
    reader.requireEnd();
    return value;
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
      case NUMBER -> new BigDecimal(reader.string());
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> NULL;
      case NAME, END_OBJECT, END_ARRAY, END -> throw new IllegalStateException(token.toString());
    };
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object json) {
    return (List<Object>) json;
  }

  /** A member, or an empty text when there is none. */
  static Object get(Object map, String name) {
    return map instanceof Map<?, ?> ? map(map).getOrDefault(name, "") : "";
  }

  static String text(Object map, String name) {
    return String.valueOf(get(map, name));
  }

  static List<Object> items(Object map, String name) {
    return get(map, name) instanceof List<?> ? list(get(map, name)) : List.of();
  }

  /** A text that is equal for equal values, whatever the order of members. */
  static String canon(Object json) {
    return switch (json) {
      case Map<?, ?> map -> {
        TreeMap<String, String> sorted = new TreeMap<>();
        map.forEach((name, value) -> sorted.put(String.valueOf(name), canon(value)));
        yield sorted.toString();
      }
      case List<?> list -> list.stream().map(Json::canon).toList().toString();
      case String text -> '"' + text + '"';
      default -> json.toString();
    };
  }
}
