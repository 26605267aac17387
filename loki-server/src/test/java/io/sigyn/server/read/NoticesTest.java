package io.sigyn.server.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.EntrySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import io.sigyn.server.config.OnPartial;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.read.cache.CachedQuery;
import io.sigyn.server.read.cache.ResultsCache;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.testkit.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an answer should say although nothing is missing from it is said every time, and takes nothing from it. */
class NoticesTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_040L * SECOND;
  private static final String QUERY = "count_over_time({app=\"a\"}[1m])";
  private static final QueryResult NOTHING = new QueryResult.Streams(List.of());

  @TempDir Path directory;

  private final FakeClock clock = new FakeClock(START + 7_200 * SECOND);

  private static Answer answer(ScanStats scan, OnPartial onPartial) {
    return Answer.of(NOTHING, new QueryStats(scan, 0, 0, 0), List.of("cut"), onPartial);
  }

  @Test
  void comeBehindDamagesAndDoNotMakeAnAnswerPartial() {
    ScanStats scan = new ScanStats();
    scan.noticed("a write was cut off");
    for (OnPartial onPartial : OnPartial.values()) {
      Answer whole = answer(scan, onPartial);
      assertThat(whole.warnings()).containsExactly("cut", "a write was cut off");
      assertThat(whole.partial()).isFalse();
    }
    assertThat(Catalog.Found.of(1, scan)).isEqualTo(new Catalog.Found<>(1, List.of("a write was cut off"), false));
    scan.damaged("a segment is gone");
    Answer partial = answer(scan, OnPartial.WARN);
    assertThat(partial.warnings()).containsExactly("cut", "a segment is gone", "a write was cut off");
    assertThat(partial.partial()).isTrue();
    assertThat(Catalog.Found.of(1, scan).partial()).isTrue();
    assertThatThrownBy(() -> answer(scan, OnPartial.FAIL))
        .isInstanceOfSatisfying(LokiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL))
        .hasMessage("a segment is gone (sigyn.on_partial is fail; warn answers without it)");
  }

  /** An answer made of points that are known has no statistics of theirs, so it would say nothing. */
  @Test
  void keepAnAnswerFromBeingKept() throws Exception {
    TenantLimits limits =
        TenantLimits.load(
            ServerConfig.parse("limits_config: {max_cache_freshness_per_query: 0s, retention_period: 0s}").limitsConfig(),
            List.of());
    try (Store store = Store.open(directory, StoreOptions.DEFAULT, clock, new SimpleMeterRegistry());
        QueryPool pool = new QueryPool(1, 10, check -> {}, new SimpleMeterRegistry())) {
      ResultsCache cache =
          new ResultsCache(store, limits, 1 << 20, Duration.ofDays(1), new SimpleMeterRegistry(), clock);
      for (Consumer<ScanStats> says : List.<Consumer<ScanStats>>of(s -> s.noticed("n"), s -> s.damaged("d"))) {
        for (int again = 0; again < 2; again++) {
          assertThat(served(store, cache, pool, says)).isZero();
        }
      }
      assertThat(served(store, cache, pool, s -> {})).isZero();
      assertThat(served(store, cache, pool, s -> {})).isPositive();
    }
  }

  /** Runs a query over a source that says something, and returns how much of it came from the cache. */
  private long served(Store store, ResultsCache cache, QueryPool pool, Consumer<ScanStats> says) {
    Expr expr = Parser.parse(QUERY);
    QueryParams params =
        new QueryParams(START, START + 3_600 * SECOND, 60 * SECOND, 0, 100, Direction.FORWARD, Set.of());
    if (!(Engine.plan(expr, params, Rewrites.all()) instanceof Plan.MetricQuery plan)) {
      throw new AssertionError(QUERY);
    }
    EntrySource source =
        (selection, stats) -> {
          says.accept(stats);
          return store.select(TENANT, selection, stats);
        };
    CachedQuery cached =
        cache.open(TENANT, QUERY, 60 * SECOND, QueryShapes.reach(expr), 0, clock.epochNanos());
    QueryContext context = new QueryContext(clock, Duration.ofMinutes(1).toNanos(), 0);
    return new RangeRun(expr, params, plan, source, context, pool, 1, 0)
        .run(Optional.of(cached))
        .cache()
        .lengthServed();
  }
}
