package io.sigyn.agent.positions;

import io.sigyn.config.ConfigException;
import io.sigyn.config.ConfigNode;
import io.sigyn.config.ConfigNode.Mapping;
import io.sigyn.config.ConfigNode.Scalar;
import io.sigyn.config.YamlReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * promtail's positions file: a YAML mapping {@code positions} of path to decimal offset as quoted text, and of other keys
 * (cursors) to text.
 */
final class PositionsFile {
  private PositionsFile() {}

  /**
   * Reads.
   *
   * @throws ConfigException with the line, for anything but such a file
   */
  static Map<String, String> parse(String file, String text) {
    if (text.indexOf('\0') >= 0) {
      int line = 1 + (int) text.chars().limit(text.indexOf('\0')).filter(c -> c == '\n').count();
      throw new ConfigException(file + ":" + line + ": holds NUL bytes, as after a power loss");
    }
    Optional<Map<String, String>> simple = SimplePositions.read(text);
    if (simple.isPresent()) {
      return simple.get();
    }
    Map<String, String> positions = new LinkedHashMap<>();
    if (!(YamlReader.read(file, text) instanceof Mapping root)) {
      throw new ConfigException(file + ":1:1: no mapping with the key positions");
    }
    for (ConfigNode.Entry entry : root.entries()) {
      if (!entry.key().equals("positions")) {
        throw new ConfigException(entry.mark() + ": unknown key \"" + entry.key() + "\"; only positions is allowed");
      }
      switch (entry.value()) {
        case Mapping values -> {
          for (ConfigNode.Entry value : values.entries()) {
            if (!(value.value() instanceof Scalar scalar)) {
              throw new ConfigException(value.mark() + ": the position of " + value.key() + " is no text");
            }
            positions.put(value.key(), scalar.text());
          }
        }
        case Scalar scalar when scalar.isNull() -> {}
        default -> throw new ConfigException(entry.mark() + ": positions is no mapping");
      }
    }
    return positions;
  }

  /** The text of a file. */
  static String print(Map<String, String> positions) {
    if (positions.isEmpty()) {
      return "positions: {}\n";
    }
    StringBuilder out = new StringBuilder("positions:\n");
    positions.forEach(
        (key, value) -> {
          out.append("  ");
          quote(key, out);
          out.append(": ");
          quote(value, out);
          out.append('\n');
        });
    return out.toString();
  }

  /** In double quotes, which every YAML reader takes for text. */
  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c >= 0xfffe) {
        // What YAML does not allow as it is.
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
