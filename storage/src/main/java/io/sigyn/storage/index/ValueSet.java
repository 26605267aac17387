package io.sigyn.storage.index;

import io.sigyn.model.LabelMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be known about the values a regular expression accepts without running it. Only the plainest shapes are
 * recognised; anything else must be tried value by value.
 */
sealed interface ValueSet {
  /** Exactly these values. */
  record Literals(List<String> values) implements ValueSet {}

  /** Every value but the empty one. */
  record NonEmpty() implements ValueSet {}

  /** Every value, the empty one too. */
  record All() implements ValueSet {}

  /** Some of the values with this prefix; the prefix may be empty. */
  record Prefixed(String prefix) implements ValueSet {}

  /** What a regular expression says; {@code matcher} runs it. */
  static ValueSet of(String regexp, LabelMatcher matcher) {
    // Whether "." takes a newline depends on the engine's flags, so that is asked, not assumed.
    if (regexp.equals(".+") && accepts(matcher, "\n")) {
      return new NonEmpty();
    }
    if (regexp.equals(".*") && accepts(matcher, "\n")) {
      return new All();
    }
    int plain = 0;
    while (plain < regexp.length() && ".+*?()[]{}|^$\\".indexOf(regexp.charAt(plain)) < 0) {
      plain++;
    }
    if (plain == regexp.length()) {
      return new Literals(List.of(regexp));
    }
    List<String> literals = alternatives(regexp);
    if (!literals.isEmpty()) {
      return new Literals(literals);
    }
    boolean alternation = regexp.indexOf('|', plain) >= 0;
    char next = regexp.charAt(plain);
    int certain = plain;
    if (plain > 0 && (next == '*' || next == '?' || next == '{')) {
      certain -= Character.isLowSurrogate(regexp.charAt(plain - 1)) ? 2 : 1;
    }
    return new Prefixed(alternation || certain <= 0 ? "" : regexp.substring(0, certain));
  }

  private static boolean accepts(LabelMatcher matcher, String value) {
    boolean negative = matcher instanceof LabelMatcher.NotRegexp;
    return matcher.matches(value) != negative;
  }

  /** The alternatives of {@code a|b|c} or {@code (a|b|c)} when all are literal; else none. */
  private static List<String> alternatives(String regexp) {
    boolean group = regexp.startsWith("(") && regexp.endsWith(")");
    String body = group ? regexp.substring(1, regexp.length() - 1) : regexp;
    List<String> literals = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= body.length(); i++) {
      if (i == body.length() || body.charAt(i) == '|') {
        literals.add(body.substring(start, i));
        start = i + 1;
      } else if (".+*?()[]{}^$\\".indexOf(body.charAt(i)) >= 0) {
        return List.of();
      }
    }
    return literals;
  }
}
