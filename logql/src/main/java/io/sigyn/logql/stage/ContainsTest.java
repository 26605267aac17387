package io.sigyn.logql.stage;

import io.sigyn.bytes.Scan;
import io.sigyn.model.EntryBlock;

/**
 * Keeps lines that contain a byte string, or those that do not. Runs over all lines of a block at once as long as most of
 * them are still candidates; what is found across the border of two lines is found in neither.
 */
final class ContainsTest implements LineTest {
  /** Below one row in so many, looking at the remaining rows one by one is cheaper than running over all text. */
  private static final int SPARSE = 8;

  private final Scan scan;
  private final boolean negated;

  ContainsTest(byte[] needle, boolean negated) {
    this.scan = Scan.of(needle);
    this.negated = negated;
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    return scan.in(text, from, to) != negated;
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    if (scan.length() == 0 || rows.count() < rows.size() / SPARSE) {
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
      int row = block.rowAt(hit);
      int lineEnd = block.lineEnd(row);
      if (hit + scan.length() > lineEnd) {
        // No line before the one in which the bytes end can hold them.
        at = hit + 1;
        continue;
      }
      if (negated) {
        rows.remove(row);
      } else {
        removeBetween(rows, kept, row);
        kept = row + 1;
      }
      at = lineEnd;
    }
    if (!negated) {
      removeBetween(rows, kept, rows.size());
    }
  }

  private static void removeBetween(Rows rows, int from, int to) {
    for (int r = rows.next(from); r >= 0 && r < to; r = rows.next(r + 1)) {
      rows.remove(r);
    }
  }
}
