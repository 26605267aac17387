package io.sigyn.agent.logging;

/** {@code key=value} pairs: values are quoted where they need it. */
public final class Logfmt {
  private Logfmt() {}

  /** Appends a pair, after a space unless it is the first. */
  public static void append(StringBuilder out, String key, String value) {
    if (!out.isEmpty()) {
      out.append(' ');
    }
    out.append(key).append('=');
    if (isPlain(value)) {
      out.append(value);
    } else {
      quote(value, out);
    }
  }

  /** Where the first {@code key=} with a key of lower-case letters and underscores begins; the length if there is none. */
  static int firstPair(String text) {
    int word = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        word = i + 1;
      } else if (c == '=' && i > word) {
        return word;
      } else if (!(c >= 'a' && c <= 'z') && c != '_') {
        // Not a key: goes on after the next space.
        int space = text.indexOf(' ', i);
        if (space < 0) {
          return text.length();
        }
        i = space;
        word = i + 1;
      }
    }
    return text.length();
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
        return false;
      }
    }
    return !value.isEmpty();
  }

  private static void quote(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
