package io.sigyn.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sigyn.bytes.Scan;
import io.sigyn.life.Clock;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.Store;
import io.sigyn.storage.StoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/**
 * How fast is a line filter over segments? One operation reads all 64 MiB of lines of a store, decodes what is not in
 * the cache, and counts the lines that contain a needle. 64 divided by the seconds reads as MiB/s of one core.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class SegmentScanBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int BATCHES = 64;

  /** Streams the lines are spread over. */
  @Param({"20", "2000"})
  public int streams;

  /** In one line of seven, in none, and nothing at all: decoding alone. */
  @Param({"level\":\"error", "no such text", ""})
  public String needle = "";

  /** Decoded blocks in memory: none or all. */
  @Param({"false", "true"})
  public boolean cached;

  private final Path directory = TemporaryDirectory.create();
  private List<Store> open = List.of();

  /** Writes the segment. */
  @Setup
  public void fill() {
    long cache = cached ? 512L << 20 : 0;
    StoreOptions options =
        new StoreOptions(StoreOptions.SyncMode.OS, 512L << 20, Duration.ofHours(1), cache, 0);
    Store store = Store.open(directory, options, Clock.SYSTEM, new SimpleMeterRegistry());
    LogLines lines = new LogLines(1);
    for (int i = 0; i < BATCHES; i++) {
      store.append(TENANT, Batches.of(lines, streams, 1 << 20, 1_700_000_000_000_000_000L + i * 10_000_000_000L)).join();
    }
    store.flush();
    open = List.of(store);
  }

  /** Closes and deletes. */
  @TearDown
  public void close() throws IOException {
    open.forEach(Store::close);
    TemporaryDirectory.delete(directory);
  }

  /** How blocks of different streams follow each other. */
  @Param({"TIME", "STREAM"})
  public Selection.Order order = Selection.Order.TIME;

  /** Counts the lines with the needle. */
  @Benchmark
  public long scan() {
    Scan wanted = Scan.of(needle.getBytes(StandardCharsets.UTF_8));
    long lines = 0;
    Selection.TextTest test =
        wanted.length() == 0 ? Selection.TextTest.NONE : (text, from, to) -> wanted.in(text, from, to);
    Selection all = new Selection(List.of(), TimeRange.ALL, Direction.BACKWARD, order, test);
    try (EntryCursor cursor = open.getFirst().select(TENANT, all, new ScanStats())) {
      while (cursor.next()) {
        EntryBlock block = cursor.block();
        lines += wanted.length() == 0 ? decode(block) : count(block, wanted);
      }
    }
    return lines;
  }

  private static int decode(EntryBlock block) {
    return block.text().length > 0 && block.timestamp(0) > 0 ? block.size() : 0;
  }

  /** Searches the lines of a block in one go; behind a hit it goes on with the next line. */
  private static int count(EntryBlock block, Scan wanted) {
    int lines = 0;
    int end = block.lineStart(block.size());
    int at = wanted.indexOf(block.text(), block.lineStart(0), end);
    while (at >= 0) {
      int lineEnd = block.lineEnd(block.rowAt(at));
      boolean inside = at + wanted.length() <= lineEnd;
      lines += inside ? 1 : 0;
      // A hit over the edge of two lines is none.
      at = wanted.indexOf(block.text(), inside ? lineEnd : at + 1, end);
    }
    return lines;
  }
}
