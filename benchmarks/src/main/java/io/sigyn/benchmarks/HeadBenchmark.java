package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.PagePool;
import io.sigyn.storage.leases.Leases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an entry cost on its way into memory? One operation is one entry; a batch has 1,024 of them in runs of 16 over
 * the streams. When the batches are used up, the next generation follows, with what is known of streams, and the one before
 * gives its memory back, as after a flush. With {@code -prof gc}, bytes per operation are garbage.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx3g", "-XX:+UseParallelGC"})
public class HeadBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int ENTRIES = 1024;
  private static final int RUN = 16;
  private static final long LINE_BYTES = 192L << 20;

  /** Streams the entries are spread over. */
  @Param({"1", "100", "10000"})
  public int streams;

  /** Bytes of a line. */
  @Param({"64", "236", "1024"})
  public int line;

  /** Whether entries have structured metadata: one of four sets, each in its own object per batch. */
  @Param({"false", "true"})
  public boolean metadata;

  /** Whether a batch is looked at before, so that it is in the processor's caches like one that was just read from a body. */
  @Param({"false"})
  public boolean cached;

  private final List<EntryBatch> batches = new ArrayList<>();
  private final PagePool pool = new PagePool(new Leases(), 1L << 30);
  private HeadGeneration generation = new HeadGeneration(pool);
  private int next;

  /** For the compiler, which would leave out what comes to nothing. */
  public long seen;

  /** Makes the batches over one arena. */
  @Setup
  public void make() {
    byte[] arena = new byte[ENTRIES * line];
    new Random(1).nextBytes(arena);
    // The reader of pushes gives the same object for the labels of a stream every time.
    Labels[] labels = new Labels[streams];
    Arrays.setAll(labels, Batches::stream);
    int stream = 0;
    long time = 1_700_000_000_000_000_000L;
    int count = (int) Math.max(8, LINE_BYTES / arena.length);
    for (int b = 0; b < count; b++) {
      Labels[] sets = new Labels[4];
      for (int i = 0; i < sets.length; i++) {
        sets[i] = metadata ? Labels.of("detected_level", "level-" + i) : Labels.EMPTY;
      }
      EntryBatch.Builder batch = EntryBatch.builder(arena);
      for (int e = 0; e < ENTRIES; e++) {
        if (e % (streams == 1 ? ENTRIES : RUN) == 0) {
          batch.stream(labels[stream]);
          stream = (stream + 1) % streams;
        }
        batch.entry(time += 1_000_000, e * line, (e + 1) * line, sets[e * 7 % 11 % 4]);
      }
      batches.add(batch.build());
    }
  }

  /** Not measured. */
  @Setup(Level.Invocation)
  public void look() {
    if (cached) {
      EntryBatch batch = batches.get(next % batches.size());
      for (int e = 0; e < batch.entries(); e++) {
        seen += batch.timestamp(e) + batch.lineStart(e) + batch.lineEnd(e) + batch.metadata(e).size();
      }
      for (int s = 0; s < batch.streams(); s++) {
        seen += batch.labels(s).size() + batch.endEntry(s);
      }
    }
  }

  /** Copies lines, finds streams, looks for duplicates. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public HeadGeneration append() {
    if (next == batches.size()) {
      next = 0;
      HeadGeneration following = new HeadGeneration(generation);
      generation.retire();
      following.forgetPrevious();
      generation = following;
    }
    generation.append(TENANT, batches.get(next++), 0);
    return generation;
  }
}
