package io.sigyn.agent.discovery;

import java.util.ArrayList;
import java.util.List;

/** Turns <code>a{b,c{d,e}}</code> into {@code ab}, {@code acd}, {@code ace}. */
final class Braces {
  /** The most patterns one pattern may stand for. */
  static final int MAX_ALTERNATIVES = 1024;

  private Braces() {}

  /**
   * Expands every pair of braces.
   *
   * @throws IllegalArgumentException for an unclosed brace or more than {@value #MAX_ALTERNATIVES} alternatives
   */
  static List<String> expand(String pattern) {
    List<String> done = new ArrayList<>();
    expand("", pattern, done);
    return done;
  }

  private static void expand(String head, String rest, List<String> done) {
    int open = brace(rest, 0);
    if (open < 0) {
      if (done.size() >= MAX_ALTERNATIVES) {
        throw new IllegalArgumentException("braces stand for more than " + MAX_ALTERNATIVES + " patterns");
      }
      done.add(head + rest);
      return;
    }
    List<String> alternatives = new ArrayList<>();
    int depth = 0;
    int from = open + 1;
    int close = -1;
    for (int i = open; i < rest.length() && close < 0; i++) {
      switch (rest.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = skipBracket(rest, i);
        case '{' -> depth++;
        case ',' -> {
          if (depth == 1) {
            alternatives.add(rest.substring(from, i));
            from = i + 1;
          }
        }
        case '}' -> {
          if (--depth == 0) {
            alternatives.add(rest.substring(from, i));
            close = i;
          }
        }
        default -> {}
      }
    }
    if (close < 0) {
      throw new IllegalArgumentException("unclosed {");
    }
    String tail = rest.substring(close + 1);
    for (String alternative : alternatives) {
      expand(head + rest.substring(0, open), alternative + tail, done);
    }
  }

  /** Where the first opening brace is, or -1. */
  private static int brace(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = skipBracket(text, i);
        case '{' -> {
          return i;
        }
        default -> {}
      }
    }
    return -1;
  }

  /** The closing bracket of the class at {@code open}, or {@code open} itself when it is unclosed. */
  private static int skipBracket(String text, int open) {
    int at = open + 1;
    if (at < text.length() && (text.charAt(at) == '^' || text.charAt(at) == '!')) {
      at++;
    }
    at++;
    while (at < text.length()) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == ']') {
        return at;
      }
      at++;
    }
    return open;
  }
}
