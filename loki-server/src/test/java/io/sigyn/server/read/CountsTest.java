package io.sigyn.server.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.EntrySource;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.plan.Extension;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.tombstone.DeleteRequest;
import io.sigyn.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting without reading gives the numbers that reading gives. */
class CountsTest {
  private static final Tenant TENANT = new Tenant("t");
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;

  /** The first nanoseconds of a window of a minute. */
  private static final long MINUTE = START / (60 * SECOND) * 60 * SECOND + 1;

  private static final List<String> LEVELS = List.of("info", "warn", "error", "debug");

  private static final List<String> SELECTORS =
      List.of(
          "{app=~\".+\"}",
          "{app=\"a1\"}",
          "{app=~\".+\"} | drop __error__",
          "{app=~\".+\"} | drop __error__, __error_details__, trace",
          "{app=~\".+\"} | drop level",
          "{app=~\".+\"} |= \"7\"",
          "{app=~\".+\"} |= \"7\" | drop __error__",
          "{app=~\".+\"} | detected_level=\"info\"");

  private static final List<String> AROUND =
      List.of(
          "%s",
          "sum(%s)",
          "sum by (app) (%s)",
          "sum by (level, detected_level) (%s)",
          "sum by (detected_level_extracted) (%s)",
          "sum by (trace) (%s)",
          "sum by (__error__) (%s)",
          "sum without (trace) (%s)",
          "sum without (app, detected_level) (%s)",
          "max by (detected_level) (%s)",
          "topk(2, sum by (app) (%s))",
          "count(%s)");

  private static final List<String> FUNCTIONS = List.of("count_over_time", "rate", "bytes_over_time", "bytes_rate");

  @TempDir Path directory;

  private static Store open(Path root) {
    return Store.open(root, StoreOptions.DEFAULT, Clock.SYSTEM, new SimpleMeterRegistry());
  }

