package io.sigyn.logql.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.gocompat.regexp.LiteralTest;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.StageExpr.LineFilter;
import io.sigyn.logql.syntax.StageExpr.LineOp;
import io.sigyn.logql.syntax.StageExpr.Needle;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Line filters over whole blocks against the same line by line. */
final class LineTestsTest {
  private static final List<String> REGEXPS =
      List.of(
          "err|out", "er+", "(?i)err", "(?i)kill", "(?i)\u00e9r", "e[a-z]+t|o[0-9]+", "(?i)e[0-9]*rr", "^e", "t$", "\\bout\\b",
          "(er|ou)[rt]", "[0-9]{3}", "^$", "o.*t", "(?i)(err|out) ?[0-9]");
  private static final List<String> PIECES =
      List.of("err", "ERR", "out", "Out", "kill", "\u212aILL", "\u00e9r", "\u00c9R", " ", "0", "123", "e", "t", "-", "r");

  @Seeded(rounds = 10)
  void keepTheSameRowsOfABlockAsLineByLine(RandomGenerator random) {
    int rows = 1 + random.nextInt(200);
    int[] offsets = new int[rows + 1];
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int r = 0; r < rows; r++) {
      for (int n = random.nextInt(6); n > 0; n--) {
        text.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8));
      }
      offsets[r + 1] = text.size();
    }
    EntryBlock block = EntryBlock.of(Labels.EMPTY, 0, rows, new long[rows], offsets, text.toByteArray());
    for (String regexp : REGEXPS) {
      LineTest test = LineTests.of(new LineFilter(LineOp.MATCHES, List.of(new Needle(regexp, false)), 0), Rewrites.all());
      GoRegexp compiled = GoRegexp.compile(regexp);
      LiteralTest literal = compiled.literalTest(false);
      for (int share : new int[] {1, 20}) {
        Rows kept = new Rows().none(rows);
        for (int r = random.nextInt(share); r < rows; r += share) {
          kept.add(r);
        }
        Rows expected = new Rows().none(rows);
        for (int r = kept.next(0); r >= 0; r = kept.next(r + 1)) {
          String line = block.line(r);
          if (literal == null ? compiled.find(line) : literal.test(line)) {
            expected.add(r);
          }
        }
        test.narrow(block, kept);
        for (int r = 0; r < rows; r++) {
          assertThat(kept.has(r)).as("%s on %s", regexp, block.line(r)).isEqualTo(expected.has(r));
        }
        assertThat(expected.count() == 0 || test.mayKeepSome(block.text(), 0, text.size())).as(regexp).isTrue();
      }
    }
  }
}
