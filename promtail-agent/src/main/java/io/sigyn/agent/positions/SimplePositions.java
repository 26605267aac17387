package io.sigyn.agent.positions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads positions files as promtail and the agent write them, one entry a line, without a document in memory: a file of
 * fifty megabytes is larger than what a YAML reader should accept. It means what a YAML reader reads, or nothing.
 */
final class SimplePositions {
  private static final String HEAD = "positions:";

  private final String text;
  private int at;

  private SimplePositions(String text) {
    this.text = text;
  }

  /** The positions; nothing for a file in any other form. */
  static Optional<Map<String, String>> read(String text) {
    if (!text.startsWith(HEAD + "\n")) {
      return Optional.empty();
    }
    SimplePositions reader = new SimplePositions(text);
    reader.at = HEAD.length() + 1;
    Map<String, String> positions = new LinkedHashMap<>();
    while (reader.at < text.length()) {
      if (!reader.entry(positions)) {
        return Optional.empty();
      }
    }
    return Optional.of(positions);
  }

  /** {@code   KEY: "VALUE"} and a line feed. */
  private boolean entry(Map<String, String> into) {
    if (!skip("  ")) {
      return false;
    }
    Optional<String> key = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
    if (key.isEmpty() || !skip(": ")) {
      return false;
    }
    Optional<String> value = quoted();
    // The second of two equal keys is an error that the YAML reader words.
    return value.isPresent() && skip("\n") && into.putIfAbsent(key.get(), value.get()) == null;
  }

  private boolean skip(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  /** A path of characters that mean nothing in YAML. */
  private Optional<String> plain() {
    int from = at;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    return at > from && text.charAt(from) == '/' ? Optional.of(text.substring(from, at)) : Optional.empty();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "/_.-+=@%".indexOf(c) >= 0;
  }

  /** A text in double quotes with the escapes that {@link PositionsFile#print} writes. */
  private Optional<String> quoted() {
    if (!skip("\"")) {
      return Optional.empty();
    }
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return Optional.of(out.toString());
      } else if (c == '\\' && (skip("\"") || skip("\\"))) {
        out.append(text.charAt(at - 1));
      } else if (c == '\\' && skip("u")) {
        if (at + 4 > text.length() || !text.substring(at, at + 4).chars().allMatch(d -> Character.digit(d, 16) >= 0)) {
          return Optional.empty();
        }
        out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
        at += 4;
      } else if (c == '\\' || c < 0x20 || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        return Optional.empty();
      } else {
        out.append(c);
      }
    }
    return Optional.empty();
  }
}
