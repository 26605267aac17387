package io.sigyn.benchmarks;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentInfo;
import io.sigyn.storage.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
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
 * How long does a segment take to write? One operation makes blocks of 32 MiB of lines, and index and parity of these. With
 * {@code -jvmArgsAppend -Djava.io.tmpdir=/dev/shm} no disk is waited for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class SegmentWriteBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int LINE_BYTES = 32 << 20;
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int DAY = 19_675;
  private static final long START = DAY * 86_400_000_000_000L;

  /** Streams the lines are spread over. */
  @Param({"20", "4000"})
  public int streams;

  private final Path directory = TemporaryDirectory.create();
  private final Random ids = new Random(1);
  private List<EntryBlock> rows = List.of();

  /** Makes the lines. */
  @Setup
  public void fill() {
    LogLines lines = new LogLines(1, true);
    TreeSet<Labels> sets = new TreeSet<>();
    for (int s = 0; s < streams; s++) {
      sets.add(
          Labels.of(
              "app", "app-" + s % 40, "cluster", "eu-1", "container", "main", "job", "shop/app-" + s % 40, "namespace", "shop",
              "node", "node-" + s % 12, "pod", "app-" + s % 40 + "-" + Integer.toHexString(s * 7919)));
    }
    rows = new ArrayList<>();
    for (Labels labels : sets) {
      ByteSink text = new ByteSink(LINE_BYTES / streams + 1024);
      List<Integer> ends = new ArrayList<>(List.of(0));
      while (text.size() < LINE_BYTES / streams) {
        text.bytes(lines.next(START + ends.size() * 250_000_000L));
        ends.add(text.size());
      }
      int n = ends.size() - 1;
      long[] times = new long[n];
      for (int i = 0; i < n; i++) {
        times[i] = START + (i + 1) * 250_000_000L;
      }
      int[] offsets = ends.stream().mapToInt(Integer::intValue).toArray();
      rows.add(EntryBlock.of(labels, 0, n, times, offsets, text.toByteArray()));
    }
  }

  /** Deletes. */
  @TearDown
  public void close() throws IOException {
    TemporaryDirectory.delete(directory);
  }

  /** Writes it. */
  @Benchmark
  public SegmentInfo write() throws IOException {
    SegmentId id = SegmentId.create(ids, 1);
    SegmentInfo info;
    try (SegmentWriter writer =
        new SegmentWriter(StoreFiles.LOCAL, directory, id, TENANT, DAY, 0, 1, START, BLOCK_BYTES)) {
      for (EntryBlock of : rows) {
        writer.stream(of.stream(), of.lineStart(of.size()) - of.lineStart(0));
        writer.rows(of);
      }
      info = writer.finish();
    }
    Files.delete(directory.resolve(info.fileName()));
    return info;
  }
}
