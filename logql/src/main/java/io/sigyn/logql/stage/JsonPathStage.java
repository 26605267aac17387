package io.sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code json} with extractions: the values at given places of the document, and nothing else. */
final class JsonPathStage implements Stage {
  private final List<String> names;
  private final List<JsonPath> paths;
  private final ParserHints hints;

  JsonPathStage(List<String> names, List<JsonPath> paths, ParserHints hints) {
    this.names = List.copyOf(names);
    this.paths = List.copyOf(paths);
    this.hints = hints;
  }

  @Override
  public boolean apply(Line line) {
    if (line.from() == line.to() || hints.skipsParsers()) {
      return true;
    }
    LabelScratch labels = line.labels();
    byte first = line.text()[line.from()];
    if (first != '{' && first != '[' && first != '"') {
      // What an earlier stage had to say stays beside it.
      labels.error(JsonStage.ERROR_TYPE, labels.errorDetails());
      return true;
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value;
      try {
        value = find(line.text(), line.from(), line.to(), paths.get(i).steps(), 0);
      } catch (IllegalArgumentException e) {
        labels.error(JsonStage.ERROR_TYPE, String.valueOf(e.getMessage()));
        value = null;
      }
      if (value != null) {
        labels.set(labels.free(name), value);
      } else if (labels.get(name) == null) {
        labels.set(name, "");
      }
    }
    return true;
  }

  private static @Nullable String find(byte[] text, int from, int to, List<JsonPath.Step> steps, int depth) {
    int at = JsonText.skipBlanks(text, from, to);
    if (at == to) {
      return null;
    }
    if (depth == steps.size()) {
      return render(text, at, to);
    }
    return switch (steps.get(depth)) {
      case JsonPath.Step.Member m -> text[at] == '{' ? member(text, at + 1, to, m.name(), steps, depth) : null;
      case JsonPath.Step.Element e -> text[at] == '[' ? element(text, at + 1, to, e.index(), steps, depth) : null;
    };
  }

  private static @Nullable String member(
      byte[] text, int from, int to, String name, List<JsonPath.Step> steps, int depth) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int at = from;
    while (true) {
      at = JsonText.skipBlanks(text, at, to);
      if (at == to || text[at] != '"') {
        return null;
      }
      int keyEnd = JsonText.stringEnd(text, at + 1, to);
      if (keyEnd < 0) {
        return null;
      }
      boolean same =
          keyEnd - 2 - at == wanted.length
              && java.util.Arrays.equals(text, at + 1, keyEnd - 1, wanted, 0, wanted.length);
      if (!same && keyEnd - 2 - at > wanted.length) {
        same = name.equals(JsonText.unescape(text, at + 1, keyEnd - 1));
      }
      at = JsonText.skipBlanks(text, keyEnd, to);
      if (at == to || text[at] != ':') {
        return null;
      }
      at = JsonText.skipBlanks(text, at + 1, to);
      if (same) {
        return find(text, at, to, steps, depth + 1);
      }
      at = skipValue(text, at, to);
      if (at < 0) {
        return null;
      }
      at = JsonText.skipBlanks(text, at, to);
      if (at == to || text[at] != ',') {
        return null;
      }
      at++;
    }
  }

  private static @Nullable String element(
      byte[] text, int from, int to, int index, List<JsonPath.Step> steps, int depth) {
    int at = from;
    for (int i = 0; ; i++) {
      at = JsonText.skipBlanks(text, at, to);
      if (at == to || text[at] == ']') {
        return null;
      }
      if (i == index) {
        return find(text, at, to, steps, depth + 1);
      }
      at = skipValue(text, at, to);
      if (at < 0) {
        return null;
      }
      at = JsonText.skipBlanks(text, at, to);
      if (at == to || text[at] != ',') {
        return null;
      }
      at++;
    }
  }

  private static int skipValue(byte[] text, int at, int to) {
    if (at == to) {
      return -1;
    }
    return switch (text[at]) {
      case '"' -> JsonText.stringEnd(text, at + 1, to);
      case '{', '[' -> JsonText.blockEnd(text, at, to);
      default -> JsonText.wordEnd(text, at, to);
    };
  }

  /** The value that was asked for; the only one whose mistakes are noticed. */
  private static String render(byte[] text, int at, int to) {
    int end = skipValue(text, at, to);
    byte first = text[at];
    if (end < 0) {
      throw new IllegalArgumentException(
          first == '"' ? JsonStage.NO_STRING : first == '[' ? JsonStage.NO_ARRAY : JsonStage.NO_OBJECT);
    }
    if (first == '"') {
      String value = JsonText.unescape(text, at + 1, end - 1);
      return value == null ? "" : Names.value(value);
    }
    String raw = Names.text(text, at, end);
    boolean known =
        first == '{' || first == '[' || first == '-' || (first >= '0' && first <= '9')
            || raw.equals("true") || raw.equals("false") || raw.equals("null");
    if (!known) {
      throw new IllegalArgumentException(JsonStage.UNKNOWN);
    }
    return raw.equals("null") ? "" : raw;
  }
}
