package io.sigyn.logql.stage;

import io.sigyn.model.EntryBlock;

/** Keeps lines that another test does not keep. */
final class NotTest implements LineTest {
  private final LineTest test;

  NotTest(LineTest test) {
    this.test = test;
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    return !test.test(text, from, to);
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    Rows matched = new Rows().none(rows.size());
    matched.addAll(rows);
    test.narrow(block, matched);
    rows.removeAll(matched);
  }
}
