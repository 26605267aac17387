package io.sigyn.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long does a count over 1 GiB of lines in segments take when no filter looks at them? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class CountBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int BATCHES = 1024;
  private static final long START = 1_700_000_000_000_000_000L;
  private static final long APART = 10_000_000_000L;

  /** Streams the lines are spread over. */
  @Param({"20", "2000"})
  public int streams;

  /** Steps: one over everything, and as many as a panel has. */
  @Param({"1", "60"})
  public int steps;

  private final Path directory = TemporaryDirectory.create();
  private List<Store> open = List.of();
  private final Expr query = Parser.parse("sum(count_over_time({app=~\".+\"} | drop __error__ [3h]))");
  private final Expr histogram = Parser.parse("sum by (level) (count_over_time({app=~\".+\"}[3m]))");

  /** Writes segments of 256 MiB of lines each. */
  @Setup
  public void fill() {
    StoreOptions options =
        new StoreOptions(StoreOptions.SyncMode.OS, 256L << 20, Duration.ofHours(1), 64L << 20, 0);
    Store store = Store.open(directory, options, Clock.SYSTEM, new SimpleMeterRegistry());
    LogLines lines = new LogLines(1);
    for (int i = 0; i < BATCHES; i++) {
      store.append(TENANT, Batches.of(lines, streams, 1 << 20, START + i * APART)).join();
      if (i % 256 == 255) {
        store.flush();
      }
    }
    open = List.of(store);
  }

  /** Closes and deletes. */
  @TearDown
  public void close() throws IOException {
    open.forEach(Store::close);
    TemporaryDirectory.delete(directory);
  }

  /** One query. */
  @Benchmark
  public QueryResult count() {
    Store store = open.getFirst();
    long end = START + BATCHES * APART;
    QueryParams params =
        steps == 1
            ? new QueryParams(end, end, 0, 0, 100, Direction.BACKWARD)
            : new QueryParams(START, end, (end - START) / steps, 0, 100, Direction.BACKWARD);
    return Engine.run(
        steps == 1 ? query : histogram,
        params,
        (selection, stats) -> store.select(TENANT, selection, stats),
        new QueryContext(Clock.SYSTEM, Duration.ofMinutes(1).toNanos(), 0));
  }
}
