package io.sigyn.agent.pipeline;

import io.burt.jmespath.Expression;
import io.burt.jmespath.JmesPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JMESPath expression. What only names things, {@code a.b}, {@code "quoted name".b}, {@code a[0]}, {@code a[-1]}, is
 * walked directly; everything else is left to the library.
 */
final class JsonPath {
  private static final JmesRuntime RUNTIME = new JmesRuntime();

  private final List<Object> steps = new ArrayList<>();
  private final Optional<Expression<Object>> expression;

  private JsonPath(Optional<Expression<Object>> expression) {
    this.expression = expression;
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException for what is no JMESPath
   */
  static JsonPath compile(String expression) {
    try {
      return names(expression);
    } catch (NotOnlyNames e) {
      try {
        return new JsonPath(Optional.of(RUNTIME.compile(expression)));
      } catch (JmesPathException | IllegalArgumentException wrong) {
        String said = String.valueOf(wrong.getMessage()).replace('\n', ' ');
        throw new IllegalArgumentException("\"" + expression + "\" is no JMESPath: " + said, wrong);
      }
    }
  }

  /** The expression has more than names and indexes, or something is wrong with it. */
  private static final class NotOnlyNames extends Exception {
    private static final long serialVersionUID = 1;

    NotOnlyNames() {
      super(null, null, false, false);
    }
  }

  private static JsonPath names(String expression) throws NotOnlyNames {
    JsonPath path = new JsonPath(Optional.empty());
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
          throw new NotOnlyNames();
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
          throw new NotOnlyNames();
        }
        at = end + 1;
        nameWanted = false;
      } else if (!nameWanted && c == '.') {
        at++;
        nameWanted = true;
      } else {
        throw new NotOnlyNames();
      }
    }
    if (nameWanted) {
      throw new NotOnlyNames();
    }
    return path;
  }

  private static boolean isNamePart(char c, boolean first) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
  }

  /** What it names in a tree of {@link JsonTree}; null when there is nothing. */
  @Nullable Object find(Object root) {
    if (expression.isPresent()) {
      try {
        Object found = expression.get().search(root);
        return found instanceof JsonNull ? null : found;
      } catch (JmesPathException e) {
        // A function did not get what it takes: there is nothing, as for a name that is missing.
        return null;
      }
    }
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
