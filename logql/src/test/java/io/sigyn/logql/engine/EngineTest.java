package io.sigyn.logql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.MemorySource.Entry;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.Labels;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Vector;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final long SECOND = 1_000_000_000L;

  private static QueryResult instant(String query, EntrySource source, int maxSeries) {
    return Engine.run(
        Parser.parse(query),
        new QueryParams(100 * SECOND, 100 * SECOND, 0, 0, 100, Direction.BACKWARD),
        source,
        new QueryContext(Clock.SYSTEM, 60 * SECOND, maxSeries));
  }

  private static MemorySource lines(int count) {
    MemorySource source = new MemorySource(10);
    for (int i = 0; i < count; i++) {
      source.add(Labels.of("app", "x", "n", "" + i % 10), Entry.of(i * SECOND, "line " + i));
    }
    return source;
  }

  @Test
  void answersTheHealthCheckOfGrafana() {
    QueryResult result = instant("vector(1)+vector(1)", lines(0), 500);

    assertThat(result).isEqualTo(new Vector(List.of(new Sample(Labels.EMPTY, 100_000, 2))));
  }

  @Test
  void answersNumbers() {
    assertThat(instant("2 ^ 3 ^ 2 / 0 > bool 1", lines(0), 500)).isEqualTo(new QueryResult.Scalar(100_000, 0));
  }

  @Test
  void refusesMoreSeriesThanAllowed() {
    assertThat(instant("count_over_time({app=\"x\"}[100s])", lines(100), 10)).isInstanceOf(Vector.class);
    assertThatThrownBy(() -> instant("count_over_time({app=\"x\"}[100s])", lines(100), 9))
        .isInstanceOfSatisfying(
            LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.BAD_REQUEST))
        .hasMessageStartingWith("maximum number of series (9) reached for a single query; consider reducing");
    assertThat(instant("sum(count_over_time({app=\"x\"}[100s]))", lines(100), 9)).isInstanceOf(Vector.class);
  }

  @Test
  void answersApproximationsExactlyWhereTheyAreAllowed() {
    String counts = "(2, sum by (n) (count_over_time({app=\"x\"} [95s])))";
    long now = 100 * SECOND;
    QueryParams allowed = new QueryParams(now, now, 0, 0, 100, Direction.BACKWARD, Set.of(Extension.APPROX_TOPK));
    QueryContext context = new QueryContext(Clock.SYSTEM, 60 * SECOND, 500);

    assertThat(Engine.run(Parser.parse("approx_topk" + counts), allowed, lines(100), context))
        .isEqualTo(instant("topk" + counts, lines(100), 500));
    assertThatThrownBy(() -> instant("approx_topk" + counts, lines(100), 500))
        .hasMessage("approx_topk is not enabled. See -limits.shard_aggregations");
    QueryParams range = new QueryParams(0, now, SECOND, 0, 100, Direction.BACKWARD, Set.of(Extension.APPROX_TOPK));
    assertThatThrownBy(() -> Engine.run(Parser.parse("approx_topk" + counts), range, lines(100), context))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL))
        .hasMessage("count min sketches are only supported on instant queries");
  }

  @Test
  void answersAWindowOfNoLengthWithNothing() {
    assertThat(instant("count_over_time({app=\"x\"}[0s])", lines(100), 500)).isEqualTo(new Vector(List.of()));
  }

  @Test
  void readsNoMoreBlocksThanTheLimitNeeds() {
    MemorySource source = lines(1000);
    int[] blocks = {0};
    EntrySource counting =
        (selection, stats) -> {
          EntryCursor cursor = source.select(selection, stats);
          return new EntryCursor() {
            @Override
            public boolean next() {
              blocks[0]++;
              return cursor.next();
            }

            @Override
            public EntryBlock block() {
              return cursor.block();
            }

            @Override
            public long bound() {
              return cursor.bound();
            }

            @Override
            public void close() {
              cursor.close();
            }
          };
        };

    for (Direction direction : Direction.values()) {
      blocks[0] = 0;
      QueryResult.Streams result =
          (QueryResult.Streams)
              Engine.run(
                  Parser.parse("{app=\"x\"}"),
                  new QueryParams(0, Long.MAX_VALUE, 1, 0, 5, direction),
                  counting,
                  new QueryContext(Clock.SYSTEM, 60 * SECOND, 500));

      assertThat(result.streams()).hasSize(5);
      assertThat(blocks[0]).as("%s, of 100", direction).isLessThanOrEqualTo(11);
    }
  }

  @Test
  void stopsWhenCancelled() {
    QueryContext context = new QueryContext(Clock.SYSTEM, 60 * SECOND, 500);
    context.cancel();

    assertThatThrownBy(
            () ->
                Engine.run(
                    Parser.parse("{app=\"x\"}"),
                    new QueryParams(0, Long.MAX_VALUE, 1, 0, 5, Direction.FORWARD),
                    lines(10),
                    context))
        .isInstanceOfSatisfying(
            LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED));
  }

  @Test
  void failsMetricQueriesOverBrokenLinesInFourLines() {
    MemorySource source = new MemorySource(1).add(Labels.of("app", "x"), Entry.of(99 * SECOND, "no json"));

    assertThatThrownBy(() -> instant("count_over_time({app=\"x\"} | json [10s])", source, 500))
        .hasMessage(
            """
            pipeline error: 'JSONParserErr' for series: '{__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol", app="x"}'.
            Use a label filter to intentionally skip this error. (e.g | __error__!="JSONParserErr").
            To skip all potential errors you can match empty errors.(e.g __error__="")
            The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )
            """);
    assertThat(instant("sum(count_over_time({app=\"x\"} | json [10s]))", source, 500))
        .isEqualTo(new Vector(List.of(new Sample(Labels.EMPTY, 100_000, 1))));
  }
}
