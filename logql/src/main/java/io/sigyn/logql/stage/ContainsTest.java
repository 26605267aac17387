package io.sigyn.logql.stage;

import io.sigyn.bytes.Scan;
import io.sigyn.model.EntryBlock;

/**
 * Keeps lines that contain a byte string, or one in any case. Runs over all lines of a block at once as long as most of them are still
 * candidates; what is found across the border of two lines is found in neither.
 */
final class ContainsTest implements LineTest {
  private final Scan scan;

  ContainsTest(Scan scan) {
    this.scan = scan;
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    return scan.in(text, from, to);
  }

  @Override
  public boolean mayKeepSome(byte[] text, int from, int to) {
    return scan.in(text, from, to);
  }

  @Override
  public boolean prunes() {
    return true;
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    if (scan.length() == 0 || rows.isSparse()) {
      LineTest.super.narrow(block, rows);
      return;
    }
    byte[] text = block.text();
    int end = block.lineStart(block.size());
    int at = block.lineStart(0);
    int kept = 0;
    while (true) {
      int hit = scan.indexOf(text, at, end);
      if (hit < 0) {
        break;
      }
      int row = block.rowAt(hit, kept);
      int lineEnd = block.lineEnd(row);
      if (hit + scan.length() > lineEnd) {
        at = hit + 1;
        continue;
      }
      rows.removeRange(kept, row);
      kept = row + 1;
      at = lineEnd;
    }
    rows.removeRange(kept, rows.size());
  }
}
