package io.sigyn.server.recorded;

import static io.sigyn.server.recorded.Json.canon;
import static io.sigyn.server.recorded.Json.get;
import static io.sigyn.server.recorded.Json.list;
import static io.sigyn.server.recorded.Json.map;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of answers what has no meaning: the order of sets, times that depend on the present, texts of libraries.
 */
final class Normal {
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(error parsing regexp: |strconv\\.|template: |invalid line template: |invalid template: |parsing time \"|"
              + "readObjectStart: |ReadArray|ReadString|ReadMapCB|readUint|decode slice: |loghttp\\.|error reading entry|push\\.|"
              + "gzip: |flate: |snappy: |proto: |illegal wireType|unexpected EOF|invalid syntax|unable to parse time|"
              + "invalid character |jsoniter|Value looks like|Unknown value type|invalid URL escape|readContainer|"
              + "mime: |skipThreeBytes|ReadObject|ReadUInt|ReadInt|Unmarshal|query: [\\d.]+ ?[KMG]?i?B, limit|^EOF)");
  private static final Pattern OLDEST = Pattern.compile("(?<=oldest acceptable timestamp is: )\\S+");
  private static final Pattern EXPECTING = Pattern.compile(", expecting .*", Pattern.DOTALL);
  private static final Pattern SERIES =
      Pattern.compile("(pipeline error: '[^']*' for series: ').*?('\\.\n)", Pattern.DOTALL);
  private static final BigDecimal BILLION = new BigDecimal(1_000_000_000);

  private Normal() {}

  /** Whether two messages say the same, what libraries say not counting. */
  static boolean sameText(String want, String got) {
    return LIBRARY.matcher(want).find() ? text(got).startsWith(text(want)) : text(want).equals(text(got));
  }

  private static String text(String message) {
    String text = OLDEST.matcher(message.strip()).replaceAll("...");
    text = EXPECTING.matcher(text).replaceAll("");
    text = SERIES.matcher(text).replaceAll("$1...$2");
    Matcher library = LIBRARY.matcher(text);
    return library.find() ? text.substring(0, library.start()).stripTrailing() : text;
  }

  /** The body with times counted from {@code base}, if there is one. */
  static Object shift(Object json, long base) {
    return switch (json) {
      case String text when text.matches("\\d{19}") -> Long.toString(Long.parseLong(text) - base * 1_000_000_000L);
      case BigDecimal number when number.compareTo(BILLION) > 0 -> number.subtract(new BigDecimal(base));
      case List<?> items -> items.stream().map(item -> shift(item, base)).toList();
      case Map<?, ?> members -> {
        Map<String, Object> shifted = new LinkedHashMap<>();
        members.forEach((name, value) -> shifted.put(String.valueOf(name), shift(value, base)));
        yield shifted;
      }
      default -> json;
    };
  }

  /** The types of a value. */
  static Object shape(Object json) {
    return switch (json) {
      case List<?> items -> items.isEmpty() ? List.of() : List.of(shape(items.get(0)));
      case Map<?, ?> members -> {
        Map<String, Object> shapes = new LinkedHashMap<>();
        members.forEach((name, value) -> shapes.put(String.valueOf(name), shape(value)));
        yield shapes;
      }
      default -> json.getClass().getSimpleName();
    };
  }

  /** A copy of an answer's body without what has no meaning. */
  static Object body(Object json, Object options, boolean forward) {
    if (!(json instanceof Map<?, ?>)) {
      return json;
    }
    Map<String, Object> body = new LinkedHashMap<>(map(json));
    if (get(get(body, "stats"), "summary") instanceof Map<?, ?>) {
      body.put("stats", "present");
    }
    Object data = get(body, "data");
    if (data instanceof Map<?, ?> && map(data).containsKey("resultType")) {
      body.put("data", result(new LinkedHashMap<>(map(data)), options, forward));
    } else if (data instanceof List<?> items && items.stream().allMatch(Map.class::isInstance)) {
      body.put("data", sorted(list(data), Json::canon));
    }
    if (body.equals(Map.of("status", "success"))) {
      body.put("data", List.of());
    }
    String empty = Json.text(options, "empty");
    if (body.isEmpty() && !empty.isEmpty()) {
      body.put(empty, List.of());
    }
    for (String name : List.of("detectedLabels", "fields")) {
      if (body.get(name) instanceof List<?> fields) {
        body.put(name, sorted(list(fields).stream().map(Normal::field).toList(), f -> Json.text(f, "label")));
      }
    }
    if (body.get("values") instanceof List<?> values) {
      body.put("values", sorted(list(values), Json::canon));
    }
    for (Object path : Json.items(options, "ignore")) {
      ignore(body, String.valueOf(path));
    }
    return body;
  }

