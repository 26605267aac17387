package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.GoDuration;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.gocompat.GoTime;
import io.sigyn.gocompat.template.Conversions;
import io.sigyn.gocompat.template.Function;
import io.sigyn.gocompat.template.TemplateException;
import io.sigyn.json.JsonWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions of templates on lists, maps and values of any type, as sprig has them. */
final class TemplateCollections {
  private TemplateCollections() {}

  static void addTo(Map<String, Function> all) {
    add(all, "empty", "a", a -> !Conversions.truth(a[0]));
    add(all, "coalesce", "a*", a -> Arrays.stream(a).filter(Conversions::truth).findFirst().orElse(null));
    add(all, "ternary", "aaa", a -> Conversions.truth(a[2]) ? a[0] : a[1]);
    add(all, "list", "a*", a -> new ArrayList<@Nullable Object>(Arrays.asList(a)));
    add(all, "first", "a", a -> list(a[0]).isEmpty() ? null : list(a[0]).getFirst());
    add(all, "last", "a", a -> list(a[0]).isEmpty() ? null : list(a[0]).getLast());
    add(all, "has", "aa", a -> list(a[1]).contains(a[0]));
    add(
        all,
        "uniq",
        "a",
        a -> {
          List<@Nullable Object> out = new ArrayList<>();
          for (Object item : list(a[0])) {
            if (!out.contains(item)) {
              out.add(item);
            }
          }
          return out;
        });
    add(
        all,
        "sortAlpha",
        "a",
        a -> {
          List<String> out = new ArrayList<>(list(a[0]).stream().map(TemplateCollections::text).toList());
          Collections.sort(out);
          return out;
        });
    add(all, "join", "sa", a -> String.join(text(a[0]), list(a[1]).stream().map(TemplateCollections::text).toList()));
    add(all, "splitList", "ss", a -> split(text(a[0]), text(a[1])));
    add(
        all,
        "split",
        "ss",
        a -> {
          Map<String, Object> out = new LinkedHashMap<>();
          List<String> parts = split(text(a[0]), text(a[1]));
          for (int i = 0; i < parts.size(); i++) {
            out.put("_" + i, parts.get(i));
          }
          return out;
        });
    maps(all);
    add(all, "toJson", "a", a -> json(a[0]));
    add(all, "typeOf", "a", a -> type(a[0]));
    add(all, "kindOf", "a", a -> kind(a[0]));
    add(all, "typeIs", "sa", a -> type(a[1]).equals(text(a[0])));
    add(all, "kindIs", "sa", a -> kind(a[1]).equals(text(a[0])));
    add(all, "urlParse", "s", a -> url(text(a[0])));
  }

  private static void maps(Map<String, Function> all) {
    add(
        all,
        "dict",
        "a*",
        a -> {
          Map<String, @Nullable Object> out = new LinkedHashMap<>();
          for (int i = 0; i < a.length; i += 2) {
            out.put(text(a[i]), i + 1 < a.length ? a[i + 1] : "");
          }
          return out;
        });
    add(all, "get", "as", a -> map(a[0]).containsKey(text(a[1])) ? map(a[0]).get(text(a[1])) : "");
    add(all, "hasKey", "as", a -> map(a[0]).containsKey(text(a[1])));
    add(all, "keys", "a", a -> new ArrayList<@Nullable Object>(new TreeMap<>(map(a[0])).keySet()));
    add(
        all,
        "set",
        "asa",
        a -> {
          Map<String, @Nullable Object> changed = map(a[0]);
          changed.put(text(a[1]), a[2]);
          return changed;
        });
  }

  private static void add(Map<String, Function> all, String name, String parameters, Function.Body body) {
    all.put(name, new Function(name, parameters, body));
  }

  /** A value as Go's {@code %v} shows it. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String s -> s;
      case Double d -> GoFormat.general(d);
      default -> value.toString();
    };
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> list(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw new TemplateException("expected a list, found " + type(value));
  }

  /** Maps of templates have text for keys. */
  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> map(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new TemplateException("expected a map, found " + type(value));
  }

  private static List<String> split(String separator, String text) {
    if (separator.isEmpty()) {
      return text.codePoints().mapToObj(Character::toString).toList();
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String _ -> "string";
      case Long _ -> "int";
      case Double _ -> "float64";
      case Boolean _ -> "bool";
      case List<?> _ -> "[]interface {}";
      case Map<?, ?> _ -> "map[string]interface {}";
      case GoTime _ -> "time.Time";
      case GoDuration _ -> "time.Duration";
      default -> "interface {}";
    };
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "invalid";
      case List<?> _ -> "slice";
      case Map<?, ?> _ -> "map";
      case GoTime _ -> "struct";
      case GoDuration _ -> "int64";
      default -> type(value);
    };
  }

  private static String json(@Nullable Object value) {
    JsonWriter out = JsonWriter.inMemory(true);
    write(value, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, JsonWriter out) {
    switch (value) {
      case null -> out.nullValue();
      case Boolean truth -> out.value(truth);
      case Long number -> out.value(number);
      case Double number -> out.raw(PipelineMetrics.number(number));
      case List<?> list -> {
        out.beginArray();
        list.forEach(item -> write(item, out));
        out.endArray();
      }
      case Map<?, ?> map -> {
        out.beginObject();
        map.entrySet().stream()
            .sorted((x, y) -> text(x.getKey()).compareTo(text(y.getKey())))
            .forEach(
                entry -> {
                  out.name(text(entry.getKey()));
                  write(entry.getValue(), out);
                });
        out.endObject();
      }
      default -> out.value(text(value));
    }
  }

  private static Map<String, Object> url(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("unable to parse url: " + e.getMessage());
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("scheme", plain(uri.getScheme()));
    out.put("userinfo", plain(uri.getRawUserInfo()));
    String host = plain(uri.getHost());
    out.put("host", uri.getPort() < 0 ? host : host + ":" + uri.getPort());
    out.put("hostname", host);
    out.put("path", plain(uri.getPath()));
    out.put("query", plain(uri.getRawQuery()));
    out.put("fragment", plain(uri.getFragment()));
    out.put("opaque", uri.isOpaque() ? plain(uri.getRawSchemeSpecificPart()) : "");
    return out;
  }

  private static String plain(@Nullable String text) {
    return text == null ? "" : text;
  }
}
