package io.sigyn.logql.stage;

/** Keeps lines that hold anything. */
record NotEmptyTest() implements LineTest {
  @Override
  public boolean test(byte[] text, int from, int to) {
    return to > from;
  }
}
