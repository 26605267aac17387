package io.sigyn.logql.stage;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON documents as values of templates. */
final class JsonValues {
  private static final int MAX_DEPTH = 256;

  private JsonValues() {}

  /** The document, or null when the text is none. */
  static @Nullable Object parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonReader reader = new JsonReader(bytes, 0, bytes.length, MAX_DEPTH);
    try {
      reader.next();
      Object value = value(reader);
      reader.requireEnd();
      return value;
    } catch (JsonSyntaxException e) {
      return null;
    }
  }

  private static @Nullable Object value(JsonReader reader) {
    JsonToken token = reader.token();
    return switch (token) {
      case BEGIN_OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (reader.nextName()) {
          String name = reader.string();
          reader.next();
          map.put(name, value(reader));
        }
        yield map;
      }
      case BEGIN_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (reader.nextElement()) {
          list.add(value(reader));
        }
        yield list;
      }
      case STRING -> reader.string();
      case NUMBER -> reader.doubleValue();
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> null;
      case NAME, END_OBJECT, END_ARRAY, END -> throw reader.unexpected("a value");
    };
  }
}