  /** The entries as they are, but nothing known without reading. */
  private static EntrySource reading(EntrySource source) {
    return (selection, stats) -> {
      EntryCursor cursor = source.select(selection, stats);
      return new EntryCursor() {
        @Override
        public boolean next() {
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
  }

  private static Labels metadata(RandomGenerator random, int shape) {
    String level = LEVELS.get(random.nextInt(LEVELS.size()));
    return switch (shape) {
      case 0 -> Labels.EMPTY;
      case 1 -> Labels.of("detected_level", level);
      case 2 -> random.nextBoolean() ? Labels.of("detected_level", level) : Labels.EMPTY;
      case 3 -> Labels.of("detected_level", level, "trace", "t" + random.nextInt(3));
      default -> Labels.of("app", "other", "detected_level", level);
    };
  }

  /** A batch whose times overlap those of others; some of its entries were pushed before. */
  private static EntryBatch batch(RandomGenerator random, int shape, int spread) {
    StringBuilder arena = new StringBuilder();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[0]);
    for (int s = 1 + random.nextInt(4); s > 0; s--) {
      Labels.Builder labels = Labels.builder().set("app", "a" + random.nextInt(4));
      if (random.nextInt(4) == 0) {
        labels.set("detected_level", "stream");
      }
      batch.stream(labels.build());
      for (int e = random.nextInt(40); e > 0; e--) {
        int from = arena.length();
        arena.append("line ").append(random.nextInt(20));
        // Few different times and lines, so that exact duplicates come up.
        long time = START + random.nextInt(spread) * SECOND / 4;
        batch.entry(time, from, arena.length(), metadata(random, shape));
      }
    }
    return batch.arena(arena.toString().getBytes(StandardCharsets.UTF_8)).build();
  }

  @Seeded(rounds = 25)
  void countsWhatReadingCounts(RandomGenerator random) {
    try (Store store = open(directory.resolve("s" + random.nextLong()))) {
      int spread = 40 + random.nextInt(2000);
      int shapes = 1 + random.nextInt(5);
      for (int i = 3 + random.nextInt(25); i > 0; i--) {
        store.append(TENANT, batch(random, random.nextInt(shapes), spread)).join();
        if (random.nextInt(6) == 0) {
          store.flush();
        }
      }
      for (int q = 0; q < 40; q++) {
        String range = "[%ds]%s".formatted(1 + random.nextInt(200), random.nextBoolean() ? "" : " offset 7s");
        String selector = SELECTORS.get(random.nextInt(SELECTORS.size()));
        String function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
        String inner = function + "(" + selector + range + ")";
        String query = AROUND.get(random.nextInt(AROUND.size())).formatted(inner);
        long start = START + random.nextInt(spread) * SECOND / 4 + (random.nextBoolean() ? random.nextInt(1000) : 0);
        long step = random.nextInt(4) == 0 ? 0 : (1 + random.nextInt(100)) * SECOND;
        QueryParams params =
            new QueryParams(start, start + random.nextInt(300) * SECOND, step, 0, 100, Direction.BACKWARD);
        EntrySource source = new StoreSource(store, TENANT);
        assertThat(run(query, params, source)).as(query).isEqualTo(run(query, params, reading(source)));
        EntrySource two = new TenantsSource(store, List.of(TENANT, new Tenant("none")));
        assertThat(run(query, params, two)).as(query).isEqualTo(run(query, params, reading(two)));
      }
    }
  }

  /** Ranges of one selector are read together; what one may know without reading another may have to read. */
  @Seeded(rounds = 25)
  void countsWhatReadingCountsInSeveralWindowsAtOnce(RandomGenerator random) {
    try (Store store = open(directory.resolve("w" + random.nextLong()))) {
      int spread = 40 + random.nextInt(2000);
      int shapes = 1 + random.nextInt(5);
      for (int i = 3 + random.nextInt(25); i > 0; i--) {
        store.append(TENANT, batch(random, random.nextInt(shapes), spread)).join();
        if (random.nextInt(6) == 0) {
          store.flush();
        }
      }
      for (int q = 0; q < 40; q++) {
        String selector = SELECTORS.get(random.nextInt(SELECTORS.size()));
        String around = AROUND.get(random.nextInt(AROUND.size()));
        List<String> parts = new ArrayList<>();
        for (int i = 2 + random.nextInt(2); i > 0; i--) {
          String function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
          String range = "[%ds]".formatted(1 + random.nextInt(random.nextBoolean() ? 20 : 1000));
          parts.add(around.formatted(function + "(" + selector + range + ")"));
        }
        String query = String.join(" + ", parts);
        long start = START + random.nextInt(spread) * SECOND / 4;
        long step = random.nextInt(4) == 0 ? 0 : (1 + random.nextInt(100)) * SECOND;
        QueryParams params =
            new QueryParams(start, start + random.nextInt(300) * SECOND, step, 0, 100, Direction.BACKWARD);
        EntrySource source = new StoreSource(store, TENANT);
        assertThat(run(query, params, source)).as(query).isEqualTo(run(query, params, reading(source)));
      }
    }
  }

  /** Variants are read together: streams that are known together to the one must be read by the other. */
  @Test
  void aVariantThatMustReadDoesNotLetAnotherCountTwice() {
    try (Store store = open(directory.resolve("two"))) {
      for (int i = 0; i < 20; i++) {
        EntryBatch.Builder batch = EntryBatch.builder(new byte[100]);
        batch.stream(Labels.of("app", "a", "pod", "p" + i));
        for (int e = 0; e < 50; e++) {
          batch.entry(MINUTE + e * SECOND, e, e + 50, Labels.of("trace", "t" + e));
        }
        store.append(TENANT, batch.build()).join();
      }
      store.flush();
      long end = MINUTE + 60 * SECOND;
      QueryParams params = new QueryParams(end, end, 0, 0, 100, Direction.BACKWARD, Set.of(Extension.VARIANTS));
      EntrySource source = new StoreSource(store, TENANT);
      String query =
          "variants(sum(count_over_time({app=\"a\"}[1h])), sum(count_over_time({app=\"a\"}[31s]))) of ({app=\"a\"}[1h])";
      for (int again = 0; again < 3; again++) {
        assertThat(run(query, params, source)).contains("1000").isEqualTo(run(query, params, reading(source)));
      }
    }
  }

  /** What cannot be known of one tenant fails the query, which then holds nothing of another. */
  @Test
  void holdsNothingOfOtherTenantsWhenOneCannotBeRead() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (Store store = Store.open(directory.resolve("held"), StoreOptions.DEFAULT, Clock.SYSTEM, metrics)) {
      Tenant other = new Tenant("u");
      EntryBatch batch = EntryBatch.of(Labels.of("app", "a"), START, "line");
      store.append(TENANT, batch).join();
      store.append(other, batch).join();
      // Nobody gave the store a compiler of filters.
      store.delete(
          other,
          new DeleteRequest(
              "{app=\"a\"} |= \"x\"", List.of(new LabelMatcher.Equal("app", "a")), true, START, START));
      QueryParams params = new QueryParams(START + SECOND, START + SECOND, 0, 0, 100, Direction.BACKWARD);
      EntrySource both = new TenantsSource(store, List.of(TENANT, other));
      assertThatThrownBy(() -> run("sum(count_over_time({app=\"a\"}[1m]))", params, both))
          .isInstanceOf(LokiException.class);
      assertThat(metrics.get("sigyn.storage.leases").gauge().value()).isZero();
    }
  }

  private static String run(String query, QueryParams params, EntrySource source) {
    return show(Engine.run(Parser.parse(query), params, source, new QueryContext(Clock.SYSTEM, 60 * SECOND, 0)));
  }

  private static String show(QueryResult result) {
    return switch (result) {
      case QueryResult.Matrix(List<QueryResult.Series> series) -> {
        StringBuilder text = new StringBuilder();
        for (QueryResult.Series one : series) {
          text.append(one.labels()).append(Arrays.toString(one.times()));
          text.append(Arrays.toString(one.values())).append('\n');
        }
        yield text.toString();
      }
      case QueryResult.Streams(List<QueryResult.LogStream> streams) -> {
        StringBuilder text = new StringBuilder();
        for (QueryResult.LogStream stream : streams) {
          text.append(stream.labels()).append('\n');
          for (QueryResult.LogEntry entry : stream.entries()) {
            text.append(entry.timestamp()).append(' ').append(new String(entry.line(), StandardCharsets.UTF_8));
            text.append(' ').append(entry.metadata()).append(entry.parsed()).append('\n');
          }
        }
        yield text.toString();
      }
      case QueryResult.Vector _, QueryResult.Scalar _ -> result.toString();
    };
  }

  /** Blocks that are ruled out by their text, and streams one after another, change nothing. */
  @Seeded(rounds = 25)
  void readsTheSameLinesWithABlocksTextRuledOut(RandomGenerator random) {
    try (Store store = open(directory.resolve("r" + random.nextLong()))) {
      for (int i = 3 + random.nextInt(25); i > 0; i--) {
        store.append(TENANT, batch(random, random.nextInt(5), 200)).join();
        if (random.nextInt(3) == 0) {
          store.flush();
        }
      }
      for (String filter : List.of("|= \"line 1\"", "|= \"absent\"", "|~ \"e 1[0-3]\"", "!= \"7\"", "|= \"3\" or \"19\"")) {
        for (Direction direction : Direction.values()) {
          QueryParams params = new QueryParams(START, START + 50 * SECOND, 0, 0, 10 + random.nextInt(500), direction);
          EntrySource source = new StoreSource(store, TENANT);
          EntrySource whole =
              (selection, stats) ->
                  store.select(
                      TENANT, new Selection(selection.matchers(), selection.range(), selection.direction()), stats);
          String query = "{app=~\".+\"} " + filter;
          assertThat(run(query, params, source)).as(query).isEqualTo(run(query, params, whole));
          String metric = "max_over_time(" + query + " | regexp \"(?P<n>[0-9]+)\" | unwrap n [20s])";
          QueryParams steps = new QueryParams(START, START + 50 * SECOND, 5 * SECOND, 0, 100, direction);
          assertThat(run(metric, steps, source)).as(metric).isEqualTo(run(metric, steps, whole));
        }
      }
    }
  }

  @Test
  void answersGrafanasLogVolumeWithoutReadingALine() {
    try (Store store = open(directory.resolve("volume"))) {
      for (int i = 0; i < 20; i++) {
        // A minute of a stream per batch, and a stream of its own each, so that every run lies in one window.
        EntryBatch.Builder batch = EntryBatch.builder(new byte[100]);
        batch.stream(Labels.of("app", "a", "pod", "p" + i));
        for (int e = 0; e < 50; e++) {
          batch.entry(MINUTE + 60 * SECOND * i + e * SECOND, e, e + 50, Labels.of("detected_level", LEVELS.get(e % 4)));
        }
        store.append(TENANT, batch.build()).join();
      }
      store.flush();
      QueryContext context = new QueryContext(Clock.SYSTEM, 60 * SECOND, 0);
      long end = MINUTE + 60 * SECOND * 20;
      QueryResult result =
          Engine.run(
              Parser.parse("sum by (level, detected_level) (count_over_time({app=\"a\"} | drop __error__ [1m]))"),
              new QueryParams(MINUTE, end, 60 * SECOND, 0, 100, Direction.BACKWARD),
              new StoreSource(store, TENANT),
              context);
      QueryResult.Matrix matrix = (QueryResult.Matrix) result;
      assertThat(matrix.series()).hasSize(4);
      double sum = 0;
      for (QueryResult.Series series : matrix.series()) {
        for (double value : series.values()) {
          sum += value;
        }
      }
      assertThat(sum).isEqualTo(1000);
      ScanStats stats = context.stats();
      assertThat(stats.summarisedLines).isEqualTo(1000);
      assertThat(stats.postFilterLines).isEqualTo(1000);
      assertThat(stats.segmentLines).isZero();
      assertThat(stats.decodedBytes).as("bytes read").isZero();
    }
  }
}
