package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.GoRegexp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code regexp}: the named groups of the first match become labels. */
final class RegexpStage implements Stage {
  private final GoRegexp regexp;
  private final List<String> names;
  private final ParserHints hints;

  RegexpStage(GoRegexp regexp, ParserHints hints) {
    this.regexp = regexp;
    this.names = regexp.groupNames();
    this.hints = hints;
  }

  @Override
  public boolean apply(Line line) {
    if (!regexp.find(line.text(), line.from(), line.to())) {
      return true;
    }
    String text = new String(line.text(), line.from(), line.to() - line.from(), StandardCharsets.UTF_8);
    @Nullable String[] values = regexp.namedGroups(text);
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      if (!hints.extract(line.labels(), names.get(i), value == null ? "" : value)) {
        return false;
      }
    }
    return true;
  }
}
