package io.sigyn.agent.pipeline;

import java.util.HashMap;
import java.util.Map;

/** Takes fields of {@code key=value key2="quoted value"} as extracted values. */
final class LogfmtStage implements Stage {
  /** The options: extracted name to field, empty for the same. */
  record Options(Map<String, String> mapping, String source) {
    static final Options DEFAULT = new Options(Map.of(), "");
  }

  private final String source;
  private final Map<String, String> nameByField = new HashMap<>();

  LogfmtStage(Options options) {
    this.source = options.source();
    options.mapping().forEach((name, field) -> nameByField.put(field.isEmpty() ? name : field, name));
  }

  @Override
  public boolean process(Entry entry) {
    String text = source.isEmpty() ? entry.line() : entry.extractedText(source);
    if (text != null) {
      scan(text, entry);
    }
    return true;
  }

  private void scan(String text, Entry entry) {
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) <= ' ') {
        at++;
        continue;
      }
      int from = at;
      while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=') {
        if (text.charAt(at) == '"') {
          return;
        }
        at++;
      }
      String field = text.substring(from, at);
      String value = "";
      if (at < text.length() && text.charAt(at) == '=') {
        at++;
        if (at < text.length() && text.charAt(at) == '"') {
          StringBuilder quoted = new StringBuilder();
          at = quoted(text, at + 1, quoted);
          if (at < 0) {
            return;
          }
          value = quoted.toString();
        } else {
          int start = at;
          while (at < text.length() && text.charAt(at) > ' ') {
            at++;
          }
          value = text.substring(start, at);
        }
      }
      String name = nameByField.get(field);
      if (name != null) {
        entry.extract(name, value);
      }
    }
  }

  /** Reads up to the closing quote; the position after it, or -1 when there is none. */
  private static int quoted(String text, int from, StringBuilder out) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return at;
      } else if (c != '\\') {
        out.append(c);
      } else if (at < text.length()) {
        char escaped = text.charAt(at++);
        switch (escaped) {
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          case 'r' -> out.append('\r');
          case 'u' -> {
            if (at + 4 > text.length()) {
              return -1;
            }
            try {
              out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
            } catch (NumberFormatException e) {
              return -1;
            }
            at += 4;
          }
          default -> out.append(escaped);
        }
      }
    }
    return -1;
  }
}
