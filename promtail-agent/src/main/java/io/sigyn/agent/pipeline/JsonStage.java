package io.sigyn.agent.pipeline;

import io.sigyn.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Takes values of a JSON object as extracted values; what the object does not have is there as null. */
final class JsonStage implements Stage {
  /** The options. */
  record Options(Map<String, String> expressions, String source, boolean dropMalformed) {
    static final Options DEFAULT = new Options(Map.of(), "", false);
  }

  private final Map<String, JsonPath> paths;
  private final Options options;
  private final StageContext context;

  JsonStage(Options options, Map<String, JsonPath> paths, StageContext context) {
    this.options = options;
    this.paths = paths;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    byte[] bytes = entry.bytes();
    int from = entry.from();
    int to = entry.to();
    if (!options.source().isEmpty()) {
      String value = entry.extractedText(options.source());
      if (value == null) {
        return true;
      }
      bytes = value.getBytes(StandardCharsets.UTF_8);
      from = 0;
      to = bytes.length;
    }
    try {
      Object tree = JsonTree.object(bytes, from, to);
      paths.forEach(
          (name, path) -> {
            Object value = path.find(tree);
            entry.extract(name, value == null ? JsonNull.NULL : JsonTree.flat(value));
          });
      return true;
    } catch (JsonSyntaxException e) {
      context.counters().error("json");
      if (options.dropMalformed()) {
        context.counters().dropped("json_malformed");
        return false;
      }
      return true;
    }
  }
}
