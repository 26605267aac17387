package io.sigyn.logql.stage;

import io.sigyn.bytes.Scan;
import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.Needle;
import io.sigyn.model.EntryBlock;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keeps lines in which a regular expression matches somewhere. Runs only where a text that it needs is found. */
final class RegexpTest implements LineTest {
  /** How many lines an expression is asked about at once. */
  private static final int TOGETHER = 64;

  private final GoRegexp regexp;
  private final LineTest needed;

  /**
   * For an expression.
   *
   * @param needles one of them is in every match; none when nothing is known
   */
  RegexpTest(GoRegexp regexp, List<Needle> needles) {
    this.regexp = regexp;
    List<LineTest> tests = needles.stream().map(RegexpTest::contains).toList();
    this.needed =
        switch (tests.size()) {
          case 0 -> new All();
          case 1 -> tests.getFirst();
          default -> new AnyTest(tests);
        };
  }

  private static LineTest contains(Needle needle) {
    byte[] bytes = needle.text().getBytes(StandardCharsets.UTF_8);
    return new ContainsTest(needle.fold() ? Scan.folded(bytes) : Scan.of(bytes));
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
    int[] some = new int[TOGETHER];
    int[] from = new int[TOGETHER];
    int[] to = new int[TOGETHER];
    int r = rows.next(0);
    while (r >= 0) {
      int count = 0;
      for (; r >= 0 && count < TOGETHER; r = rows.next(r + 1)) {
        some[count] = r;
        from[count] = block.lineStart(r);
        to[count++] = block.lineEnd(r);
      }
      long kept = regexp.find(text, from, to, count);
      for (int i = 0; i < count; i++) {
        if ((kept & (1L << i)) == 0) {
          rows.remove(some[i]);
        }
      }
    }
  }
}
