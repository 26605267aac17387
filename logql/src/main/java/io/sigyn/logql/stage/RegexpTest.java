package io.sigyn.logql.stage;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.syntax.RawText;
import io.sigyn.model.EntryBlock;

/** Keeps lines in which a regular expression matches somewhere. Runs only where a text that it needs is found. */
final class RegexpTest implements LineTest {
  private final GoRegexp regexp;
  private final LineTest needed;

  /**
   * For an expression.
   *
   * @param literal a text that is in every match; empty when none is known
   */
  RegexpTest(GoRegexp regexp, String literal) {
    this.regexp = regexp;
    this.needed = literal.isEmpty() ? new All() : new ContainsTest(RawText.encode(literal));
  }

  @Override
  public boolean test(byte[] text, int from, int to) {
    return needed.test(text, from, to) && regexp.find(text, from, to);
  }

  @Override
  public boolean mayKeepSome(byte[] text, int from, int to) {
    return needed.mayKeepSome(text, from, to);
  }

  @Override
  public boolean prunes() {
    return needed.prunes();
  }

  @Override
  public void narrow(EntryBlock block, Rows rows) {
    needed.narrow(block, rows);
    byte[] text = block.text();
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      if (!regexp.find(text, block.lineStart(r), block.lineEnd(r))) {
        rows.remove(r);
      }
    }
  }
}
