package io.sigyn.logql.stage;

import io.sigyn.model.EntryBlock;

/** A condition on the bytes of a line. Immutable; {@link #narrow} may keep scratch space in its arguments only. */
public interface LineTest {
  /** Whether {@code text[from, to)} is kept. */
  boolean test(byte[] text, int from, int to);

  /** Whether some of the lines back to back in {@code text[from, to)} may be kept; false only when none is. */
  default boolean mayKeepSome(byte[] text, int from, int to) {
    return true;
  }

  /** Whether {@link #mayKeepSome} may ever say no. */
  default boolean prunes() {
    return false;
  }

  /** Takes the rows out whose lines are not kept. */
  default void narrow(EntryBlock block, Rows rows) {
    byte[] text = block.text();
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      if (!test(text, block.lineStart(r), block.lineEnd(r))) {
        rows.remove(r);
      }
    }
  }

  /** Keeps everything. */
  record All() implements LineTest {
    @Override
    public boolean test(byte[] text, int from, int to) {
      return true;
    }

    @Override
    public void narrow(EntryBlock block, Rows rows) {
      // Every row stays.
    }
  }
}
