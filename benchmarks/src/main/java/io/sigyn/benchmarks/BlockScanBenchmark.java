package io.sigyn.benchmarks;

import io.sigyn.life.Clock;
import io.sigyn.logql.engine.Engine;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.engine.QueryParams;
import io.sigyn.logql.syntax.Expr;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.result.QueryResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a count over a line filter cost on 64 MiB of lines in segments? One operation is the whole query: blocks are
 * read from the page cache or taken decoded from the block cache, searched, and counted.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class BlockScanBenchmark {
  private static final int BATCHES = 64;
  private static final long START = 1_795_380_245_000_000_000L;
  private static final long MINUTE = 60_000_000_000L;

  /** The line filter. */
  @Param({"|= `no such text`", "|= `status=500`", "|~ `status=5[0-9]+ `"})
  public String filter = "";

  private Running running = new Running();
  private Expr query = Parser.parse("vector(1)");
  private long end = START;

  /** Fills a store and flushes it. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    running = Running.fresh();
    LogLines lines = new LogLines(7);
    long at = START;
    for (int i = 0; i < BATCHES; i++) {
      EntryBatch batch = Batches.of(lines, 20, 1 << 20, at);
      at += batch.entries() * 1_000_000L;
      running.store().append(Tenant.ANONYMOUS, batch).join();
    }
    running.store().flush();
    end = at;
    long minutes = (end - START) / MINUTE + 2;
    query = Parser.parse("sum(count_over_time({app=~`.+`} " + filter + " [" + minutes + "m]))");
  }

  /** Closes and removes it. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    running.remove();
  }

  /** The whole query. */
  @Benchmark
  public QueryResult count() {
    QueryParams params = new QueryParams(end, end, 0, 0, 100, Direction.BACKWARD);
    QueryContext context = new QueryContext(Clock.SYSTEM, MINUTE, 500);
    return Engine.run(
        query, params, (selection, stats) -> running.store().select(Tenant.ANONYMOUS, selection, stats), context);
  }
}
