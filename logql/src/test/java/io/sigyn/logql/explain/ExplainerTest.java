package io.sigyn.logql.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.ScanStats;
import io.sigyn.result.QueryStats;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainerTest {
  private static final long SECOND = 1_000_000_000L;

  private static Explanation explain(String query, Set<Rule> off) {
    Expr expr = Parser.parse(query);
    Rewrites rewrites = Rewrites.without(off);
    QueryParams params =
        new QueryParams(
            600 * SECOND, 1200 * SECOND, 60 * SECOND, 0, 100, Direction.BACKWARD, Set.of(Extension.VARIANTS));
    Plan plan = Engine.plan(expr, params, rewrites);
    return Explainer.explain(expr, plan, rewrites, (matchers, range) -> new Estimate(2, 3, 1_000, 5_000));
  }

  @Test
  void showsTheTreeWhatRulesDidAndTheEstimates() {
    String query =
        "topk(2, sum by (level) (rate({app=\"x\"} | json | line_format \"{{.a}}\" | pod=\"p1\" [5m]))) > vector(1) + 1";

    assertThat(ExplanationText.print(explain(query, Set.of())))
        .isEqualTo(
            """
            query  (topk(2,sum by (level)(rate({app="x"} | json | line_format "{{.a}}" | pod="p1"[5m]))) > (vector(1.000000) + 1))

            >
              topk 2
                sum by (level)
                  rate over 5m at 11 steps of 1m0s, series by labels by (level)
                    scan {app="x", pod=~"p1|"} from 1970-01-01T00:05:00.000000001Z to 1970-01-01T00:20:00.000000001Z, stream by stream
                      | json
                      | pod="p1"
                      estimate: 2 streams, 3 blocks, 1,000 entries, 5.0kB
              one series of 2

            rules
              group-push-down      sum into rate
              idle-formats         left out: | line_format "{{.a}}"
              parser-hints         parsers make only level, pod
              stream-filters       pod="p1" where a stream has the label
              constant-folding     vector(1.0) + 1.0 is vector(2.0)
            """);
  }

  @Test
  void showsWhatVariantsDoAndTheirLinesOnce() {
    String query =
        "variants(count_over_time({}[5m]), sum by (level) (sum_over_time({} |= \"b\" | json | unwrap n [5m])))"
            + " of ({app=\"x\"} |= \"a\" [5m])";

    assertThat(ExplanationText.print(explain(query, Set.of())))
        .contains(
            """
            variants, read once
              count_over_time over 5m at 11 steps of 1m0s, series by all labels
              sum by (level,__variant__)
                sum_over_time of n over 5m at 11 steps of 1m0s, series by labels by (level,__variant__)
                  |= "b"  (line by line)
                  | json
              scan {app="x"} from 1970-01-01T00:05:00.000000001Z to 1970-01-01T00:20:00.000000001Z, stream by stream
                |= "a"  (over whole blocks)
                estimate: 2 streams, 3 blocks, 1,000 entries, 5.0kB
            """);
  }

  @Test
  void saysWhatWasSwitchedOff() {
    String text =
        ExplanationText.print(
            explain("{app=\"x\"} | logfmt |= \"a\" |~ \"b+c\"", Set.of(Rule.LINE_FILTERS_FIRST, Rule.REGEXP_LITERALS)));

    assertThat(text)
        .contains(
            "the newest 100 lines\n  scan {app=\"x\"} from ",
            "    | logfmt\n    |= \"a\"  (line by line)\n    |~ \"b+c\"  (line by line)\n",
            "  line-filters-first   switched off\n",
            "  regexp-literals      switched off\n");
  }

  @Test
  void tellsWhatARunSkipped() {
    ScanStats scan = new ScanStats();
    scan.blocksMatched = 12;
    scan.blocksDecoded = 4;
    scan.summarisedLines = 900;
    scan.segmentLines = 80;
    scan.headLines = 20;
    scan.segmentBytes = 2_000;
    scan.decodedBytes = 3_000;
    scan.postFilterLines = 950;
    Explanation run =
        explain("count_over_time({app=\"x\"}[1m])", Set.of()).withActual(new QueryStats(scan, 1_000, 2_500_000, 7));

    assertThat(ExplanationText.print(run))
        .contains(", counted from block statistics where blocks lie in one window\n")
        .endsWith(
            """

            run
              blocks   12 of the streams' segments, 4 read, 8 skipped
              entries  1,000 estimated, 100 read (20 from memory), 900 counted by statistics
              bytes    5.0kB estimated, 3.0kB of blocks and columns decoded, 2.0kB of lines handed out
              answer   950 lines passed, 7 lines or series returned in 2.5ms (waited 1µs)
            """);
    assertThat(new String(ExplanationJson.write(run), StandardCharsets.UTF_8))
        .startsWith("{\"query\":\"count_over_time({app=\\\"x\\\"}[1m])\",\"plan\":{\"operation\":\"count_over_time over 1m at 11")
        .contains("\"estimate\":{\"streams\":2,\"blocks\":3,\"entries\":1000,\"bytes\":5000}")
        .contains("\"actual\":{\"streams\":0,\"blocks\":12,\"blocksRead\":4,\"blocksSkipped\":8,\"entriesRead\":100,")
        .doesNotContain("warnings");
    scan.damaged("a segment is gone");
    scan.noticed("a write was cut off");
    assertThat(ExplanationText.print(run)).endsWith("  damaged  a segment is gone\n  notice   a write was cut off\n");
    assertThat(new String(ExplanationJson.write(run), StandardCharsets.UTF_8))
        .contains(",\"warnings\":[\"a segment is gone\",\"a write was cut off\"]}");
  }
}
