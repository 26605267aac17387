package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.plan.Plan;
import io.sigyn.logql.range.Points;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.vector.Aggregation;
import io.sigyn.logql.vector.BinaryOperation;
import io.sigyn.logql.vector.LabelReplacement;
import io.sigyn.logql.vector.LabelledPoints;
import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.Labels;
import io.sigyn.model.Selection;
import io.sigyn.result.QueryResult;
import io.sigyn.result.QueryResult.Sample;
import io.sigyn.result.QueryResult.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A metric query on its way: every operation is evaluated for all steps at once, children first. */
final class MetricQueryRun {
  private final Plan.MetricQuery query;
  private final Steps steps;
  private final EntrySource source;
  private final QueryContext context;

  /** The series of ranges that were read with others. */
  private final IdentityHashMap<MetricPlan.Range, List<LabelledPoints>> read = new IdentityHashMap<>();

  MetricQueryRun(Plan.MetricQuery query, EntrySource source, QueryContext context) {
    this.query = query;
    this.steps = query.steps();
    this.source = source;
    this.context = context;
  }

  QueryResult run() {
    if (query.root() instanceof MetricPlan.Scalar scalar && query.instant()) {
      return new QueryResult.Scalar(millis(0), scalar.value());
    }
    // A range that is the whole answer stops at the limit; what is aggregated further may be as wide as it likes.
    List<LabelledPoints> series =
        query.root() instanceof MetricPlan.Range range
            ? range(range, context.maxSeries())
            : evaluate(query.root());
    // A series without a value is none of the answer.
    series = series.stream().filter(one -> one.points().size() > 0).toList();
    if (query.isLimitedAsOne()) {
      context.checkSeries(series.size());
    }
    return query.instant() ? vector(series) : matrix(series);
  }

  private List<LabelledPoints> evaluate(MetricPlan plan) {
    return switch (plan) {
      case MetricPlan.Range range -> range(range, 0);
      case MetricPlan.Variants variants -> variants(variants);
      case MetricPlan.Absent absent -> absent(absent);
      case MetricPlan.Aggregate a ->
          Aggregation.apply(a.op(), a.k(), a.grouping(), evaluate(a.inner()), steps.count(), context::check);
      case MetricPlan.Binary b ->
          BinaryOperation.apply(
              b.op(), b.matching(), evaluate(b.left()), evaluate(b.right()), steps.count(), context::check);
      case MetricPlan.Average a ->
          BinaryOperation.divide(evaluate(a.sum()), evaluate(a.lines()), steps.count(), context::check);
      case MetricPlan.BinaryScalar b ->
          BinaryOperation.applyScalar(
              b.op(), b.returnBool(), evaluate(b.series()), b.scalar(), b.scalarLeft());
      case MetricPlan.Scalar s -> everywhere(s.value());
      case MetricPlan.Vector v -> everywhere(v.value());
      case MetricPlan.Replace r ->
          LabelReplacement.apply(
              evaluate(r.inner()), r.destination(), r.replacement(), r.source(), r.regexp());
    };
  }

  private List<LabelledPoints> range(MetricPlan.Range range, int maxSeries) {
    List<LabelledPoints> known = read.remove(range);
    if (known != null) {
      return known;
    }
    RangeScan scan = scan(range, maxSeries);
    if (range.window() > 0) {
      read(List.of(range), List.of(scan));
    }
    return scan.series();
  }

  private RangeScan scan(MetricPlan.Range range, int maxSeries) {
    return range.sampler().isPresent()
        ? new SampleScan(range, range.sampler().get(), steps, maxSeries, context)
        : new CountScan(range, steps, maxSeries, context);
  }

  /** Reads the lines of all variants once, then makes of each what the query makes of it. */
  private List<LabelledPoints> variants(MetricPlan.Variants plan) {
    List<MetricPlan.Range> ranges = plan.ranges();
    context.hold(QueryContext.SCAN_BYTES * ranges.size());
    List<RangeScan> scans = ranges.stream().map(range -> scan(range, 0)).toList();
    if (!ranges.isEmpty()) {
      read(ranges, scans);
    }
    for (int i = 0; i < scans.size(); i++) {
      read.put(ranges.get(i), scans.get(i).series());
    }
    List<LabelledPoints> all = new ArrayList<>();
    plan.variants().forEach(variant -> all.addAll(evaluate(variant.plan())));
    all.sort(Comparator.comparing(LabelledPoints::labels));
    return all;
  }

