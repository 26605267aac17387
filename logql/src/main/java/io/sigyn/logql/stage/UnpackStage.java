package io.sigyn.logql.stage;

import io.sigyn.json.JsonReader;
import io.sigyn.json.JsonSyntaxException;
import io.sigyn.json.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code unpack}: undoes an agent's packing of labels and line into one JSON object. */
final class UnpackStage implements Stage {
  private static final String ENTRY = "_entry";

  private final ParserHints hints;

  UnpackStage(ParserHints hints) {
    this.hints = hints;
  }

  @Override
  public boolean apply(Line line) {
    if (line.from() == line.to() || hints.skipsParsers()) {
      return true;
    }
    LabelScratch labels = line.labels();
    if (line.text()[line.from()] != '{') {
      labels.error(JsonStage.ERROR_TYPE, "expecting json object(6), but it is not");
      return true;
    }
    List<String> pairs = new ArrayList<>();
    @Nullable String entry = null;
    try {
      JsonReader reader = new JsonReader(line.text(), line.from(), line.to());
      reader.expect(JsonToken.BEGIN_OBJECT);
      while (reader.nextName()) {
        String name = reader.string();
        if (reader.next() != JsonToken.STRING) {
          reader.skipValue();
        } else if (name.equals(ENTRY)) {
          entry = reader.string();
        } else {
          pairs.add(name);
          pairs.add(reader.string());
        }
      }
    } catch (JsonSyntaxException e) {
      labels.error(JsonStage.ERROR_TYPE, String.valueOf(e.getMessage()));
      return true;
    }
    if (entry == null) {
      return true;
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      String key = Names.sanitize(labels.free(pairs.get(i)), true);
      if (!key.isEmpty() && hints.wants(key) && !labels.isExtracted(key)) {
        labels.set(key, pairs.get(i + 1));
        if (hints.rejects(labels, key)) {
          return false;
        }
      }
    }
    byte[] bytes = entry.getBytes(StandardCharsets.UTF_8);
    line.text(bytes, 0, bytes.length);
    return true;
  }
}