  /** Members of objects only: that is what recordings ask for. */
  private static void ignore(Map<String, Object> body, String path) {
    body.computeIfPresent(path, (name, value) -> "ignored");
  }

  private static Object field(Object field) {
    Map<String, Object> copy = new LinkedHashMap<>(map(field));
    if (copy.get("parsers") instanceof List<?> parsers) {
      copy.put("parsers", sorted(list(parsers), Json::canon));
    }
    return copy;
  }

  private static Map<String, Object> result(Map<String, Object> data, Object options, boolean forward) {
    if (get(data, "stats") instanceof Map<?, ?> stats && Json.text(options, "stats").equals("true")) {
      Map<String, Object> shapes = new LinkedHashMap<>(map(shape(stats)));
      shapes.put("total", get(get(stats, "summary"), "totalEntriesReturned"));
      data.put("stats", shapes);
    } else {
      data.put("stats", data.containsKey("stats") ? "present" : "absent");
    }
    if (get(data, "encodingFlags") instanceof List<?> flags) {
      data.put("encodingFlags", sorted(list(flags), Json::canon));
    }
    if (!(get(data, "result") instanceof List<?> found)) {
      return data;
    }
    List<Object> raw = list(found);
    List<Object> result =
        switch (Json.text(data, "resultType")) {
          case "streams" -> sorted(withoutDetails(raw, forward), s -> canon(get(s, "stream")));
          case "matrix" -> sorted(raw, s -> canon(get(s, "metric")));
          case "vector" -> Json.text(options, "ordered").isEmpty() ? sorted(raw, s -> canon(get(s, "metric"))) : raw;
          case "scalar" -> List.of("time", raw.get(1));
          default -> throw new IllegalStateException("result of type " + data.get("resultType"));
        };
    if (!Json.text(options, "now").isEmpty()) {
      result = result.stream().map(Normal::now).toList();
    }
    data.put("result", result);
    return data;
  }

  private static Object now(Object series) {
    if (!(get(series, "value") instanceof List<?> value)) {
      return series;
    }
    Map<String, Object> copy = new LinkedHashMap<>(map(series));
    copy.put("value", List.of("now", value.get(1)));
    return copy;
  }

  /** Joins streams that differ in the text of {@code __error_details__} alone. */
  private static List<Object> withoutDetails(List<Object> streams, boolean forward) {
    Map<String, Map<String, Object>> joined = new LinkedHashMap<>();
    boolean some = false;
    for (Object stream : streams) {
      Map<String, Object> labels = new LinkedHashMap<>(map(get(stream, "stream")));
      some |= labels.replace("__error_details__", "...") != null;
      Map<String, Object> into =
          joined.computeIfAbsent(
              canon(labels),
              k -> new LinkedHashMap<>(Map.of("stream", labels, "values", new ArrayList<Object>())));
      list(get(into, "values")).addAll(list(get(stream, "values")));
    }
    if (!some) {
      return streams;
    }
    Comparator<Object> byTime = Comparator.comparing(entry -> new BigDecimal(String.valueOf(list(entry).get(0))));
    for (Map<String, Object> stream : joined.values()) {
      list(get(stream, "values"))
          .sort((forward ? byTime : byTime.reversed()).thenComparing(Json::canon));
    }
    return new ArrayList<>(joined.values());
  }

  private static List<Object> sorted(List<Object> items, Function<Object, String> key) {
    List<Object> copy = new ArrayList<>(items);
    copy.sort(Comparator.comparing(key));
    return copy;
  }
}
