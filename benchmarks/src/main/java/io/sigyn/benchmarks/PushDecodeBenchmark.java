package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.wire.push.PushReader;
import io.sigyn.wire.push.PushWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast is a push turned into a batch, decompression included? One operation is one body with about 1 MiB of lines;
 * the counter {@code lineMegabytes} is the megabytes (10^6) of lines a second. Run with {@code -prof gc} to see what a
 * body costs in memory: the arena and the columns are wanted, everything above is not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"-Xmx1g", "--enable-native-access=ALL-UNNAMED"})
public class PushDecodeBenchmark {
  private static final int LINE_BYTES = 1 << 20;
  private static final int MAX_INFLATED = 1 << 26;

  /** Over how many streams the lines are spread. */
  @Param({"20", "500"})
  public int streams;

  private byte[] protobuf = new byte[0];
  private byte[] json = new byte[0];

  /** Writes the bodies. */
  @Setup(Level.Trial)
  public void setUp() {
    EntryBatch batch = Batches.of(new LogLines(7), streams, LINE_BYTES, 1_795_380_245_000_000_000L);
    protobuf = PushWriter.snappyProtobuf(batch);
    json = PushWriter.json(batch);
  }

  /** What JMH divides by time beside the operations. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Decoded {
    /** Megabytes of lines. */
    public double lineMegabytes;

    /** Starts every iteration at zero. */
    @Setup(Level.Iteration)
    public void reset() {
      lineMegabytes = 0;
    }
  }

  /** What promtail sends. */
  @Benchmark
  public EntryBatch snappyProtobuf(Decoded decoded) {
    EntryBatch batch =
        PushReader.read(protobuf, protobuf.length, "application/x-protobuf", "", MAX_INFLATED);
    decoded.lineMegabytes += batch.lineBytes() / 1e6;
    return batch;
  }

  /** What libraries and curl send. */
  @Benchmark
  public EntryBatch json(Decoded decoded) {
    EntryBatch batch = PushReader.read(json, json.length, "application/json", "", MAX_INFLATED);
    decoded.lineMegabytes += batch.lineBytes() / 1e6;
    return batch;
  }
}
