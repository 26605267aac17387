package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.index.StreamIndex;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

/** How long does it take to find the streams of a selector among 100,000, each with 7 labels? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class MatcherBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
  private static final int SERIES = 100_000;
  private static final long TS = 1_700_000_000_000_000_000L;

  /** Selectors by what they exercise. */
  public enum Selector {
    EQUAL(new LabelMatcher.Equal("app", "app-7")),
    THREE_EQUAL(
        new LabelMatcher.Equal("namespace", "ns-7"),
        new LabelMatcher.Equal("app", "app-107"),
        new LabelMatcher.Equal("stream", "stderr")),
    NEGATIVE(new LabelMatcher.Equal("namespace", "ns-7"), new LabelMatcher.NotEqual("stream", "stdout")),
    LITERALS(LabelMatcher.Regexp.of("app", "app-1|app-2|app-3")),
    PREFIX(LabelMatcher.Regexp.of("pod", "app-12-.*")),
    INFIX(LabelMatcher.Regexp.of("app", ".*-1.7")),
    ANY(LabelMatcher.Regexp.of("pod", ".+"));

    private final List<LabelMatcher> matchers;

    Selector(LabelMatcher... matchers) {
      this.matchers = List.of(matchers);
    }
  }

  /** What is asked for. */
  @Param public Selector selector = Selector.EQUAL;

  private final Path directory = TemporaryDirectory.create();
  private List<TenantHead> head = List.of();
  private List<StreamIndex> segment = List.of();

  /** Puts every stream into a head and into a segment, with one entry each. */
  @Setup
  public void fill() throws IOException {
    List<Labels> streams = new ArrayList<>();
    HeadGeneration generation = new HeadGeneration();
    EntryBatch.Builder batch = EntryBatch.builder(new byte[1]);
    for (int n = 0; n < SERIES; n++) {
      Labels labels = Batches.stream(n);
      streams.add(labels);
      batch.stream(labels).entry(TS + n, 0, 1, Labels.EMPTY);
    }
    generation.append(TENANT, batch.build(), 0);
    head = List.of(Objects.requireNonNull(generation.tenant(TENANT)));
    streams.sort(null);
    StoreFiles files = StoreFiles.LOCAL;
    try (SegmentWriter writer =
        new SegmentWriter(files, directory, new SegmentId(0, 0), TENANT, 0, 0, 0, 0)) {
      for (Labels labels : streams) {
        writer.stream(labels, 1);
        writer.rows(EntryBlock.of(labels, 0, 1, new long[] {TS}, new int[] {0, 1}, new byte[1]));
      }
      SegmentCache cache = new SegmentCache(files, new DamageLog(damage -> {}), 0);
      segment =
          List.of(
              Objects.requireNonNull(new Segment(writer.finish(), directory, TENANT, 0, cache).index()));
    }
  }

  /** Deletes the segment. */
  @TearDown
  public void delete() throws IOException {
    TemporaryDirectory.delete(directory);
  }

  /** Among streams in memory. */
  @Benchmark
  public int head() {
    int[] found = new int[1];
    head.getFirst().read(index -> found[0] = Matching.match(index, selector.matchers).getCardinality());
    return found[0];
  }

  /** Among the streams of a segment. */
  @Benchmark
  public int segment() {
    return Matching.match(segment.getFirst(), selector.matchers).getCardinality();
  }
}
