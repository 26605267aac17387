package io.sigyn.server.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.config.ByteSize;
import io.sigyn.error.LokiException;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Matrix;
import io.sigyn.result.QueryResult.Series;
import io.sigyn.server.config.OnPartial;
import io.sigyn.server.config.ServerConfig;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.limits.TenantRetention;
import io.sigyn.server.read.cache.ResultsCache;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.UpkeepOptions;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.storage.tombstone.Tombstone;
import io.sigyn.testkit.FakeClock;
import io.sigyn.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that were put together from pieces, kept or computed side by side, are those of one run over everything. */
class CachedAnswersTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 1_700_000_000L * SECOND;

  private static final List<String> QUERIES =
      List.of(
          "count_over_time({app=~\".+\"}[W])",
          "rate({app=\"a1\"} |= \"1\" [W])",
          "sum by (app) (bytes_over_time({app=~\".+\"}[W]))",
          "sum(sum_over_time({app=~\".+\"} | logfmt | unwrap v | __error__=\"\" [W]))",
          "avg_over_time({app=~\".+\"} | logfmt | unwrap v [W]) by (app)",
          "quantile_over_time(0.9, {app=~\"a1|a2\"} | logfmt | unwrap v [W])",
          "stddev_over_time({app=~\".+\"} | logfmt | unwrap v [W]) by (n)",
          "first_over_time({app=~\".+\"} | logfmt | unwrap v [W])",
          "absent_over_time({app=\"a3\"}[W])",
          "topk(2, sum by (n) (count_over_time({app=~\".+\"} | logfmt [W])))",
          "sum(rate({app=\"a1\"}[W])) / sum(rate({app=~\".+\"}[W]))",
          "sum by (app) (count_over_time({app=~\".+\"}[W])) > 3",
          "count_over_time({app=\"a1\"}[W]) or count_over_time({app=\"a2\"}[W])",
          "label_replace(sum by (app) (count_over_time({app=~\".+\"}[W])), \"x\", \"$1\", \"app\", \"(a1|a2)\")",
          "label_replace(sum by (app) (count_over_time({app=~\".+\"}[W])), \"app\", \"one\", \"app\", \".*\")",
          "vector(3) + vector(1)",
          "variants(count_over_time({}[W]), sum(rate({} | logfmt [W])), sum_over_time({} | unwrap v [7m])) of ({app=~\".+\"} | logfmt [W])",
          "variants(count_over_time({}[W]), sum by (app) (bytes_over_time({}[5m]))) of ({app=~\".+\"}[11m])",
          "sum_over_time({app=~\".+\"} | logfmt | unwrap bad [W])");

  private static final List<String> WINDOWS =
      List.of("1m", "5m", "37m", "2h", "5m] offset 10m", "5m] offset -10m", "20m] offset 1h");

  private static final List<Long> STEPS = List.of(15 * SECOND, MINUTE, 7 * MINUTE, 1_500_000_000L, HOUR, 1_500_500L * 1_000_000);

  @TempDir Path directory;

  private final FakeClock clock = new FakeClock(START);

  /** A store, a querier that keeps answers and cuts queries, and one that does neither. */
  private final class Both implements AutoCloseable {
    final Path overrides;
    final TenantLimits limits;
    final Store store;
    final ResultsCache cache;
    final QueryPool many = new QueryPool(3, 10, check -> {}, new SimpleMeterRegistry());
    final QueryPool one = new QueryPool(1, 10, check -> {}, new SimpleMeterRegistry());
    final Querier cached;
    final Querier plain;

    Both(String name, long cacheBytes, long maxDirectory) throws IOException {
      overrides = Files.writeString(directory.resolve(name + ".yaml"), "overrides: {}\n");
      limits =
          TenantLimits.load(
              ServerConfig.parse(
                      "limits_config: {split_queries_by_interval: 20m, max_cache_freshness_per_query: 0s, retention_period: 0s,"
                          + " enable_multi_variant_queries: true}")
                  .limitsConfig(),
              List.of(overrides));
      TenantRetention retention = new TenantRetention(limits, true);
      UpkeepOptions upkeep =
          UpkeepOptions.ON_DEMAND
              .withRetention(retention::retention)
              .withDeletes(retention::deletionMode, new DeleteFilters(), Duration.ofHours(2))
              .withMaxBytes(maxDirectory);
      store =
          Store.open(directory.resolve(name), StoreOptions.DEFAULT, clock, new SimpleMeterRegistry(), upkeep);
      cache = new ResultsCache(store, limits, cacheBytes, Duration.ofDays(1), new SimpleMeterRegistry(), clock);
      cached = new Querier(store, limits, many, Optional.of(cache), 1L << 30, OnPartial.WARN, clock);
      plain = new Querier(store, limits, one, Optional.empty(), 1L << 30, OnPartial.WARN, clock);
    }

    void push(RandomGenerator random) {
      EntryBatch batch = batch(random, clock.epochNanos());
      store.append(TENANT, batch).join();
      cache.arrived(TENANT, batch);
    }

    void limit(String own) throws IOException {
      Files.writeString(overrides, "overrides: {t: {" + own + "}}\n");
      limits.reload();
    }

    Answer ask(QueryRequest request) {
      return cached.query(List.of(TENANT), false, true, () -> request, stop -> {}).join();
    }

    void compare(QueryRequest request) {
      String expected = show(plain, request);
      assertThat(show(cached, request)).as("%s", request).isEqualTo(expected);
    }

    private String show(Querier querier, QueryRequest request) {
      try {
        return CachedAnswersTest.show(
            querier.query(List.of(TENANT), false, true, () -> request, stop -> {}).join().result());
      } catch (CompletionException e) {
        // Which of several bad series an error names is anybody's guess.
        return e.getCause() instanceof LokiException known ? known.text().replaceAll("(?s)\\{.*", "") : e.toString();
      }
    }

    @Override
    public void close() {
      many.close();
      one.close();
      store.close();
    }
  }

  private static String show(QueryResult result) {
    StringBuilder out = new StringBuilder();
    for (Series series : ((Matrix) result).series()) {
      out.append(series.labels()).append(Arrays.toString(series.times())).append(Arrays.toString(series.values())).append('\n');
    }
    return out.toString();
  }

  /** Mostly what is new, sometimes what is late or not yet. */
  private static EntryBatch batch(RandomGenerator random, long now) {
    StringBuilder arena = new StringBuilder();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    for (int s = 1 + random.nextInt(3); s > 0; s--) {
      batch.stream(Labels.of("app", "a" + random.nextInt(4)));
      long from =
          switch (random.nextInt(4)) {
            case 0 -> now - random.nextLong(6 * HOUR);
            case 1 -> now + random.nextLong(10 * MINUTE);
            default -> now - random.nextLong(MINUTE);
          };
      for (int e = random.nextInt(20); e > 0; e--) {
        int begin = arena.length();
        arena.append("v=0.").append(random.nextInt(100)).append(" n=").append(random.nextInt(3));
        if (random.nextInt(200) == 0) {
          arena.append(" bad=x");
        }
        batch.entry(from - random.nextLong(MINUTE), begin, arena.length(), Labels.EMPTY);
      }
    }
    byte[] bytes = arena.toString().getBytes(StandardCharsets.UTF_8);
    return batch.arena(bytes).build();
  }

  private QueryRequest request(RandomGenerator random) {
    String window = WINDOWS.get(random.nextInt(WINDOWS.size()));
    String query = QUERIES.get(random.nextInt(QUERIES.size())).replace("W]", window.contains("]") ? window : window + "]");
    long now = clock.epochNanos();
    long end = now + random.nextLong(30 * MINUTE) - (random.nextBoolean() ? 0 : random.nextLong(5 * HOUR));
    long step = STEPS.get(random.nextInt(STEPS.size()));
    long length = random.nextLong(Math.min(6 * HOUR, 1_000 * step));
    return new QueryRequest(query, false, end - length, end, step, 0, 100, Direction.BACKWARD);
  }

  @Seeded(rounds = 2)
  void areTheSameWhateverHappensBetween(RandomGenerator random) throws Exception {
    long cacheBytes = random.nextBoolean() ? 50_000 : 10 << 20;
    long maxDirectory = random.nextInt(3) == 0 ? 400_000 : 0;
    try (Both both = new Both("s" + random.nextInt(1_000_000), cacheBytes, maxDirectory)) {
      for (int i = 0; i < 40; i++) {
        both.push(random);
      }
      List<QueryRequest> asked = new ArrayList<>();
      List<Tombstone> deletes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        switch (random.nextInt(12)) {
          case 0 -> both.store.flush();
          case 1 -> {
            String query = random.nextBoolean() ? "{app=\"a1\"}" : "{app=~\"a.\"} |= \"n=1\"";
            long first = clock.epochNanos() - random.nextLong(4 * HOUR);
            DeleteRequest request =
                new DeleteRequest(
                    query, Parser.parse(query).selectors().getFirst(), query.contains("|"), first, first + random.nextLong(HOUR));
            deletes.add(both.store.delete(TENANT, request));
          }
          case 2 -> {
            if (!deletes.isEmpty()) {
              both.store.cancelDelete(TENANT, deletes.remove(random.nextInt(deletes.size())).id());
            }
          }
          case 3 -> both.limit("retention_period: " + random.nextInt(5) + "h");
          case 4 -> both.limit("deletion_mode: " + (random.nextBoolean() ? "disabled" : "filter-only"));
          case 5 -> both.store.upkeep().runAll();
          case 6, 7 -> clock.advance(Duration.ofSeconds(random.nextInt(1_200)));
          default -> both.push(random);
        }
        asked.add(request(random));
        for (int q = 0; q < 4; q++) {
          both.compare(asked.get(random.nextInt(asked.size())));
        }
        both.compare(asked.getLast());
      }
    }
  }

  @Seeded(rounds = 1)
  void areTheSameAfterPushesThatCameWhileTheyWereComputed(RandomGenerator random) throws Exception {
    try (Both both = new Both("c" + random.nextInt(1_000_000), 10 << 20, 0)) {
      List<QueryRequest> requests = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        requests.add(request(random));
      }
      for (int round = 0; round < 5; round++) {
        long seed = random.nextLong();
        Thread pusher =
            Thread.ofPlatform()
                .start(
                    () -> {
                      RandomGenerator own = new Random(seed);
                      for (int i = 0; i < 40; i++) {
                        both.push(own);
                      }
                    });
        while (pusher.isAlive()) {
          both.ask(requests.get(random.nextInt(requests.size() - 1)).withQuery("count_over_time({app=~\".+\"}[5m])"));
        }
        pusher.join();
        for (QueryRequest request : requests) {
          both.compare(request.withQuery("count_over_time({app=~\".+\"}[5m])"));
        }
      }
    }
  }

  @Test
  void takeFromTheCacheWhatDidNotChange() throws Exception {
    RandomGenerator random = new Random(1);
    try (Both both = new Both("d", 10 << 20, 0)) {
      for (int i = 0; i < 20; i++) {
        both.push(random);
      }
      // Points from 13:13:20 minus three hours to then, one a minute: pieces of 100 points.
      QueryRequest request =
          new QueryRequest(
              "sum(count_over_time({app=~\".+\"}[5m]))", false, START - 3 * HOUR, START, MINUTE, 0, 100, Direction.BACKWARD);
      Answer first = both.ask(request);
      assertThat(first.stats().cache().entriesFound()).isZero();
      assertThat(first.stats().cache().lengthServed()).isZero();
      assertThat(first.stats().cache().entriesStored()).isEqualTo(first.stats().cache().entriesRequested()).isBetween(2L, 3L);

      // Of the last point, which is later than now, nothing is kept.
      Answer second = both.ask(request);
      assertThat(second.stats().cache().lengthServed()).isEqualTo(3 * HOUR + MINUTE);
      assertThat(second.stats().scan().headLines).isLessThan(first.stats().scan().headLines);
      assertThat(show(second.result())).isEqualTo(show(first.result()));

      // The same, written otherwise.
      Answer spaced = both.ask(request.withQuery("sum ( count_over_time({ app=~`.+` } [300s]) )"));
      assertThat(spaced.stats().cache().lengthServed()).isEqualTo(3 * HOUR + MINUTE);

      // An entry an hour ago concerns the points of the minute and of the five after it, and what its piece has behind it.
      EntryBatch late = EntryBatch.of(Labels.of("app", "a1"), START - HOUR, "v=1");
      both.store.append(TENANT, late).join();
      both.cache.arrived(TENANT, late);
      Answer third = both.ask(request);
      assertThat(third.stats().cache().lengthServed()).isBetween(HOUR, 3 * HOUR - 5 * MINUTE);
      assertThat(both.ask(request).stats().cache().lengthServed()).isEqualTo(3 * HOUR + MINUTE);
      both.compare(request);

      both.store.delete(
          TENANT, new DeleteRequest("{app=\"a1\"}", Parser.parse("{app=\"a1\"}").selectors().getFirst(), false, 0, START));
      assertThat(both.ask(request).stats().cache().lengthServed()).isZero();
      assertThat(both.ask(request).stats().cache().lengthServed()).isPositive();

      both.limit("max_query_series: 400");
      assertThat(both.ask(request).stats().cache().lengthServed()).isZero();

      Answer asked = both.cached.query(List.of(TENANT), false, false, () -> request, stop -> {}).join();
      assertThat(asked.stats().cache().requests()).isZero();
    }
  }

  @Test
  void haveTooManySeriesAlsoWhenNoPieceHas() throws Exception {
    try (Both both = new Both("e", 10 << 20, 0)) {
      both.limit("max_query_series: 2, split_queries_by_interval: 20m, max_cache_freshness_per_query: 0s");
      for (int i = 0; i < 3; i++) {
        EntryBatch batch = EntryBatch.of(Labels.of("app", "a" + i), START - HOUR * i, "v=1");
        both.store.append(TENANT, batch).join();
      }
      String query = "count_over_time({app=~\".+\"}[1m])";
      for (int i = 0; i < 3; i++) {
        long end = START - HOUR * i + MINUTE;
        assertThat(
                both.ask(new QueryRequest(query, false, end - 10 * MINUTE, end, MINUTE, 0, 100, Direction.BACKWARD)).result())
            .isInstanceOf(Matrix.class);
      }
      QueryRequest all = new QueryRequest(query, false, START - 3 * HOUR, START, MINUTE, 0, 100, Direction.BACKWARD);
      both.compare(all);
      assertThat(both.show(both.cached, all)).startsWith("maximum number of series (2) reached for a single query");

      Answer variants =
          both.ask(all.withQuery("variants(count_over_time({}[1m]), sum(rate({}[1m]))) of ({app=~\".+\"}[1m])"));
      assertThat(variants.warnings()).containsExactly("maximum of series (2) reached for variant (0)");
      assertThat(((Matrix) variants.result()).series()).hasSize(1);
    }
  }

  @Test
  void areBoundedByTheBytesAllPartsReadTogether() throws Exception {
    try (Both both = new Both("f", 1, 0)) {
      for (int i = 0; i < 60; i++) {
        EntryBatch batch = EntryBatch.of(Labels.of("app", "a"), START - 3 * MINUTE * i, "x".repeat(40_000) + i);
        both.store.append(TENANT, batch).join();
      }
      both.store.flush();
      both.limit("split_queries_by_interval: 20m, max_query_bytes_read: " + new ByteSize(1 << 20));
      QueryRequest all =
          new QueryRequest(
              "count_over_time({app=\"a\"} |= \"x\" [1m])", false, START - 3 * HOUR, START, MINUTE, 0, 100, Direction.BACKWARD);
      assertThat(both.show(both.cached, all)).startsWith("the query would read too many bytes (query: ");
      both.limit("split_queries_by_interval: 20m, max_querier_bytes_read: " + new ByteSize(1 << 20));
      assertThat(both.show(both.cached, all)).startsWith("query too large to execute on a single querier: (query: ");
    }
  }
}
