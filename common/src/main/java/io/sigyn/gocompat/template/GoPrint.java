package io.sigyn.gocompat.template;

import io.sigyn.gocompat.GoDuration;
import io.sigyn.gocompat.GoFormat;
import io.sigyn.gocompat.GoTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values as Go prints them. */
final class GoPrint {
  private GoPrint() {}

  /** The value of an action: nothing at all has a text of its own. */
  static String top(@Nullable Object value) {
    return value == null ? "<no value>" : value(value);
  }

  /** {@code %v}. */
  static String value(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String s -> s;
      case Double d -> GoFormat.general(d);
      case List<?> list -> {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < list.size(); i++) {
          out.append(i > 0 ? " " : "").append(value(list.get(i)));
        }
        yield out.append(']').toString();
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((k, v) -> sorted.put((String) k, v));
        StringBuilder out = new StringBuilder("map[");
        sorted.forEach((k, v) -> out.append(out.length() > 4 ? " " : "").append(k).append(':').append(value(v)));
        yield out.append(']').toString();
      }
      default -> value.toString();
    };
  }

  /** {@code fmt.Sprint}: blanks between operands that are both no strings. */
  static String sprint(@Nullable Object[] values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (i > 0 && !(values[i] instanceof String) && !(values[i - 1] instanceof String)) {
        out.append(' ');
      }
      out.append(value(values[i]));
    }
    return out.toString();
  }

  /** {@code fmt.Sprintln}. */
  static String sprintln(@Nullable Object[] values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      out.append(i > 0 ? " " : "").append(value(values[i]));
    }
    return out.append('\n').toString();
  }

  /** The name of the value's type. */
  static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String _ -> "string";
      case Long _ -> "int";
      case Double _ -> "float64";
      case Boolean _ -> "bool";
      case List<?> _ -> "[]interface {}";
      case StringMap _ -> "map[string]string";
      case Map<?, ?> _ -> "map[string]interface {}";
      case GoTime _ -> "time.Time";
      case GoDuration _ -> "time.Duration";
      default -> "interface {}";
    };
  }

  /** What {@code if} makes of the value. */
  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case String s -> !s.isEmpty();
      case Long n -> n != 0;
      case Double d -> d != 0;
      case Boolean b -> b;
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case GoDuration d -> d.nanos() != 0;
      default -> true;
    };
  }
}
