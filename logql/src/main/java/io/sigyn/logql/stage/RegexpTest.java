package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.GoRegexp;

/** Keeps lines in which a regular expression matches somewhere, or those in which it does not. */
final class RegexpTest implements LineTest {
  private final GoRegexp regexp;
  private final boolean negated;

  RegexpTest(GoRegexp regexp, boolean negated) {
    this.regexp = regexp;
    this.negated = negated;
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    return regexp.find(text, from, to) != negated;
  }
}
