package io.sigyn.agent.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Takes fields of {@code key=value key2="quoted value"} as extracted values. Looks at bytes: most fields nobody wants. */
final class LogfmtStage implements Stage {
  /** The options: extracted name to field, empty for the same. */
  record Options(Map<String, String> mapping, String source) {
    static final Options DEFAULT = new Options(Map.of(), "");
  }

  private final String source;
  private final byte[][] fields;
  private final String[] names;

  /** Where scanning goes on, or -1 when the text is broken. */
  private int at;

  LogfmtStage(Options options) {
    this.source = options.source();
    this.fields = new byte[options.mapping().size()][];
    this.names = new String[fields.length];
    int i = 0;
    for (Map.Entry<String, String> one : options.mapping().entrySet()) {
      String field = one.getValue().isEmpty() ? one.getKey() : one.getValue();
      fields[i] = field.getBytes(StandardCharsets.UTF_8);
      names[i++] = one.getKey();
    }
  }

  @Override
  public boolean process(Entry entry) {
    if (source.isEmpty()) {
      scan(entry.bytes(), entry.from(), entry.to(), entry);
    } else {
      String text = entry.extractedText(source);
      if (text != null) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        scan(utf8, 0, utf8.length, entry);
      }
    }
    return true;
  }

  private void scan(byte[] b, int start, int to, Entry entry) {
    at = start;
    while (at >= 0 && at < to) {
      if (isBlank(b[at])) {
        at++;
      } else {
        field(b, to, entry);
      }
    }
  }

  /** Bytes beyond ASCII are parts of characters that are not blank. */
  private static boolean isBlank(byte c) {
    return c >= 0 && c <= ' ';
  }

  private void field(byte[] b, int to, Entry entry) {
    int from = at;
    while (at < to && !isBlank(b[at]) && b[at] != '=') {
      if (b[at] == '"') {
        at = -1;
        return;
      }
      at++;
    }
    int wanted = wanted(b, from, at);
    if (at == to || b[at] != '=') {
      if (wanted >= 0) {
        entry.extract(names[wanted], "");
      }
      return;
    }
    at++;
    if (at < to && b[at] == '"') {
      at++;
      quoted(b, to, wanted, entry);
      return;
    }
    int value = at;
    while (at < to && !isBlank(b[at])) {
      at++;
    }
    if (wanted >= 0) {
      entry.extract(names[wanted], b, value, at);
    }
  }

  /** Of several names for one field the last counts. */
  private int wanted(byte[] b, int from, int to) {
    for (int i = fields.length - 1; i >= 0; i--) {
      if (fields[i].length == to - from && Arrays.equals(fields[i], 0, fields[i].length, b, from, to)) {
        return i;
      }
    }
    return -1;
  }

  /** Takes what stands up to the closing quote, or nothing when there is none. */
  private void quoted(byte[] b, int to, int wanted, Entry entry) {
    int from = at;
    int end = from;
    while (end < to && b[end] != '"' && b[end] != '\\') {
      end++;
    }
    if (end < to && b[end] == '"') {
      at = end + 1;
      if (wanted >= 0) {
        entry.extract(names[wanted], b, from, end);
      }
      return;
    }
    StringBuilder out = new StringBuilder();
    at = escaped(b, from, to, out);
    if (at >= 0 && wanted >= 0) {
      entry.extract(names[wanted], out.toString());
    }
  }

  /** Reads up to the closing quote; the position after it, or -1 when there is none. */
  private static int escaped(byte[] b, int start, int to, StringBuilder out) {
    int from = start;
    for (int i = start; i < to; i++) {
      if (b[i] == '"') {
        append(b, from, i, out);
        return i + 1;
      } else if (b[i] == '\\' && i + 1 < to) {
        append(b, from, i, out);
        i++;
        from = i + 1;
        switch (b[i]) {
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          case 'r' -> out.append('\r');
          case 'u' -> {
            if (i + 4 >= to) {
              return -1;
            }
            try {
              out.append((char) Integer.parseInt(new String(b, i + 1, 4, StandardCharsets.ISO_8859_1), 16));
            } catch (NumberFormatException e) {
              return -1;
            }
            i += 4;
            from = i + 1;
          }
          default -> from = i;
        }
      }
    }
    return -1;
  }

  private static void append(byte[] b, int from, int to, StringBuilder out) {
    out.append(new String(b, from, to - from, StandardCharsets.UTF_8));
  }
}
