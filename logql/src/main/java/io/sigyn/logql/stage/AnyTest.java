package io.sigyn.logql.stage;

import io.sigyn.model.EntryBlock;
import java.util.List;

/** Keeps lines that any of several tests keeps. */
final class AnyTest implements LineTest {
  private final List<LineTest> tests;

  AnyTest(List<LineTest> tests) {
    this.tests = List.copyOf(tests);
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    for (LineTest test : tests) {
      if (test.test(text, from, to)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean mayKeepSome(byte[] text, int from, int to) {
    for (LineTest test : tests) {
      if (test.mayKeepSome(text, from, to)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean prunes() {
    return tests.stream().allMatch(LineTest::prunes);
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    Rows kept = new Rows().none(rows.size());
    Rows one = new Rows();
    for (LineTest test : tests) {
      one.none(rows.size());
      one.addAll(rows);
      one.removeAll(kept);
      test.narrow(block, one);
      kept.addAll(one);
    }
    rows.retain(kept);
  }
}
