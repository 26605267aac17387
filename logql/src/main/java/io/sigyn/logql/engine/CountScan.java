package io.sigyn.logql.engine;

import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.range.StepRange;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.range.Sums;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.vector.LabelledPoints;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts lines and their bytes by series and window. Lines stay where they are: a run of neighbouring rows that lie in the
 * same windows and belong to the same series is one addition.
 */
final class CountScan implements RangeScan {
  private final MetricPlan.Range plan;
  private final int windows;
  private final boolean bytes;
  private final StepRange stepRange;
  private final int maxSeries;
  private final QueryContext context;
  private final Rows rows = new Rows();
  private final Line line = new Line();
  private final Map<Labels, Sums> series = new TreeMap<>();
  private final Map<Labels, Map<Labels, Sums>> byStream = new HashMap<>();
  private final boolean ignoresMetadata;
  private Labels lastMetadata = Labels.EMPTY;
  private Labels lastDistinguishing = Labels.EMPTY;

  /**
   * A scan without lines.
   *
   * @param maxSeries the most series; 0 is no limit
   */
  CountScan(MetricPlan.Range plan, Steps steps, int maxSeries, QueryContext context) {
    this.context = context;
    this.plan = plan;
    this.windows = steps.count();
    this.bytes = plan.op() == RangeOp.BYTES_OVER_TIME || plan.op() == RangeOp.BYTES_RATE;
    this.stepRange = new StepRange(steps, plan.window(), plan.offset());
    this.maxSeries = maxSeries;
    this.ignoresMetadata =
        switch (plan.key()) {
          case KeepAll _ -> false;
          case KeepGroup(Grouping grouping) ->
              switch (grouping.kind()) {
                case NONE -> true;
                case WITHOUT -> false;
                case BY -> grouping.labels().isEmpty();
              };
        };
  }

  @Override
  public int add(EntryBlock block) {
    Pipeline pipeline = plan.logs().pipeline();
    if (!pipeline.leavesLines()) {
      return addLines(block);
    }
    return pipeline.tests().isEmpty() && (ignoresMetadata || !block.hasMetadata()) ? addAll(block) : addRuns(block);
  }

  /** All lines must pass, lie in the same windows, and be told apart by what is known. */
  @Override
  public boolean add(EntrySummary lines) {
    if (!plan.logs().pipeline().keepsLines()) {
      return false;
    }
    boolean wanted = stepRange.locate(lines.minTs());
    if (lines.maxTs() > stepRange.until()) {
      return false;
    }
    if (!wanted) {
      return true;
    }
    boolean byLevel = lines.metadataBytes() > 0 && distinguishes(EntrySummary.LEVEL);
    if (lines.metadataBytes() > 0 && !lines.onlyLevels() && lines.metadataNames().stream().anyMatch(this::isOther)) {
      return false;
    }
    if (byLevel && lines.levels().isEmpty()) {
      return false;
    }
    if (!byLevel) {
      add(known(lines.stream(), Labels.EMPTY), lines.rows(), lines.lineBytes());
      return true;
    }
    for (EntrySummary.Level level : lines.levels()) {
      Labels metadata = level.value().isEmpty() ? Labels.EMPTY : Labels.of(EntrySummary.LEVEL, level.value());
      add(known(lines.stream(), metadata), level.rows(), level.lineBytes());
    }
    return true;
  }

  /** All lines must pass, and nothing they have beside their stream may tell them apart. */
  @Override
  public boolean countsTimes(EntrySummary lines) {
    return !bytes
        && plan.logs().pipeline().keepsLines()
        && (lines.metadataBytes() == 0 || lines.metadataNames().stream().noneMatch(this::distinguishes));
  }

  @Override
  public void add(EntrySummary lines, EntryTimes times) {
    long at = lines.minTs();
    long counted = 0;
    while (counted < lines.rows()) {
      context.checkSometimes();
      boolean wanted = stepRange.locate(at);
      long until = stepRange.until();
      long through = until >= lines.maxTs() ? lines.rows() : times.before(until + 1);
      if (wanted && through > counted) {
        add(known(lines.stream(), Labels.EMPTY), through - counted, 0);
      }
      counted = through;
      at = until + 1;
    }
  }

  /** Adds lines that lie in the windows that were located last. */
  private void add(Sums sums, long lines, long size) {
    long taken = sums.add(stepRange.first(), stepRange.last(), lines, size);
    if (taken != 0) {
      context.hold(taken);
    }
  }

  private boolean isOther(String name) {
    return !name.equals(EntrySummary.LEVEL) && distinguishes(name);
  }

