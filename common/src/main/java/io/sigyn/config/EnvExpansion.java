package io.sigyn.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${NAME}</code> in the text of a file before it is parsed, as {@code -config.expand-env=true} of Loki
 * and promtail does. Only <code>${...}</code> is touched; {@code $NAME} stays.
 *
 * <ul>
 *   <li><code>${NAME:-d}</code>, <code>${NAME:d}</code>, <code>${NAME-d}</code>, <code>${NAME:=d}</code>, <code>
 *       ${NAME=d}</code>, <code>${NAME:?d}</code>, <code>${NAME:+d}</code>: the value, or {@code d} when it is unset or
 *       empty; {@code d} may hold further expressions
 *   <li><code>${#NAME}</code>, <code>${NAME:2}</code>, <code>${NAME:2:3}</code>: length, parts
 *   <li><code>${NAME^}</code> <code>${NAME^^}</code> <code>${NAME,}</code> <code>${NAME,,}</code>: case; <code>
 *       ${NAME/a/b}</code> <code>${NAME//a/b}</code>: replacement of plain text
 *   <li><code>$${X}</code> is the text <code>${X}</code>, {@code $$} is {@code $}
 *   <li><code>${1}</code> stays: it is a capture group of a relabel rule, no variable
 * </ul>
 */
public final class EnvExpansion {
  private final String file;
  private final String text;
  private final Function<String, @Nullable String> lookup;
  private final List<String> warnings = new ArrayList<>();

  private EnvExpansion(String file, String text, Function<String, @Nullable String> lookup) {
    this.file = file;
    this.text = text;
    this.lookup = lookup;
  }

  /**
   * Expands.
   *
   * @param lookup null for a variable that is not set
   * @return the text, and a warning for each unset variable without default
   * @throws ConfigException with the line of an expression that has no meaning
   */
  public static Bound<String> expand(String file, String text, Function<String, @Nullable String> lookup) {
    EnvExpansion expansion = new EnvExpansion(file, text, lookup);
    String expanded = expansion.expand(0, text.length());
    return new Bound<>(expanded, expansion.warnings);
  }

  private String expand(int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int at = from;
    while (at < to) {
      char c = text.charAt(at);
      if (c == '$' && at + 1 < to && text.charAt(at + 1) == '$') {
        out.append('$');
        at += 2;
        if (at < to && text.charAt(at) == '{') {
          int close = close(at - 1, to);
          out.append(text, at, close + 1);
          at = close + 1;
        }
      } else if (c == '$' && at + 1 < to && text.charAt(at + 1) == '{') {
        int close = close(at, to);
        out.append(expression(at, close));
        at = close + 1;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  /** The brace that closes the one after {@code dollar}. */
  private int close(int dollar, int to) {
    int depth = 0;
    for (int i = dollar + 1; i < to; i++) {
      char c = text.charAt(i);
      if (c == '{' && text.charAt(i - 1) == '$') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i;
      } else if (c == '\n' && depth > 0) {
        break;
      }
    }
    throw bad(dollar, "${ is not closed on its line; write $${ for a plain ${");
  }

  private String expression(int dollar, int close) {
    int at = dollar + 2;
    if (at < close && text.charAt(at) == '#') {
      return Integer.toString(value(dollar, text.substring(at + 1, close), "").length());
    }
    int nameFrom = at;
    while (at < close && isName(text.charAt(at))) {
      at++;
    }
    String name = text.substring(nameFrom, at);
    if (!name.isEmpty() && name.chars().allMatch(Character::isDigit)) {
      return text.substring(dollar, close + 1);
    }
    if (name.isEmpty()) {
      throw bad(dollar, "no variable name in " + text.substring(dollar, close + 1));
    }
    if (at == close) {
      return value(dollar, name, null);
    }
    char op = text.charAt(at);
    char next = at + 1 < close ? text.charAt(at + 1) : 0;
    return switch (op) {
      case ':' -> {
        if ("-=?+".indexOf(next) >= 0 && next != 0) {
          yield orDefault(dollar, name, expand(at + 2, close));
        }
        String rest = text.substring(at + 1, close);
        yield isRange(rest) && lookup.apply(name) != null
            ? part(value(dollar, name, ""), rest)
            : orDefault(dollar, name, expand(at + 1, close));
      }
      case '-', '=', '?' -> orDefault(dollar, name, expand(at + 1, close));
      case '^' -> {
        String v = value(dollar, name, null);
        yield next == '^' ? v.toUpperCase(Locale.ROOT) : first(v, true);
      }
      case ',' -> {
        String v = value(dollar, name, null);
        yield next == ',' ? v.toLowerCase(Locale.ROOT) : first(v, false);
      }
      case '/' -> {
        boolean all = next == '/';
        String rest = text.substring(at + (all ? 2 : 1), close);
        int slash = rest.indexOf('/');
        String what = slash < 0 ? rest : rest.substring(0, slash);
        String with = slash < 0 ? "" : rest.substring(slash + 1);
        String v = value(dollar, name, null);
        int found = what.isEmpty() ? -1 : v.indexOf(what);
        if (found < 0) {
          yield v;
        }
        yield all ? v.replace(what, with) : v.substring(0, found) + with + v.substring(found + what.length());
      }
      default ->
          throw bad(dollar, "no meaning for " + text.substring(dollar, close + 1) + "; write ${NAME} or ${NAME:default}");
    };
  }

  private String orDefault(int dollar, String name, String fallback) {
    String v = value(dollar, name, "");
    return v.isEmpty() ? fallback : v;
  }

  /** The variable's value; when unset the fallback, or empty with a warning when there is no fallback. */
  private String value(int dollar, String name, @Nullable String fallback) {
    String v = lookup.apply(name);
    if (v != null) {
      return v;
    }
    if (fallback == null) {
      warnings.add(file + ":" + line(dollar) + ": environment variable " + name + " is not set; it expands to nothing");
      return "";
    }
    return fallback;
  }

  /** {@code 2}, {@code 2:3}: digits with at most one colon between them. */
  private static boolean isRange(String text) {
    int colon = text.indexOf(':');
    String digits = colon < 0 ? text : text.substring(0, colon) + text.substring(colon + 1);
    return colon != 0 && colon != text.length() - 1 && !digits.isEmpty() && digits.length() < 10
        && digits.chars().allMatch(Character::isDigit);
  }

  private static String part(String value, String range) {
    String[] numbers = range.split(":", -1);
    int from = Math.clamp(Long.parseLong(numbers[0]), 0, value.length());
    int to = numbers.length == 1 ? value.length() : Math.clamp(from + Long.parseLong(numbers[1]), from, value.length());
    return value.substring(from, to);
  }

  private static String first(String v, boolean upper) {
    if (v.isEmpty()) {
      return v;
    }
    String head = v.substring(0, 1);
    return (upper ? head.toUpperCase(Locale.ROOT) : head.toLowerCase(Locale.ROOT)) + v.substring(1);
  }

  private static boolean isName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private int line(int position) {
    return 1 + (int) text.chars().limit(position).filter(c -> c == '\n').count();
  }

  private ConfigException bad(int position, String problem) {
    return new ConfigException(file + ":" + line(position) + ": " + problem);
  }
}
