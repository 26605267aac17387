package io.sigyn.model;

import io.sigyn.gocompat.GoQuote;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.RegexpSyntaxException;

/**
 * One condition of a stream selector. An absent label has the empty value, so {@code a=""} and {@code a!~".+"} match
 * streams without {@code a}. Regular expressions are anchored at both ends.
 */
public sealed interface LabelMatcher {
  /** The label's name. */
  String name();

  /** The text on the right side, as written. */
  String value();

  /** Whether a stream with this value of the label (empty when absent) satisfies the condition. */
  boolean matches(String labelValue);

  /** The operator as written: {@code =}, {@code !=}, {@code =~} or {@code !~}. */
  String operator();

  /** Whether every matcher accepts the labels. */
  static boolean all(Iterable<LabelMatcher> matchers, Labels labels) {
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }

  /** Compiles a value; the complaint shows it as it was written. */
  private static GoRegexp compiled(String value) {
    try {
      return GoRegexp.compileDotAll(value);
    } catch (RegexpSyntaxException e) {
      GoRegexp.compile(value);
      throw e;
    }
  }

  /** The canonical text of a matcher. */
  static String print(LabelMatcher m) {
    return m.name() + m.operator() + GoQuote.quote(m.value());
  }

  /** {@code name="value"}. */
  record Equal(String name, String value) implements LabelMatcher {
    @Override
    public boolean matches(String labelValue) {
      return labelValue.equals(value);
    }

    @Override
    public String operator() {
      return "=";
    }

    @Override
    public String toString() {
      return print(this);
    }
  }

  /** {@code name!="value"}. */
  record NotEqual(String name, String value) implements LabelMatcher {
    @Override
    public boolean matches(String labelValue) {
      return !labelValue.equals(value);
    }

    @Override
    public String operator() {
      return "!=";
    }

    @Override
    public String toString() {
      return print(this);
    }
  }

  /** {@code name=~"regexp"}; {@code regexp} is the compiled whole-value form of the text. */
  record Regexp(String name, String value, GoRegexp regexp) implements LabelMatcher {
    /**
     * Compiles the text.
     *
     * @throws RegexpSyntaxException with Go's message
     */
    public static Regexp of(String name, String value) {
      return new Regexp(name, value, compiled(value));
    }

    @Override
    public boolean matches(String labelValue) {
      return regexp.matchesWhole(labelValue);
    }

    @Override
    public String operator() {
      return "=~";
    }

    @Override
    public String toString() {
      return print(this);
    }
  }

  /** {@code name!~"regexp"}. */
  record NotRegexp(String name, String value, GoRegexp regexp) implements LabelMatcher {
    /**
     * Compiles the text.
     *
     * @throws RegexpSyntaxException with Go's message
     */
    public static NotRegexp of(String name, String value) {
      return new NotRegexp(name, value, compiled(value));
    }

    @Override
    public boolean matches(String labelValue) {
      return !regexp.matchesWhole(labelValue);
    }

    @Override
    public String operator() {
      return "!~";
    }

    @Override
    public String toString() {
      return print(this);
    }
  }
}
