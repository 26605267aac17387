package io.sigyn.logql.stage;

import java.util.ArrayList;
import java.util.List;

/** Where in a document a value stands: {@code a.b[0]["c d"]}. */
record JsonPath(List<Step> steps) {
  /** A member or an element. */
  sealed interface Step {
    /** A member of an object. */
    record Member(String name) implements Step {}

    /** An element of an array. */
    record Element(int index) implements Step {}
  }

  JsonPath {
    steps = List.copyOf(steps);
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException with the reference's text
   */
  static JsonPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    int at = skip(text, 0);
    boolean afterDot = true;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '[' && (!afterDot || steps.isEmpty())) {
        at = bracket(text, skip(text, at + 1), steps);
        afterDot = false;
      } else if (isStart(c) && afterDot) {
        int end = at;
        while (end < text.length() && (isStart(text.charAt(end)) || isDigit(text.charAt(end)))) {
          end++;
        }
        steps.add(new Step.Member(text.substring(at, end)));
        at = end;
        afterDot = false;
      } else if (c == '.' && !afterDot) {
        at++;
        afterDot = true;
      } else {
        throw invalid(text, unexpected(c, afterDot, steps.isEmpty()));
      }
      at = skip(text, at);
    }
    if (afterDot) {
      throw invalid(text, "syntax error: unexpected $end" + expecting(true, steps.isEmpty()));
    }
    return new JsonPath(steps);
  }

  /** A character that starts no token ends the text for the grammar, and is complained about only where it may end. */
  private static String unexpected(char c, boolean afterDot, boolean first) {
    String token = c == '[' ? "LSB" : c == ']' ? "RSB" : c == '.' ? "DOT" : isStart(c) ? "FIELD" : "";
    if (token.isEmpty() && !afterDot) {
      return "unexpected char " + c;
    }
    return "syntax error: unexpected " + (token.isEmpty() ? "$end" : token) + expecting(afterDot, first);
  }

  private static String expecting(boolean afterDot, boolean first) {
    return first ? ", expecting LSB or FIELD" : afterDot ? ", expecting FIELD" : "";
  }

  private static int bracket(String text, int from, List<Step> steps) {
    int at = from;
    if (at < text.length() && text.charAt(at) == '"') {
      int end = at + 1;
      while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != ']') {
        end++;
      }
      steps.add(new Step.Member(text.substring(at + 1, end)));
      at = end < text.length() && text.charAt(end) == '"' ? end + 1 : end;
    } else {
      int end = at;
      while (end < text.length() && isDigit(text.charAt(end))) {
        end++;
      }
      if (end == at || end - at > 9) {
        throw invalid(text, "syntax error: unexpected " + (at == text.length() ? "$end" : "FIELD") + ", expecting STRING or INDEX");
      }
      steps.add(new Step.Element(Integer.parseInt(text.substring(at, end))));
      at = end;
    }
    at = skip(text, at);
    if (at >= text.length() || text.charAt(at) != ']') {
      throw invalid(text, "syntax error: unexpected $end, expecting RSB");
    }
    return at + 1;
  }

  private static IllegalArgumentException invalid(String text, String why) {
    return new IllegalArgumentException("cannot parse expression [" + text + "]: " + why);
  }

  private static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t' || text.charAt(at) == '\n')) {
      at++;
    }
    return at;
  }

  private static boolean isStart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
