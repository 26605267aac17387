package io.sigyn.logql.stage;

/** Keeps lines in which some address matches a pattern. */
record IpLineTest(IpPattern pattern) implements LineTest {
  @Override
  public boolean test(byte[] text, int from, int to) {
    return pattern.isIn(text, from, to);
  }
}
