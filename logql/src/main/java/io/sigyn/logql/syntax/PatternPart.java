package io.sigyn.logql.syntax;

import java.util.ArrayList;
import java.util.List;

/** A piece of a pattern as {@code pattern} and {@code |>} take it. */
public sealed interface PatternPart {
  /** Text as it is; never empty, never next to another. */
  record Literal(String text) implements PatternPart {}

  /** {@code <name>}. */
  record Capture(String name) implements PatternPart {
    /** Whether it is {@code <_>}. */
    public boolean isAnonymous() {
      return name.equals("_");
    }
  }

  /** The pieces of a text. Only a bracketed name is a capture; any other bracket is text. */
  static List<PatternPart> parse(String text) {
    List<PatternPart> parts = new ArrayList<>();
    int literal = 0;
    int at = 0;
    while (at < text.length()) {
      int end = text.charAt(at) == '<' ? captureEnd(text, at) : -1;
      if (end < 0) {
        at++;
        continue;
      }
      if (at > literal) {
        parts.add(new Literal(text.substring(literal, at)));
      }
      parts.add(new Capture(text.substring(at + 1, end)));
      at = end + 1;
      literal = at;
    }
    if (literal < text.length()) {
      parts.add(new Literal(text.substring(literal)));
    }
    return parts;
  }

  private static int captureEnd(String text, int open) {
    int at = open + 1;
    while (at < text.length() && isNamePart(text.charAt(at), at == open + 1)) {
      at++;
    }
    return at > open + 1 && at < text.length() && text.charAt(at) == '>' ? at : -1;
  }

  private static boolean isNamePart(char c, boolean first) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
  }
}
