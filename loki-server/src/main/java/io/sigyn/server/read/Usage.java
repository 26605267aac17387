package io.sigyn.server.read;

import io.sigyn.life.Clock;
import io.sigyn.logql.engine.QueryContext;
import io.sigyn.logql.syntax.Parser;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryStats;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.read.QueryLimits.Range;
import io.sigyn.storage.IndexStats;
import io.sigyn.storage.Store;
import io.sigyn.storage.Volume;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How much there is: streams, entries and bytes of a selector, estimated without reading a line. Several tenants are taken
 * together. Safe for use by many threads. Every question is given the switch that stops it.
 */
public final class Usage {
  private static final long MILLI = 1_000_000L;

  private final Store store;
  private final TenantLimits limits;
  private final QueryPool pool;
  private final Clock clock;

  /** Over a store. */
  public Usage(Store store, TenantLimits limits, QueryPool pool, Clock clock) {
    this.store = store;
    this.limits = limits;
    this.pool = pool;
    this.clock = clock;
  }

  /**
   * What is asked.
   *
   * @param selector a stream selector
   * @param start nanoseconds since the Unix epoch
   * @param end nanoseconds since the Unix epoch, not before the start
   */
  public record Question(String selector, long start, long end) {}

  /**
   * What is asked about volumes.
   *
   * @param question whose selector may be {@code {}}, which is every stream
   * @param targetLabels labels to group by; none means those of the selector
   * @param limit the most groups of the answer
   * @param step length of a bucket in nanoseconds; 0 is one for the whole range
   */
  public record VolumeQuestion(
      Question question, List<String> targetLabels, Volume.Grouping grouping, int limit, long step) {
    /** Copies the list. */
    public VolumeQuestion {
      targetLabels = List.copyOf(targetLabels);
    }
  }

  /**
   * What is in the indexes.
   *
   * @param partial whether something is missing because it is lost or damaged
   */
  public record Sums(IndexStats stats, boolean partial) {}

  /** Streams, chunks, entries and bytes. */
  public CompletableFuture<Sums> stats(
      List<Tenant> tenants, Supplier<Question> asked, Consumer<Runnable> cancellation) {
    QueryLimits allowed = allowed(tenants);
    QueryContext context = context(allowed);
    return pool.run(
        tenants,
        context,
        () -> {
          Question question = asked.get();
          List<LabelMatcher> selector = Parser.parseSelector(question.selector());
          IndexStats sum = IndexStats.NONE;
          ScanStats scan = context.stats();
          Optional<Range> seen = seen(allowed, question);
          if (seen.isPresent()) {
            TimeRange range = new TimeRange(seen.get().start(), seen.get().end());
            for (Tenant tenant : among(tenants, selector)) {
              sum = sum.plus(store.stats(tenant, others(tenants, selector), range, scan));
            }
          }
          return new Sums(sum, !scan.damages().isEmpty());
        },
        cancellation);
  }

  /** A vector; with a step a matrix, unless no group has more than one value. */
  public CompletableFuture<Answer> volume(
      List<Tenant> tenants, Supplier<VolumeQuestion> asked, Consumer<Runnable> cancellation) {
    QueryLimits allowed = allowed(tenants);
    QueryContext context = context(allowed);
    long queued = clock.ticks();
    return pool.run(
        tenants,
        context,
        () -> {
          long started = clock.ticks();
          allowed.checkVolume();
          ScanStats scan = context.stats();
          QueryResult result = volume(tenants, asked.get(), allowed, scan);
          QueryStats stats = new QueryStats(new ScanStats(), started - queued, clock.ticks() - started, 0);
          return new Answer(result, stats, scan.warnings(), !scan.damages().isEmpty());
        },
        cancellation);
  }

