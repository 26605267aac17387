package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import io.sigyn.storage.block.BlockFormat;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentId;
import io.sigyn.storage.segment.SegmentIndex;
import io.sigyn.storage.segment.SegmentWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to find the streams of a selector, each of which has 7 labels? A pod has six streams, so that the
 * label with the most values has a sixth as many as there are streams.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xmx3g", "--enable-native-access=ALL-UNNAMED"})
public class MatcherBenchmark {
  private static final Tenant TENANT = new Tenant("bench");
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
    FEW_VALUES(LabelMatcher.Regexp.of("app", "app-[0-9]*7")),
    PREFIX(LabelMatcher.Regexp.of("pod", "app-1.*")),
    SUFFIX(LabelMatcher.Regexp.of("pod", ".*7f")),
    INFIX(LabelMatcher.Regexp.of("pod", ".*-7f.*")),
    MANY_VALUES(LabelMatcher.Regexp.of("pod", ".*-[0-9]+[a-f]+7.*")),
    FEW_STREAMS(new LabelMatcher.Equal("app", "app-7"), LabelMatcher.Regexp.of("pod", ".*-[0-9]+[a-f]+7.*")),
    ANY(LabelMatcher.Regexp.of("pod", ".+"));

    private final List<LabelMatcher> matchers;

    Selector(LabelMatcher... matchers) {
      this.matchers = List.of(matchers);
    }
  }

  /** How many streams there are. */
  @Param({"100000", "1000000"})
  public int series = 100_000;

  /** What is asked for. */
  @Param public Selector selector = Selector.EQUAL;

  /** The same streams in memory and in a segment. */
  private record Prepared(TenantHead head, SegmentIndex segment, SegmentCache cache, SegmentId id) {
    static Prepared of(int series) {
      List<Labels> streams = new ArrayList<>();
      HeadGeneration generation = new HeadGeneration();
      EntryBatch.Builder batch = EntryBatch.builder(new byte[1]);
      for (int n = 0; n < series; n++) {
        Labels labels = labels(n);
        streams.add(labels);
        batch.stream(labels).entry(TS + n, 0, 1, Labels.EMPTY);
      }
      generation.append(TENANT, batch.build(), 0);
      streams.sort(null);
      SegmentCache cache = new SegmentCache(StoreFiles.LOCAL, new DamageLog(damage -> {}), 0);
      SegmentId id = new SegmentId(0, 0);
      SegmentIndex segment = segment(streams, id, cache);
      return new Prepared(Objects.requireNonNull(generation.tenant(TENANT)), segment, cache, id);
    }

    private static SegmentIndex segment(List<Labels> streams, SegmentId id, SegmentCache cache) {
      Path directory = TemporaryDirectory.create();
      try (SegmentWriter writer = new SegmentWriter(StoreFiles.LOCAL, directory, id, TENANT, 0, 0, 0, 0, BlockFormat.TARGET_BYTES)) {
        for (Labels labels : streams) {
          writer.stream(labels, 1);
          writer.rows(EntryBlock.of(labels, 0, 1, new long[] {TS}, new int[] {0, 1}, new byte[1]));
        }
        SegmentIndex index = new Segment(writer.finish(), directory, TENANT, 0, cache).index();
        TemporaryDirectory.delete(directory);
        return Objects.requireNonNull(index);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** With {@code -f 0} all measurements of a size share one set of streams, which take longer to make than to measure. */
  private static final Map<Integer, Prepared> PREPARED = new ConcurrentHashMap<>();

  private @Nullable Prepared prepared;

  private static Labels labels(int n) {
    int pod = n / 6;
    return Labels.of(
        "cluster", "prod-" + pod % 2,
        "namespace", "ns-" + pod % 50,
        "app", "app-" + pod % 499,
        "container", "c-" + n % 3,
        "pod", "app-" + pod % 499 + "-" + Integer.toHexString(pod * 0x9E3779B1),
        "node", "node-" + pod % 200,
        "stream", n % 6 < 3 ? "stdout" : "stderr");
  }

  /** Puts every stream into a head and into a segment, with one entry each. */
  @Setup
  public void fill() {
    prepared = PREPARED.computeIfAbsent(series, Prepared::of);
  }

  private Prepared streams() {
    return Objects.requireNonNull(prepared);
  }

  /** Among streams in memory. */
  @Benchmark
  public int head() {
    int[] found = new int[1];
    streams().head.read(index -> found[0] = Matching.match(index, selector.matchers).getCardinality());
    return found[0];
  }

  /** Among the streams of a segment, nothing remembered. */
  @Benchmark
  public int segment() {
    streams().cache.forget(streams().id);
    return Matching.match(streams().segment, selector.matchers).getCardinality();
  }

  /** Among the streams of a segment, asked again and again. */
  @Benchmark
  public int segmentAgain() {
    return Matching.match(streams().segment, selector.matchers).getCardinality();
  }

  /** The label sets of the streams of a segment. */
  @Benchmark
  public int seriesOfSegment() {
    int[] sum = new int[1];
    SegmentIndex index = streams().segment;
    Matching.match(index, selector.matchers).forEach((int ref) -> sum[0] += index.labels(ref).size());
    return sum[0];
  }

  /** The values of the label with the most of them, of the streams of a segment. */
  @Benchmark
  public int valuesOfSegment() {
    int[] sum = new int[1];
    SegmentIndex index = streams().segment;
    index.values("pod", Matching.match(index, selector.matchers), value -> sum[0]++);
    return sum[0];
  }
}