  /** Adds all lines, whose metadata tells no series apart: only the times at the edges of windows are looked at. */
  private int addAll(EntryBlock block) {
    Sums sums = known(block.stream(), Labels.EMPTY);
    int r = 0;
    while (r < block.size()) {
      boolean wanted = stepRange.locate(block.timestamp(r));
      long until = stepRange.until();
      int next = until == Long.MAX_VALUE ? block.size() : block.firstAtOrAfter(until + 1, r + 1);
      if (wanted) {
        long size = bytes ? (long) block.lineStart(next) - block.lineStart(r) : 0;
        add(sums, next - r, size);
      }
      r = next;
    }
    return block.size();
  }

  private int addLines(EntryBlock block) {
    plan.logs().pipeline().select(block, rows);
    int lines = 0;
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      context.checkSometimes();
      if (stepRange.locate(block.timestamp(r)) && plan.logs().pipeline().run(block, r, line)) {
        PipelineErrors.check(line.labels(), plan.logs().pipeline());
        lines++;
        add(sums(line.labels()), 1, (long) line.to() - line.from());
      }
    }
    return lines;
  }

  private int addRuns(EntryBlock block) {
    plan.logs().pipeline().select(block, rows);
    int lines = 0;
    Labels metadata = Labels.EMPTY;
    @Nullable Sums sums = null;
    int r = rows.next(0);
    while (r >= 0) {
      if (!stepRange.locate(block.timestamp(r))) {
        lines++;
        r = rows.next(r + 1);
        continue;
      }
      long until = stepRange.until();
      Labels now = distinguishing(block, r);
      if (sums == null || !now.equals(metadata)) {
        metadata = now;
        sums = known(block.stream(), now);
      }
      int run = 0;
      long size = 0;
      do {
        run++;
        if (bytes) {
          size += block.lineEnd(r) - block.lineStart(r);
        }
        r = rows.next(r + 1);
      } while (r >= 0 && block.timestamp(r) <= until && distinguishing(block, r).equals(now));
      add(sums, run, size);
      lines += run;
    }
    return lines;
  }

  /** The metadata of a row as far as it tells series apart: of a group it often does not. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is looked at
  private Labels distinguishing(EntryBlock block, int r) {
    if (ignoresMetadata) {
      return Labels.EMPTY;
    }
    Labels metadata = block.metadata(r);
    if (metadata != lastMetadata) {
      lastMetadata = metadata;
      lastDistinguishing = distinguishes(metadata) ? metadata : Labels.EMPTY;
    }
    return lastDistinguishing;
  }

  private boolean distinguishes(Labels metadata) {
    for (int i = 0; i < metadata.size(); i++) {
      if (distinguishes(metadata.name(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name among the metadata may tell series apart. */
  private boolean distinguishes(String name) {
    return switch (plan.key()) {
      case KeepAll _ -> true;
      case KeepGroup(Grouping grouping) ->
          switch (grouping.kind()) {
            case NONE -> false;
            case WITHOUT -> true;
            // A name that the stream has too appears with a suffix.
            case BY -> grouping.labels().stream().anyMatch(label -> label.startsWith(name));
          };
    };
  }

  private Sums known(Labels stream, Labels metadata) {
    Map<Labels, Sums> known = byStream.computeIfAbsent(stream, l -> new HashMap<>());
    Sums sums = known.get(metadata);
    if (sums == null) {
      sums = sums(stream, metadata);
      known.put(metadata, sums);
    }
    return sums;
  }

  private Sums sums(Labels stream, Labels metadata) {
    plan.logs().pipeline().label(stream, metadata, line);
    return sums(line.labels());
  }

  private Labels key(LabelScratch labels) {
    return switch (plan.key()) {
      case KeepAll _ -> labels.all();
      case KeepGroup group -> labels.group(group.grouping());
    };
  }

  private Sums sums(LabelScratch labels) {
    Labels key = key(labels);
    PipelineErrors.checkSeries(key, labels);
    Sums sums = series.get(key);
    if (sums == null) {
      context.hold(QueryContext.SERIES_BYTES);
      sums = new Sums(windows, bytes);
      series.put(key, sums);
    }
    if (maxSeries > 0 && series.size() > maxSeries) {
      throw MetricQueryRun.tooManySeries(maxSeries);
    }
    return sums;
  }

  @Override
  public List<LabelledPoints> series() {
    boolean perSecond = plan.op() == RangeOp.RATE || plan.op() == RangeOp.BYTES_RATE;
    double divisor = perSecond ? plan.per() / 1e9 : 1;
    List<LabelledPoints> result = new ArrayList<>(series.size());
    series.forEach(
        (key, sums) -> {
          context.check();
          long held = sums.memory();
          LabelledPoints one = new LabelledPoints(key, sums.points(divisor));
          context.hold(QueryContext.POINT_BYTES * one.points().size() + sums.memory() - held);
          result.add(one);
        });
    return result;
  }
}
