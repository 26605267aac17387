package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.FoldedText;
import io.sigyn.model.EntryBlock;

/** Keeps lines that contain a text in any case. Runs over all lines of a block at once, see {@link ContainsTest}. */
final class FoldedTest implements LineTest {
  private final FoldedText text;

  FoldedTest(FoldedText text) {
    this.text = text;
  }

  @Override
  public boolean test(byte[] bytes, int from, int to) {
    return text.in(bytes, from, to);
  }

  @Override
  public boolean mayKeepSome(byte[] bytes, int from, int to) {
    return text.candidate(bytes, from, to) >= 0;
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    if (rows.isSparse()) {
      LineTest.super.narrow(block, rows);
      return;
    }
    byte[] bytes = block.text();
    int end = block.lineStart(block.size());
    int kept = 0;
    int at = text.candidate(bytes, block.lineStart(0), end);
    while (at >= 0) {
      int row = block.rowAt(at, kept);
      int lineEnd = block.lineEnd(row);
      boolean found = text.isAt(bytes, at, lineEnd);
      if (found) {
        rows.removeRange(kept, row);
        kept = row + 1;
      }
      at = text.candidate(bytes, found ? lineEnd : at + 1, end);
    }
    rows.removeRange(kept, rows.size());
  }
}
