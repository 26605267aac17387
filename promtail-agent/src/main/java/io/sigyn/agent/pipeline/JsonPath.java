package io.sigyn.agent.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of JMESPath that names things: {@code a.b}, {@code "quoted name".b}, {@code a[0]}, {@code a[-1]}. Other
 * expressions are refused when the file is read.
 */
final class JsonPath {
  private final List<Object> steps = new ArrayList<>();

  private JsonPath() {}

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException for anything but names and indexes
   */
  static JsonPath compile(String expression) {
    JsonPath path = new JsonPath();
    int at = 0;
    boolean nameWanted = true;
    while (at < expression.length()) {
      char c = expression.charAt(at);
      if (nameWanted && c == '"') {
        StringBuilder name = new StringBuilder();
        at++;
        while (at < expression.length() && expression.charAt(at) != '"') {
          if (expression.charAt(at) == '\\' && at + 1 < expression.length()) {
            at++;
          }
          name.append(expression.charAt(at++));
        }
        if (at++ >= expression.length()) {
          throw refuse(expression, "a quoted name has no end");
        }
        path.steps.add(name.toString());
        nameWanted = false;
      } else if (nameWanted && isNamePart(c, true)) {
        int from = at;
        while (at < expression.length() && isNamePart(expression.charAt(at), false)) {
          at++;
        }
        path.steps.add(expression.substring(from, at));
        nameWanted = false;
      } else if (c == '[' && expression.indexOf(']', at) > at) {
        int end = expression.indexOf(']', at);
        try {
          path.steps.add(Integer.parseInt(expression.substring(at + 1, end)));
        } catch (NumberFormatException e) {
          throw refuse(expression, "only numbers may stand in []");
        }
        at = end + 1;
        nameWanted = false;
      } else if (!nameWanted && c == '.') {
        at++;
        nameWanted = true;
      } else {
        throw refuse(expression, "unexpected '" + c + "' at position " + at);
      }
    }
    if (nameWanted) {
      throw refuse(expression, "a name is missing at the end");
    }
    return path;
  }

  private static IllegalArgumentException refuse(String expression, String problem) {
    return new IllegalArgumentException(
        "\"" + expression + "\": " + problem
            + "; this build knows the JMESPath of names, \"quoted names\", dots and [n] only");
  }

  private static boolean isNamePart(char c, boolean first) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
  }

  /** What it names in a tree of {@link JsonTree}; null when there is nothing. */
  @Nullable Object find(Object root) {
    Object at = root;
    for (Object step : steps) {
      Object next = null;
      if (step instanceof String name && at instanceof Map<?, ?> map) {
        next = map.get(name);
      } else if (step instanceof Integer index && at instanceof List<?> list) {
        int i = index < 0 ? list.size() + index : index;
        next = i >= 0 && i < list.size() ? list.get(i) : null;
      }
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }
}
