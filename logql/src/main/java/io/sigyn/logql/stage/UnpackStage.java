package io.sigyn.logql.stage;

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
    JsonMembers members = new JsonMembers(line.text(), line.from() + 1, line.to());
    while (members.next()) {
      if (!members.isString()) {
        continue;
      }
      if (members.key().equals(ENTRY)) {
        entry = members.string();
      } else {
        pairs.add(members.key());
        pairs.add(members.string());
      }
    }
    if (!members.complaint().isEmpty()) {
      labels.error(JsonStage.ERROR_TYPE, members.complaint());
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
