package io.sigyn.config;

import io.sigyn.gocompat.GoDurations;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a configuration record as YAML that {@link YamlReader} reads back. Secrets, and
 * passwords in addresses, print as {@code <secret>}.
 */
public final class ConfigPrinter {
  private ConfigPrinter() {}

  /** The record as a block of YAML, ending with a line feed. */
  public static String print(Record config) {
    StringBuilder out = new StringBuilder();
    record(config, 0, out);
    return out.toString();
  }

  private static void record(Record config, int indent, StringBuilder out) {
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      entry(Binder.key(component), Binder.read(component, config), indent, out);
    }
  }

  private static void entry(String key, Object given, int indent, StringBuilder out) {
    if (given instanceof Optional<?> optional && optional.isEmpty()) {
      // An empty text would not be read back as a mapping.
      return;
    }
    Object value = given instanceof Optional<?> optional ? optional.get() : given;
    out.append(" ".repeat(indent)).append(scalar(key)).append(':');
    switch (value) {
      case Record record when !Scalars.isScalar(record.getClass()) && !(record instanceof ConfigNode) -> {
        out.append('\n');
        record(record, indent + 2, out);
      }
      case Map<?, ?> map when !map.isEmpty() -> {
        out.append('\n');
        map.forEach((k, v) -> entry(String.valueOf(k), v, indent + 2, out));
      }
      case Map<?, ?> _ -> out.append(" {}\n");
      case List<?> list when !list.isEmpty() -> {
        out.append('\n');
        list.forEach(item -> item(item, indent, out));
      }
      case List<?> _ -> out.append(" []\n");
      case ConfigNode node -> node(node, indent + 2, out);
      default -> out.append(' ').append(text(value)).append('\n');
    }
  }

  private static void item(Object item, int indent, StringBuilder out) {
    String dash = " ".repeat(indent) + "- ";
    switch (item) {
      case Record record when !Scalars.isScalar(record.getClass()) && !(record instanceof ConfigNode) -> {
        StringBuilder block = new StringBuilder();
        record(record, indent + 2, block);
        out.append(dash).append(block.substring(Math.min(block.length(), indent + 2)));
      }
      case ConfigNode node -> {
        StringBuilder block = new StringBuilder();
        node(node, indent + 2, block);
        out.append(dash).append(block.toString().stripLeading());
      }
      default -> out.append(dash).append(text(item)).append('\n');
    }
  }

  private static void node(ConfigNode node, int indent, StringBuilder out) {
    switch (node) {
      case ConfigNode.Scalar s -> out.append(' ').append(s.plain() ? s.text() : scalar(s.text())).append('\n');
      case ConfigNode.Mapping m -> {
        out.append('\n');
        m.entries()
            .forEach(
                e -> {
                  out.append(" ".repeat(indent)).append(scalar(e.key())).append(':');
                  node(e.value(), indent + 2, out);
                });
      }
      case ConfigNode.Sequence s -> {
        out.append('\n');
        s.items().forEach(i -> item(i, indent, out));
      }
    }
  }

  private static String text(Object value) {
    return switch (value) {
      case Duration d -> GoDurations.formatGo(d.toNanos());
      case Enum<?> e -> Scalars.name(e);
      case Boolean b -> b.toString();
      case Number n -> n.toString();
      default -> scalar(withoutPassword(String.valueOf(value)));
    };
  }

  /** The text; of an address that holds a password, without it. */
  private static String withoutPassword(String text) {
    int scheme = text.indexOf("://");
    int at = scheme < 0 ? -1 : text.lastIndexOf('@', endOfAuthority(text, scheme + 3));
    int colon = at < 0 ? -1 : text.indexOf(':', scheme + 3);
    return colon < 0 || colon >= at ? text : text.substring(0, colon + 1) + "<secret>" + text.substring(at);
  }

  private static int endOfAuthority(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return i;
      }
    }
    return text.length();
  }

  /** Plain where that is safe, else in double quotes. */
  private static String scalar(String text) {
    boolean plain = !text.isEmpty() && text.length() < 200 && !text.equals("~") && !text.equalsIgnoreCase("null");
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ok =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.'
              || (i > 0 && (c == '-' || c == ':' && i + 1 < text.length()));
      plain = ok;
    }
    if (plain) {
      return text;
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\x%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
