package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the label string of a stream, <code>{name="value", other='v'}</code>: the metric selector of Prometheus with
 * equality only. White space and comments may stand between tokens and a comma before the closing brace; a name before
 * the opening brace becomes {@code __name__}; the empty string is the empty set. Names in quotes are refused.
 */
public final class LabelsParser {
  private static final String NAME_LABEL = "__name__";

  private final byte[] in;
  private final int from;
  private final int to;
  private int at;
  private byte[] value = new byte[0];
  private final List<String> pairs = new ArrayList<>(16);

  private LabelsParser(byte[] in, int from, int to) {
    this.in = in;
    this.from = from;
    this.to = to;
    this.at = from;
  }

  /**
   * The labels a text denotes; empty values are left out.
   *
   * @throws LokiException BAD_REQUEST with Loki's text, for a name given twice as well
   */
  public static Labels parse(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    StreamLabels parsed = parse(utf8, 0, utf8.length);
    if (!parsed.repeated().isEmpty()) {
      throw new RefusedStream(parsed.labels(), parsed.repeated(), parsed.pairs(), 0, 0).error(parsed.labels());
    }
    return parsed.labels();
  }

  /** The labels the UTF-8 text {@code in[from, to)} denotes. */
  static StreamLabels parse(byte[] in, int from, int to) {
    LabelsParser parser = new LabelsParser(in, from, to);
    parser.selector();
    return StreamLabels.ofPairs(parser.pairs);
  }

  private void selector() {
    space();
    if (at < to && (isAlpha(in[at]) || in[at] == ':')) {
      int start = at;
      while (at < to && (isAlphanumeric(in[at]) || in[at] == ':')) {
        at++;
      }
      pairs.add(NAME_LABEL);
      pairs.add(text(start, at));
      space();
    }
    if (at < to && in[at] == '{') {
      at++;
      braces();
      space();
    }
    if (at < to) {
      throw tokens().unexpectedOutside(at);
    }
  }

  private void braces() {
    space();
    while (true) {
      if (at < to && in[at] == '}') {
        at++;
        return;
      }
      if (at == to || !isAlpha(in[at])) {
        throw tokens().unexpectedInside(at, "identifier or \"}\"");
      }
      int start = at;
      while (at < to && isAlphanumeric(in[at])) {
        at++;
      }
      pairs.add(text(start, at));
      space();
      if (at == to || in[at] != '=' || (at + 1 < to && in[at + 1] == '~')) {
        throw tokens().unexpectedInside(at, "\"=\"");
      }
      at++;
      space();
      if (at == to || (in[at] != '"' && in[at] != '\'' && in[at] != '`')) {
        throw tokens().unexpectedInside(at, "string");
      }
      pairs.add(string());
      space();
      if (at < to && in[at] == ',') {
        at++;
        space();
      } else if (at == to || in[at] != '}') {
        throw tokens().unexpectedInside(at, "\",\" or \"}\"");
      }
    }
  }

  /** Reads a string; by far the most have double quotes and no escapes. */
  private String string() {
    int start = at;
    byte quote = in[at];
    int i = at + 1;
    while (i < to && in[i] > 0 && in[i] != quote && in[i] != '\\' && in[i] != '\n') {
      i++;
    }
    if (i < to && in[i] == quote) {
      at = i + 1;
      return text(start + 1, i);
    }
    at = tokens().endOfString(start);
    return quote == '`' ? text(start + 1, at - 1) : unescape(start + 1, at - 1);
  }

  /** The value of a quoted string whose escapes are known to be well formed. */
  private String unescape(int start, int end) {
    if (value.length < end - start) {
      value = new byte[end - start];
    }
    int o = 0;
    int i = start;
    while (i < end) {
      if (in[i] != '\\') {
        value[o++] = in[i++];
        continue;
      }
      byte c = in[i + 1];
      i += 2;
      int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
      if (digits > 0) {
        int code = Integer.parseInt(text(i, i + digits), 16);
        i += digits;
        if (digits == 2) {
          value[o++] = (byte) code;
        } else {
          byte[] utf8 = Character.toString(code).getBytes(StandardCharsets.UTF_8);
          System.arraycopy(utf8, 0, value, o, utf8.length);
          o += utf8.length;
        }
      } else if (c >= '0' && c <= '7') {
        value[o++] = (byte) Integer.parseInt(text(i - 1, i + 2), 8);
        i += 2;
      } else {
        value[o++] = simple(c);
      }
    }
    return new String(value, 0, o, StandardCharsets.UTF_8);
  }

  private static byte simple(byte escape) {
    return switch (escape) {
      case 'a' -> 7;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 11;
      default -> escape;
    };
  }

  private void space() {
    at = LabelsTokens.skipSpace(in, at, to);
  }

  private LabelsTokens tokens() {
    return new LabelsTokens(in, from, to);
  }

  private String text(int start, int end) {
    return new String(in, start, end - start, StandardCharsets.UTF_8);
  }

  static boolean isAlpha(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static boolean isAlphanumeric(byte c) {
    return isAlpha(c) || (c >= '0' && c <= '9');
  }

  /** Whether the name needs no parser: letters, digits and underscores, no digit first. */
  static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 0x7f || !isAlphanumeric((byte) c)) {
        return false;
      }
    }
    return !name.isEmpty() && isAlpha((byte) name.charAt(0));
  }
}
