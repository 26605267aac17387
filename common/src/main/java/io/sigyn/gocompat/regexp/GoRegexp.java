package io.sigyn.gocompat.regexp;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;

/**
 * A compiled regular expression with Go's syntax and meaning, run in linear time. Immutable and safe to share.
 *
 * <p>The engine is RE2/J. It is reached through this class alone so that it can be replaced.
 */
public final class GoRegexp {
  private final String text;
  private final Pattern pattern;

  private GoRegexp(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Compiles.
   *
   * @throws RegexpSyntaxException with Go's message when the text is no regular expression
   */
  public static GoRegexp compile(String text) {
    try {
      return new GoRegexp(text, Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      String detail = e.getPattern() == null ? "" : ": `" + e.getPattern() + "`";
      throw new RegexpSyntaxException("error parsing regexp: " + e.getDescription() + detail);
    }
  }

  /** Whether the expression matches the whole of the value. */
  public boolean matchesWhole(String value) {
    return pattern.matches(value);
  }

  /** Whether the expression matches somewhere in {@code bytes[from, to)}; invalid UTF-8 counts as U+FFFD per byte. */
  public boolean find(byte[] bytes, int from, int to) {
    byte[] slice = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    return pattern.matcher(slice).find();
  }

  /** The text it was compiled from. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof GoRegexp that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
