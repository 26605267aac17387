package io.sigyn.agent.discovery;

import java.util.ArrayList;
import java.util.List;

/** One path segment of a glob: {@code *}, {@code ?}, {@code [abc]}, {@code [^a-c]} and {@code \} before a plain one. */
final class Wildcard {
  private sealed interface Token {}

  private record Plain(int codePoint) implements Token {}

  private record AnyOne() implements Token {}

  private record AnyRun() implements Token {}

  private record OneOf(int[] ranges, boolean negated) implements Token {}

  private final List<Token> tokens;

  private Wildcard(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** Whether the segment is more than a name. */
  static boolean isMeta(String segment) {
    for (int i = 0; i < segment.length(); i++) {
      switch (segment.charAt(i)) {
        case '*', '?', '[' -> {
          return true;
        }
        case '\\' -> i++;
        default -> {}
      }
    }
    return false;
  }

  /** A segment without wildcards as a name. */
  static String unescape(String segment) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '\\' && i + 1 < segment.length()) {
        c = segment.charAt(++i);
      }
      out.append(c);
    }
    return out.toString();
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException for an unclosed {@code [} or a lone {@code \} at the end
   */
  static Wildcard compile(String segment) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < segment.length()) {
      int c = segment.codePointAt(at);
      at += Character.charCount(c);
      switch (c) {
        case '*' -> {
          if (tokens.isEmpty() || !(tokens.getLast() instanceof AnyRun)) {
            tokens.add(new AnyRun());
          }
        }
        case '?' -> tokens.add(new AnyOne());
        case '[' -> at = bracket(segment, at, tokens);
        case '\\' -> {
          if (at >= segment.length()) {
            throw new IllegalArgumentException("\\ at the end escapes nothing");
          }
          int escaped = segment.codePointAt(at);
          at += Character.charCount(escaped);
          tokens.add(new Plain(escaped));
        }
        default -> tokens.add(new Plain(c));
      }
    }
    return new Wildcard(tokens);
  }

  private static int bracket(String segment, int from, List<Token> tokens) {
    int at = from;
    boolean negated = at < segment.length() && (segment.charAt(at) == '^' || segment.charAt(at) == '!');
    if (negated) {
      at++;
    }
    List<Integer> ranges = new ArrayList<>();
    boolean first = true;
    while (true) {
      if (at >= segment.length()) {
        throw new IllegalArgumentException("unclosed [");
      }
      int low = segment.codePointAt(at);
      at += Character.charCount(low);
      if (low == ']' && !first) {
        break;
      }
      first = false;
      if (low == '\\' && at < segment.length()) {
        low = segment.codePointAt(at);
        at += Character.charCount(low);
      }
      int high = low;
      if (at + 1 < segment.length() && segment.charAt(at) == '-' && segment.charAt(at + 1) != ']') {
        high = segment.codePointAt(at + 1);
        at += 1 + Character.charCount(high);
        if (high == '\\' && at < segment.length()) {
          high = segment.codePointAt(at);
          at += Character.charCount(high);
        }
        if (high < low) {
          throw new IllegalArgumentException("the range in [] goes backwards");
        }
      }
      ranges.add(low);
      ranges.add(high);
    }
    tokens.add(new OneOf(ranges.stream().mapToInt(Integer::intValue).toArray(), negated));
    return at;
  }

  /** Whether the name matches as a whole. Linear in name times stars. */
  boolean matches(String name) {
    int at = 0;
    int token = 0;
    int starToken = -1;
    int starAt = 0;
    while (at < name.length()) {
      int c = name.codePointAt(at);
      if (token < tokens.size() && tokens.get(token) instanceof AnyRun) {
        starToken = token++;
        starAt = at;
      } else if (token < tokens.size() && accepts(tokens.get(token), c)) {
        token++;
        at += Character.charCount(c);
      } else if (starToken >= 0) {
        starAt += Character.charCount(name.codePointAt(starAt));
        at = starAt;
        token = starToken + 1;
      } else {
        return false;
      }
    }
    while (token < tokens.size() && tokens.get(token) instanceof AnyRun) {
      token++;
    }
    return token == tokens.size();
  }

  private static boolean accepts(Token token, int c) {
    return switch (token) {
      case Plain(int codePoint) -> codePoint == c;
      case AnyOne() -> true;
      case AnyRun() -> false;
      case OneOf(int[] ranges, boolean negated) -> {
        boolean inside = false;
        for (int i = 0; i < ranges.length && !inside; i += 2) {
          inside = ranges[i] <= c && c <= ranges[i + 1];
        }
        yield inside != negated;
      }
    };
  }
}
