package io.sigyn.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import io.sigyn.storage.StoreOptions.SyncMode;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.PagePool;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.wal.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

/**
 * How fast does a push reach memory, and how fast the disk? One operation is one batch of about 1 MiB of lines, so
 * operations per second read as MiB/s. Appends to the store include the flushes they cause.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx3g", "--enable-native-access=ALL-UNNAMED"})
public class HeadAppendBenchmark {
  private static final Tenant TENANT = new Tenant("bench");

  /** Batches over some number of streams; a lap later they come again with later times. */
  @State(Scope.Benchmark)
  public static class Pushes {
    private static final int COUNT = 64;
    private static final long BATCH_NANOS = 10_000_000_000L;

    /** Streams a batch is spread over. */
    @Param({"1", "100", "2000"})
    public int streams;

    private final List<EntryBatch> batches = new ArrayList<>();
    private int next;
    private long shift;

    /** Makes the batches. */
    @Setup
    public void make() {
      LogLines lines = new LogLines(1);
      for (int i = 0; i < COUNT; i++) {
        batches.add(Batches.of(lines, streams, 1 << 20, 1_700_000_000_000_000_000L + i * BATCH_NANOS));
      }
    }

    EntryBatch next() {
      EntryBatch batch = batches.get(next++);
      if (next == COUNT) {
        next = 0;
        shift += COUNT * BATCH_NANOS;
      }
      return shift == 0 ? batch : shifted(batch);
    }

    /** The same entries later, for otherwise they would be duplicates; costs a few percent of an append. */
    private EntryBatch shifted(EntryBatch batch) {
      EntryBatch.Builder later = EntryBatch.builder(batch.arena());
      for (int s = 0; s < batch.streams(); s++) {
        later.stream(batch.labels(s));
        for (int e = batch.firstEntry(s); e < batch.endEntry(s); e++) {
          later.entry(batch.timestamp(e) + shift, batch.lineStart(e), batch.lineEnd(e), batch.metadata(e));
        }
      }
      return later.build();
    }
  }

  /** A generation that gives its memory to the next one when it holds 128 MiB. */
  @State(Scope.Benchmark)
  public static class Head {
    private final PagePool pool = new PagePool(new Leases(), 512L << 20);
    private HeadGeneration generation = new HeadGeneration(pool);

    HeadGeneration generation() {
      if (generation.bytes() > 128L << 20) {
        generation.retire();
        generation = new HeadGeneration(pool);
      }
      return generation;
    }
  }

  /** A store in a directory that is deleted afterwards. */
  @State(Scope.Benchmark)
  public static class Disk {
    /** When an append counts. */
    @Param({"GROUP", "OS"})
    public SyncMode sync = SyncMode.GROUP;

    private final Path directory = TemporaryDirectory.create();
    private List<Store> open = List.of();

    /** Opens. */
    @Setup
    public void open() {
      StoreOptions options = new StoreOptions(sync, 256L << 20, Duration.ofMinutes(15), 64L << 20, 0);
      open = List.of(Store.open(directory, options, Clock.SYSTEM, new SimpleMeterRegistry()));
    }

    /** Closes and deletes. */
    @TearDown
    public void close() throws IOException {
      open.forEach(Store::close);
      TemporaryDirectory.delete(directory);
    }
  }

  /** Into memory only: lines copied, streams found, duplicates looked for. */
  @Benchmark
  public long head(Pushes pushes, Head head) {
    HeadGeneration generation = head.generation();
    generation.append(TENANT, pushes.next(), 0);
    return generation.bytes();
  }

  /** Into the form of the log only: columns, LZ4. */
  @Benchmark
  public WalRecord record(Pushes pushes) {
    return WalRecord.push(TENANT, pushes.next(), 0);
  }

  /** The whole way, waiting for each batch to be durable; one client. */
  @Benchmark
  public void store(Pushes pushes, Disk disk) {
    Store store = disk.open.getFirst();
    EntryBatch batch = pushes.next();
    try {
      store.append(TENANT, batch).join();
    } catch (LokiException e) {
      // Faster than the flush behind it: the store asks to wait, and waiting is part of what it costs.
      store.flush();
      store.append(TENANT, batch).join();
    }
  }
}