  private QueryResult volume(
      List<Tenant> tenants, VolumeQuestion asked, QueryLimits allowed, ScanStats scan) {
    Question question = asked.question();
    List<LabelMatcher> selector =
        isEverything(question.selector()) ? List.of() : Parser.parseSelector(question.selector());
    Optional<Range> seen = seen(allowed, question);
    Map<Labels, Line> lines = new LinkedHashMap<>();
    if (seen.isPresent()) {
      long end = seen.get().end();
      long start = seen.get().start();
      while (start < end) {
        scan.check();
        long next = asked.step() == 0 ? end : nextMultiple(start, asked.step(), end);
        // A bucket ends a millisecond before the next one starts, and the last where the question does.
        long shown = next == end ? Math.floorDiv(end, MILLI) : Math.floorDiv(next, MILLI) - 1;
        TimeRange bucket = new TimeRange(start, next);
        for (Volume volume : sums(tenants, selector, bucket, asked, allowed, scan)) {
          lines.computeIfAbsent(volume.labels(), Line::new).add(shown, volume.bytes());
        }
        start = next;
      }
    }
    allowed.checkVolumes(lines.size());
    List<Line> largest =
        lines.values().stream()
            .sorted((a, b) -> Volume.LARGEST_FIRST.compare(a.total(), b.total()))
            .limit(asked.limit())
            .toList();
    return result(largest);
  }

  /** The next multiple of the step behind a time, or the end when that comes first. */
  private static long nextMultiple(long time, long step, long end) {
    long left = step - Math.floorMod(time, step);
    return left >= end - time ? end : time + left;
  }

  private List<Volume> sums(
      List<Tenant> tenants,
      List<LabelMatcher> selector,
      TimeRange range,
      VolumeQuestion asked,
      QueryLimits allowed,
      ScanStats scan) {
    List<LabelMatcher> matchers = others(tenants, selector);
    List<String> targets = asked.targetLabels();
    if (targets.isEmpty() && asked.grouping() == Volume.Grouping.SERIES) {
      targets = matchers.stream().map(LabelMatcher::name).toList();
    }
    Map<Labels, Volume> sums = new HashMap<>();
    for (Tenant tenant : among(tenants, selector)) {
      for (Volume volume :
          store.volume(tenant, matchers, range, targets, asked.grouping(), Integer.MAX_VALUE, scan)) {
        sums.merge(volume.labels(), volume, (a, b) -> new Volume(a.labels(), a.bytes() + b.bytes()));
      }
    }
    allowed.checkVolumes(sums.size());
    return sums.values().stream().sorted(Volume.LARGEST_FIRST).toList();
  }

  /** The volumes of one group over time. */
  private static final class Line {
    final Labels labels;
    final List<Long> times = new ArrayList<>();
    final List<Long> bytes = new ArrayList<>();

    Line(Labels labels) {
      this.labels = labels;
    }

    void add(long time, long volume) {
      times.add(time);
      bytes.add(volume);
    }

    Volume total() {
      return new Volume(labels, bytes.stream().mapToLong(Long::longValue).sum());
    }
  }

  private static QueryResult result(List<Line> lines) {
    if (lines.stream().allMatch(line -> line.times.size() == 1)) {
      return new QueryResult.Vector(
          lines.stream()
              .map(line -> new QueryResult.Sample(line.labels, line.times.getFirst(), line.bytes.getFirst()))
              .toList());
    }
    return new QueryResult.Matrix(
        lines.stream()
            .map(
                line ->
                    new QueryResult.Series(
                        line.labels,
                        line.times.stream().mapToLong(Long::longValue).toArray(),
                        line.bytes.stream().mapToDouble(Long::doubleValue).toArray()))
            .toList());
  }

  private static boolean isEverything(String selector) {
    String bare = selector.strip();
    return bare.length() > 1
        && bare.startsWith("{")
        && bare.endsWith("}")
        && bare.substring(1, bare.length() - 1).isBlank();
  }

  private Optional<Range> seen(QueryLimits allowed, Question question) {
    Optional<Range> seen = allowed.lookback(new Range(question.start(), question.end()), clock.epochNanos());
    seen.ifPresent(allowed::checkLength);
    return seen;
  }

  private static List<Tenant> among(List<Tenant> tenants, List<LabelMatcher> selector) {
    return tenants.size() == 1 ? tenants : TenantMatchers.accepted(tenants, selector);
  }

  private static List<LabelMatcher> others(List<Tenant> tenants, List<LabelMatcher> selector) {
    return tenants.size() == 1 ? selector : TenantMatchers.others(selector);
  }

  private QueryLimits allowed(List<Tenant> tenants) {
    return new QueryLimits(tenants.stream().map(limits::of).toList());
  }

  private QueryContext context(QueryLimits allowed) {
    return new QueryContext(clock, allowed.timeout().toNanos(), 0);
  }
}
