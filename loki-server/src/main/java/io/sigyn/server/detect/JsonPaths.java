package io.sigyn.server.detect;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import io.sigyn.logql.stage.JsonNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in a JSON line the parser's labels come from. */
final class JsonPaths {
  private JsonPaths() {}

  /**
   * The keys that lead to each label; of several places the first. A line that is not quite JSON gives what comes
   * before.
   */
  static Map<String, List<String>> of(byte[] line) {
    Map<String, List<String>> paths = new HashMap<>();
    JsonReader json = new JsonReader(line);
    List<String> keys = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try {
      if (json.next() != JsonToken.BEGIN_OBJECT) {
        return paths;
      }
      while (json.depth() > 0) {
        if (!json.nextName()) {
          if (!keys.isEmpty()) {
            keys.removeLast();
            names.removeLast();
          }
          continue;
        }
        String key = json.string();
        String name = JsonNames.join(names.isEmpty() ? "" : names.getLast(), key);
        JsonToken value = json.next();
        if (value == JsonToken.BEGIN_OBJECT) {
          keys.add(key);
          names.add(name);
        } else if (value == JsonToken.BEGIN_ARRAY) {
          json.skipValue();
        } else if (value != JsonToken.NULL) {
          List<String> path = new ArrayList<>(keys);
          path.add(key);
          paths.putIfAbsent(name, path);
        }
      }
    } catch (JsonSyntaxException e) {
      // The parser of queries is lenient, too: what was read before the mistake stays.
    }
    return paths;
  }
}
