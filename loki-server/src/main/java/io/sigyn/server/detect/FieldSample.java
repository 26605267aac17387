package io.sigyn.server.detect;

import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult.LogEntry;
import io.sigyn.result.QueryResult.LogStream;
import io.sigyn.result.QueryResult.Streams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of some lines: their structured metadata, what the query's own stages parsed, and what a parser finds in
 * them. Labels of streams are none.
 */
public final class FieldSample {
  private static final Set<String> HIDDEN =
      Set.of(LabelScratch.ERROR, LabelScratch.ERROR_DETAILS, LabelScratch.PRESERVE_ERROR);

  private final int limit;
  private final Runnable check;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final LineParser parser = new LineParser();

  private static final class Field {
    final Set<String> values = new LinkedHashSet<>();
    final Set<String> parsers = new LinkedHashSet<>();
    String last = "";
    List<String> path = List.of();
  }

  private FieldSample(int limit, Runnable check) {
    this.limit = limit;
    this.check = check;
  }

  /**
   * The fields of a log query's answer.
   *
   * @param limit the most fields
   * @param check called before every line; throws to stop
   */
  public static List<DetectedField> fields(Streams lines, int limit, Runnable check) {
    FieldSample sample = new FieldSample(limit, check);
    sample.add(lines);
    List<DetectedField> found = new ArrayList<>();
    sample.fields.forEach(
        (name, field) ->
            found.add(
                new DetectedField(
                    name, ValueType.of(field.last), field.values.size(), List.copyOf(field.parsers), field.path)));
    return found;
  }

  /**
   * The values of one field in a log query's answer, in order of appearance.
   *
   * @param limit the most values
   * @param check called before every line; throws to stop
   */
  public static List<String> values(Streams lines, String name, int limit, Runnable check) {
    FieldSample sample = new FieldSample(Integer.MAX_VALUE, check);
    sample.add(lines);
    Field field = sample.fields.get(name);
    return field == null ? List.of() : field.values.stream().limit(limit).toList();
  }

  private void add(Streams lines) {
    for (LogStream stream : lines.streams()) {
      for (LogEntry entry : stream.entries()) {
        check.run();
        entry.metadata().forEach((name, value) -> add(name, value, "", List.of()));
        parsed(stream.labels(), entry);
      }
    }
  }

  private void parsed(Labels stream, LogEntry entry) {
    Optional<LineParser.Parsed> found = parser.parse(stream, entry.line());
    String by = found.map(LineParser.Parsed::parser).orElse("");
    Labels inLine = found.map(LineParser.Parsed::labels).orElse(Labels.EMPTY);
    Map<String, List<String>> paths = by.equals("json") ? JsonPaths.of(entry.line()) : new HashMap<>();
    entry.parsed().forEach((name, value) -> add(name, value, by, path(paths, stream, name)));
    inLine.forEach((name, value) -> add(name, value, by, path(paths, stream, name)));
  }

  /** The path to a label, which has another name than its place when the stream has a label of that name. */
  private static List<String> path(Map<String, List<String>> paths, Labels stream, String name) {
    String plain = name.endsWith("_extracted") ? name.substring(0, name.length() - "_extracted".length()) : name;
    String key = !plain.equals(name) && stream.has(plain) ? plain : name;
    return paths.getOrDefault(key, List.of());
  }

  private void add(String name, String value, String by, List<String> path) {
    if (HIDDEN.contains(name)) {
      return;
    }
    Field field = fields.get(name);
    if (field == null) {
      if (fields.size() >= limit) {
        return;
      }
      field = new Field();
      fields.put(name, field);
    }
    field.values.add(value);
    field.last = value;
    if (!by.isEmpty()) {
      field.parsers.add(by);
    }
    if (!path.isEmpty()) {
      field.path = path;
    }
  }
}