  /** 1 at every step without lines. */
  private List<LabelledPoints> absent(MetricPlan.Absent plan) {
    BitSet present = new BitSet(steps.count());
    for (LabelledPoints one : range(plan.lines(), 0)) {
      for (int step : one.points().steps()) {
        present.set(step);
      }
    }
    int[] absent = IntStream.range(0, steps.count()).filter(k -> !present.get(k)).toArray();
    double[] ones = new double[absent.length];
    Arrays.fill(ones, 1);
    return absent.length == 0 ? List.of() : List.of(new LabelledPoints(plan.labels(), new Points(absent, ones)));
  }

  /**
   * Hands the entries of ranges to their scans. All ranges have the same selector and the same first stages; they differ
   * in their windows and in what they do to lines then.
   */
  private void read(List<MetricPlan.Range> ranges, List<RangeScan> scans) {
    Plan.Logs logs = ranges.getFirst().logs();
    Selection selection =
        logs.selection(MetricPlan.Range.times(ranges, steps), Direction.FORWARD, Selection.Order.STREAM);
    boolean summarises = ranges.stream().allMatch(MetricPlan.Range::summarises);
    // Where known numbers may stand for lines, their times and metadata do for the rest.
    Selection wanted = summarises ? selection.withoutText() : selection;
    // Streams that are known together are all read, one by one, when one scan has to: another must not have counted them.
    Optional<Set<String>> labels =
        summarises && ranges.size() == 1 ? ranges.getFirst().labels() : Optional.empty();
    if (labels.isPresent()) {
      wanted = wanted.withLabels(labels.get());
    }
    try (EntryCursor cursor = source.select(wanted, context.stats())) {
      List<RangeScan> left = new ArrayList<>();
      boolean more = true;
      while (more) {
        context.check();
        EntrySummary summary = summarises ? cursor.summary() : null;
        if (summary != null && logs.pipeline().rejects(summary.stream())) {
          cursor.skip();
          continue;
        }
        left.clear();
        for (RangeScan scan : scans) {
          if (summary == null || !scan.add(summary)) {
            left.add(scan);
          }
        }
        if (summary != null && !left.isEmpty() && left.stream().allMatch(scan -> scan.countsTimes(summary))) {
          EntryTimes times = cursor.times();
          if (times != null) {
            left.forEach(scan -> scan.add(summary, times));
            left.clear();
          }
        }
        if (left.isEmpty() && summary != null) {
          context.stats().postFilterLines += summary.rows();
          cursor.skip();
          continue;
        }
        more = cursor.next();
        if (more && !logs.pipeline().rejects(cursor.block().stream())) {
          context.stats().postFilterLines += most(left, cursor.block());
        }
      }
    }
  }

  private int most(List<RangeScan> scans, EntryBlock block) {
    int lines = 0;
    for (RangeScan scan : scans) {
      context.checkSometimes();
      lines = Math.max(lines, scan.add(block));
    }
    return lines;
  }

  private List<LabelledPoints> everywhere(double value) {
    int[] all = new int[steps.count()];
    Arrays.setAll(all, k -> k);
    double[] values = new double[all.length];
    Arrays.fill(values, value);
    return List.of(new LabelledPoints(Labels.EMPTY, new Points(all, values)));
  }

  private QueryResult vector(List<LabelledPoints> series) {
    List<Sample> samples = new ArrayList<>(series.size());
    for (LabelledPoints one : series) {
      samples.add(new Sample(one.labels(), millis(0), one.points().values()[0]));
    }
    switch (query.order()) {
      case LABELS -> {}
      case ASCENDING -> samples.sort(Comparator.comparingDouble(Sample::value));
      case DESCENDING -> samples.sort((a, b) -> descending(a.value(), b.value()));
    }
    return new QueryResult.Vector(samples);
  }

  /** NaN is last here too. */
  private static int descending(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    return Double.compare(b, a);
  }

  private QueryResult matrix(List<LabelledPoints> series) {
    List<Series> result = new ArrayList<>(series.size());
    for (LabelledPoints one : series) {
      Points points = one.points();
      long[] times = new long[points.size()];
      Arrays.setAll(times, i -> millis(points.steps()[i]));
      result.add(new Series(one.labels(), times, points.values()));
    }
    return new QueryResult.Matrix(result);
  }

  private long millis(int step) {
    return Math.floorDiv(steps.at(step), 1_000_000L);
  }

  static LokiException tooManySeries(int limit) {
    return new LokiException(
        ErrorKind.BAD_REQUEST,
        "maximum number of series (" + limit + ") reached for a single query; consider reducing query cardinality by"
            + " adding more specific stream selectors, reducing the time range, or aggregating results with functions"
            + " like sum(), count() or topk()");
  }
}
