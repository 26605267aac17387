package io.sigyn.gocompat.regexp;

import java.util.List;

/**
 * What a query language puts in the place of a simple regular expression: tests for plain text. The replacement is not
 * always equivalent, see {@link Simplifier}.
 */
public sealed interface LiteralTest {
  /** Whether the value passes. */
  boolean test(String value);

  /** Everything passes. */
  record Always() implements LiteralTest {
    @Override
    public boolean test(String value) {
      return true;
    }
  }

  /** Everything but the empty value passes. */
  record NotEmpty() implements LiteralTest {
    @Override
    public boolean test(String value) {
      return !value.isEmpty();
    }
  }

  /**
   * The value contains a text.
   *
   * @param text in lower case when {@code fold}
   * @param fold whether case does not matter
   */
  record Contains(String text, boolean fold) implements LiteralTest {
    @Override
    public boolean test(String value) {
      return fold ? Folding.contains(value, text) : value.contains(text);
    }
  }

  /** The value is a text. */
  record Equals(String text, boolean fold) implements LiteralTest {
    @Override
    public boolean test(String value) {
      return fold ? Folding.equal(value, text) : value.equals(text);
    }
  }

  /** One of several tests passes. */
  record Any(List<LiteralTest> tests) implements LiteralTest {
    /** Copies the list. */
    public Any {
      tests = List.copyOf(tests);
    }

    @Override
    public boolean test(String value) {
      for (LiteralTest one : tests) {
        if (one.test(value)) {
          return true;
        }
      }
      return false;
    }
  }
}
