package io.sigyn.agent.pipeline;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;
import io.sigyn.model.LabelMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the stage match selects by: label matchers in braces, then line filters. Compiled from text; immutable.
 *
 * @param matchers all must hold
 * @param filters all must hold
 */
record Selector(List<LabelMatcher> matchers, List<Filter> filters) {
  /**
   * A line filter.
   *
   * @param wanted whether the line has to contain or match it
   * @param literal the text to contain; empty when there is an expression
   * @param expression for {@code |~} and {@code !~}
   */
  record Filter(boolean wanted, byte[] literal, GoRegexp expression) {
    boolean accepts(Entry entry) {
      boolean found =
          expression.text().isEmpty()
              ? contains(entry.bytes(), entry.from(), entry.to(), literal)
              : expression.find(entry.bytes(), entry.from(), entry.to());
      return found == wanted;
    }

    private static boolean contains(byte[] b, int from, int to, byte[] what) {
      for (int i = from; i <= to - what.length; i++) {
        int j = 0;
        while (j < what.length && b[i + j] == what[j]) {
          j++;
        }
        if (j == what.length) {
          return true;
        }
      }
      return false;
    }
  }

  private static final GoRegexp NO_EXPRESSION = GoRegexp.compile("");

  /** Copies the lists. */
  Selector {
    matchers = List.copyOf(matchers);
    filters = List.copyOf(filters);
  }

  boolean accepts(Entry entry) {
    if (!LabelMatcher.all(matchers, entry.labels())) {
      return false;
    }
    for (Filter filter : filters) {
      if (!filter.accepts(entry)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException with the position of what is wrong
   */
  static Selector compile(String text) {
    return new Parser(text).parse();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Selector parse() {
      List<LabelMatcher> matchers = new ArrayList<>();
      List<Filter> filters = new ArrayList<>();
      expect('{');
      while (!next('}')) {
        matchers.add(matcher());
        if (!next(',')) {
          expect('}');
          break;
        }
      }
      if (matchers.isEmpty()) {
        throw bad("at least one matcher is needed in {}");
      }
      spaces();
      while (at < text.length()) {
        filters.add(filter());
        spaces();
      }
      return new Selector(matchers, filters);
    }

    private LabelMatcher matcher() {
      spaces();
      int from = at;
      while (at < text.length() && isNamePart(text.charAt(at), at == from)) {
        at++;
      }
      if (at == from) {
        throw bad("a label name is missing");
      }
      String name = text.substring(from, at);
      spaces();
      String operator =
          text.startsWith("=~", at) ? "=~" : text.startsWith("!~", at) ? "!~" : text.startsWith("!=", at) ? "!=" : "=";
      if (!text.startsWith(operator, at)) {
        throw bad("one of = != =~ !~ is missing after " + name);
      }
      at += operator.length();
      String value = string();
      try {
        return switch (operator) {
          case "=" -> new LabelMatcher.Equal(name, value);
          case "!=" -> new LabelMatcher.NotEqual(name, value);
          case "=~" -> LabelMatcher.Regexp.of(name, value);
          default -> LabelMatcher.NotRegexp.of(name, value);
        };
      } catch (RegexpSyntaxException e) {
        throw bad(String.valueOf(e.getMessage()));
      }
    }

    private Filter filter() {
      String operator = at + 2 <= text.length() ? text.substring(at, at + 2) : "";
      if (!List.of("|=", "!=", "|~", "!~").contains(operator)) {
        throw bad("expected a line filter: |= != |~ or !~");
      }
      at += 2;
      String value = string();
      boolean wanted = operator.charAt(0) == '|';
      if (operator.charAt(1) == '=') {
        return new Filter(wanted, value.getBytes(StandardCharsets.UTF_8), NO_EXPRESSION);
      }
      try {
        GoRegexp expression = GoRegexp.compile(value.isEmpty() ? "(?:)" : value);
        return new Filter(wanted, new byte[0], expression);
      } catch (RegexpSyntaxException e) {
        throw bad(String.valueOf(e.getMessage()));
      }
    }

    private String string() {
      spaces();
      if (at >= text.length() || (text.charAt(at) != '"' && text.charAt(at) != '`')) {
        throw bad("a text in quotes is missing");
      }
      char quote = text.charAt(at++);
      StringBuilder out = new StringBuilder();
      while (at < text.length() && text.charAt(at) != quote) {
        char c = text.charAt(at++);
        if (c == '\\' && quote == '"') {
          if (at >= text.length()) {
            break;
          }
          c = escape(text.charAt(at++));
        }
        out.append(c);
      }
      if (at >= text.length()) {
        throw bad("a text in quotes has no end");
      }
      at++;
      return out.toString();
    }

    private char escape(char c) {
      return switch (c) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        case '\\', '"', '\'' -> c;
        default -> throw bad("unknown escape \\" + c + "; write \\\\ for a backslash, or use backticks");
      };
    }

    private boolean next(char c) {
      spaces();
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char c) {
      if (!next(c)) {
        throw bad("expected " + c);
      }
    }

    private void spaces() {
      while (at < text.length() && text.charAt(at) <= ' ') {
        at++;
      }
    }

    private static boolean isNamePart(char c, boolean first) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
    }

    private IllegalArgumentException bad(String problem) {
      return new IllegalArgumentException("selector `" + text + "`: " + problem + " at position " + (at + 1));
    }
  }
}
