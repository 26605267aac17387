package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
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
 * What does it cost to take a batch of about 1 MiB of lines: into the head and into the log, acknowledged after write()?
 * One operation is one batch, flushes to segments included as they come.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class ChunkAppendBenchmark {
  private static final int LINE_BYTES = 1 << 20;
  private static final long START = 1_795_380_245_000_000_000L;

  /** Over how many streams the lines are spread. */
  @Param({"20", "500"})
  public int streams;

  private Running running = new Running();
  private LogLines lines = new LogLines(7);
  private EntryBatch batch = EntryBatch.EMPTY;
  private long at = START;

  /** Opens a store. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    running = Running.fresh();
    lines = new LogLines(7);
    at = START;
  }

  /** Makes the next batch, outside the measurement; times go on, so that no entry is a duplicate. */
  @Setup(Level.Invocation)
  public void next() {
    batch = Batches.of(lines, streams, LINE_BYTES, at);
    at += batch.entries() * 1_000_000L;
  }

  /** Closes and removes it. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    running.remove();
  }

  /** One batch, acknowledged. */
  @Benchmark
  public void append() {
    running.store().append(Tenant.ANONYMOUS, batch).join();
  }
}
