package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.LiteralTest;

/** Keeps lines that contain a text in any case. */
record FoldedTest(LiteralTest.Contains contains) implements LineTest {
  @Override
  public boolean test(byte[] text, int from, int to) {
    return contains.testBytes(text, from, to);
  }
}
