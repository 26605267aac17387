package io.sigyn.benchmarks;

import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * How long does it take to find the streams of a selector among 100,000 streams in one segment? One operation lists the
 * values of one label of the matching streams.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class LabelMatchBenchmark {
  private static final int STREAMS = 100_000;
  private static final int STREAMS_PER_BATCH = 5_000;
  private static final long START = 1_795_380_245_000_000_000L;

  /** The selector. */
  @Param({
    "{app=`app-7`,namespace=`ns-7`}",
    "{app=`app-7`,namespace!=`ns-8`}",
    "{namespace=`ns-7`,app=~`app-1.*`}",
    "{namespace=`ns-7`,app=~`.+`}"
  })
  public String selector = "";

  private Running running = new Running();
  private List<LabelMatcher> matchers = List.of();

  /** Fills a store with one line per stream and flushes it. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    running = Running.fresh();
    byte[] line = new LogLines(7).next();
    for (int s = 0; s < STREAMS; s += STREAMS_PER_BATCH) {
      EntryBatch.Builder builder = EntryBatch.builder(line);
      for (int i = s; i < s + STREAMS_PER_BATCH; i++) {
        builder.stream(Batches.stream(i)).entry(START + i, 0, line.length, Labels.EMPTY);
      }
      running.store().append(Tenant.ANONYMOUS, builder.build()).join();
    }
    running.store().flush();
    matchers = Parser.parseSelector(selector);
  }

  /** Closes and removes it. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    running.remove();
  }

  /** Finds the streams. */
  @Benchmark
  public List<String> match() {
    return running.store().labelValues(Tenant.ANONYMOUS, "container", matchers, TimeRange.ALL);
  }
}
