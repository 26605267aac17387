package io.sigyn.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.wal.WalMetrics;
import io.sigyn.storage.wal.WalOptions;
import io.sigyn.storage.wal.WalRecord;
import io.sigyn.storage.wal.WalRecovery;
import io.sigyn.storage.wal.WalSync;
import io.sigyn.storage.wal.WalWriter;
import io.sigyn.wire.push.PushReader;
import io.sigyn.wire.push.PushWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What does the log cost: to encode a push, to commit it, to read all of it again? */
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class WalBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int MAX_INFLATED = 1 << 26;

  private static WalOptions options(Path directory, WalSync sync) {
    return new WalOptions(
        StoreFiles.LOCAL,
        directory,
        new UUID(1, 2),
        sync,
        Duration.ofMillis(50),
        64L << 20,
        64L << 20,
        8L << 30,
        Clock.SYSTEM);
  }

  private static WalWriter writer(Path directory, WalSync sync) {
    return WalWriter.start(
        options(directory, sync),
        WalMetrics.in(new SimpleMeterRegistry()),
        WalRecovery.Found.nothing(64));
  }

  private static EntryBatch batch(int bytes, boolean body) {
    EntryBatch made = Batches.of(new LogLines(7), 20, bytes, 1_795_380_245_000_000_000L);
    byte[] pushed = body ? PushWriter.snappyProtobuf(made) : PushWriter.json(made);
    String type = body ? "application/x-protobuf" : "application/json";
    return PushReader.read(pushed, pushed.length, type, "", MAX_INFLATED);
  }

  /** What JMH divides by time beside the operations. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Raw {
    /** Megabytes (10^6) of lines. */
    public double lineMegabytes;

    /** Starts every iteration at zero. */
    @Setup(Level.Iteration)
    public void reset() {
      lineMegabytes = 0;
    }
  }

  /** One push of about 1 MiB of lines over 20 streams. */
  @State(Scope.Thread)
  public static class Push {
    /** Whether the push came as a snappy block, which the record keeps. */
    @Param({"true", "false"})
    public boolean body;

    private EntryBatch batch = EntryBatch.EMPTY;

    /** Reads it. */
    @Setup
    public void make() {
      batch = batch(1 << 20, body);
    }
  }

  /** From a batch to the bytes of a record. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  public WalRecord encode(Push push, Raw raw) {
    raw.lineMegabytes += push.batch.lineBytes() / 1e6;
    return WalRecord.push(TENANT, push.batch, 0);
  }

  /** A log in a directory that is deleted afterwards; pushes of about 16 KiB of lines. */
  @State(Scope.Benchmark)
  public static class Log {
    /** When a record counts as durable. */
    @Param({"EVERY_GROUP", "INTERVAL", "NEVER"})
    public WalSync sync = WalSync.EVERY_GROUP;

    private final Path directory = TemporaryDirectory.create();
    private List<WalWriter> open = List.of();
    private EntryBatch batch = EntryBatch.EMPTY;

    /** Opens. */
    @Setup(Level.Iteration)
    public void open() {
      batch = batch(16 << 10, true);
      open = List.of(writer(directory, sync));
    }

    /** Closes and deletes. */
    @TearDown(Level.Iteration)
    public void close() throws IOException {
      for (WalWriter writer : open) {
        writer.close();
        writer.truncate(Long.MAX_VALUE - 1);
      }
    }

    /** Deletes. */
    @TearDown
    public void delete() throws IOException {
      TemporaryDirectory.delete(directory);
    }

    void commit() {
      WalWriter writer = open.getFirst();
      WalRecord record = WalRecord.push(TENANT, batch, 0);
      writer.reserve(record);
      CompletableFuture<Void> durable = writer.append(record);
      durable.join();
    }
  }

  /** One producer that waits for each push. */
  @Benchmark
  @BenchmarkMode({Mode.Throughput, Mode.SampleTime})
  @Threads(1)
  public void commit1(Log log) {
    log.commit();
  }

  /** Four producers. */
  @Benchmark
  @BenchmarkMode({Mode.Throughput, Mode.SampleTime})
  @Threads(4)
  public void commit4(Log log) {
    log.commit();
  }

  /** Sixteen producers. */
  @Benchmark
  @BenchmarkMode({Mode.Throughput, Mode.SampleTime})
  @Threads(16)
  public void commit16(Log log) {
    log.commit();
  }

  /** Sixty-four producers. */
  @Benchmark
  @BenchmarkMode({Mode.Throughput, Mode.SampleTime})
  @Threads(64)
  public void commit64(Log log) {
    log.commit();
  }

  /** A log of 256 pushes of 1 MiB of lines. */
  @State(Scope.Benchmark)
  public static class Written {
    private static final int PUSHES = 256;

    /** Whether pushes came as snappy blocks. */
    @Param({"true", "false"})
    public boolean body;

    private final Path directory = TemporaryDirectory.create();

    /** Writes it. */
    @Setup
    public void write() {
      try (WalWriter writer = writer(directory, WalSync.NEVER)) {
        EntryBatch batch = batch(1 << 20, body);
        for (int i = 0; i < PUSHES; i++) {
          WalRecord record = WalRecord.push(TENANT, batch, i);
          writer.reserve(record);
          writer.append(record).join();
        }
      }
    }

    /** Deletes it. */
    @TearDown
    public void delete() throws IOException {
      TemporaryDirectory.delete(directory);
    }
  }

  /** From files to memory: every record read, verified, decoded and appended to a head that is thrown away at 64 MiB. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  public WalRecovery.Found replay(Written log, Raw raw) throws IOException {
    HeadGeneration[] head = {new HeadGeneration()};
    return WalRecovery.recover(
        options(log.directory, WalSync.NEVER),
        new DamageLog(damage -> {}),
        log.directory.resolve("quarantine"),
        (place, tenant, batch) -> {
          raw.lineMegabytes += batch.lineBytes() / 1e6;
          if (head[0].bytes() > 64L << 20) {
            head[0] = new HeadGeneration();
          }
          // Another tenant each time: the pushes are equal, and duplicates would not be copied.
          head[0].append(new Tenant("t" + place.lsn()), batch, 0);
        },
        64);
  }
}
