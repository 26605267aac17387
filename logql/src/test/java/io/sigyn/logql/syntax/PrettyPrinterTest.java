package io.sigyn.logql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrettyPrinterTest {
  /** The answer of Loki 3.7.6 to {@code format_query}. */
  @Test
  void putsEachConditionAfterUnwrapOnItsOwnLine() {
    String query =
        "stdvar(sort(sum_over_time({app=\"web\",env=\"dev\"} !~ `\\d{3}$` or `cache` | logfmt | unwrap bytes(nope)"
            + " | __error__=\"\" | level=\"x\" [10m] offset 5m)))";

    assertThat(PrettyPrinter.print(Parser.parse(query)))
        .isEqualTo(
            """
            stdvar(
              sort(
                sum_over_time(
                  {app="web", env="dev"} !~ "\\\\d{3}$" !~ "cache" | logfmt
                    | unwrap bytes(nope)
                    | __error__=""
                    | level="x" [10m] offset 5m
                )
              )
            )""");
  }
}
