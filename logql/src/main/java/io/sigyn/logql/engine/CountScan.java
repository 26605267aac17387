package io.sigyn.logql.engine;

import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.range.StepRange;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.range.Sums;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.vector.LabelledPoints;
import io.sigyn.model.EntryBlock;
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
final class CountScan {
  private final MetricPlan.Range plan;
  private final int windows;
  private final boolean bytes;
  private final StepRange stepRange;
  private final int maxSeries;
  private final Rows rows = new Rows();
  private final Line line = new Line();
  private final Map<Labels, Sums> series = new TreeMap<>();
  private final Map<Labels, Map<Labels, Sums>> byStream = new HashMap<>();

  /**
   * A scan without lines.
   *
   * @param maxSeries the most series; 0 is no limit
   */
  CountScan(MetricPlan.Range plan, Steps steps, int maxSeries) {
    this.plan = plan;
    this.windows = steps.count();
    this.bytes = plan.op() == RangeOp.BYTES_OVER_TIME || plan.op() == RangeOp.BYTES_RATE;
    this.stepRange = new StepRange(steps, plan.window(), plan.offset());
    this.maxSeries = maxSeries;
  }

  /** Adds the lines of a block; answers how many passed the filters. */
  int add(EntryBlock block) {
    return plan.logs().pipeline().stages().isEmpty() ? addRuns(block) : addLines(block);
  }

  private int addLines(EntryBlock block) {
    plan.logs().pipeline().select(block, rows);
    int lines = 0;
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      if (stepRange.locate(block.timestamp(r)) && plan.logs().pipeline().run(block, r, line)) {
        PipelineErrors.check(line.labels(), plan.logs().pipeline());
        lines++;
        Sums sums = sums(key(line.labels()));
        sums.add(stepRange.first(), stepRange.last(), 1, (long) line.to() - line.from());
      }
    }
    return lines;
  }

  private int addRuns(EntryBlock block) {
    plan.logs().pipeline().select(block, rows);
    Map<Labels, Sums> known = byStream.computeIfAbsent(block.stream(), l -> new HashMap<>());
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
        sums = known.get(now);
        if (sums == null) {
          sums = sums(block.stream(), now);
          known.put(now, sums);
        }
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
      sums.add(stepRange.first(), stepRange.last(), run, size);
      lines += run;
    }
    return lines;
  }

  /** The metadata of a row as far as it tells series apart: of a group it often does not. */
  private Labels distinguishing(EntryBlock block, int r) {
    Labels metadata = block.metadata(r);
    if (metadata.isEmpty()) {
      return metadata;
    }
    return switch (plan.key()) {
      case KeepAll _ -> metadata;
      case KeepGroup group -> matters(group.grouping(), metadata) ? metadata : Labels.EMPTY;
    };
  }

  private static boolean matters(Grouping grouping, Labels metadata) {
    return switch (grouping.kind()) {
      case NONE -> false;
      case WITHOUT -> true;
      case BY -> {
        for (String name : grouping.labels()) {
          for (int i = 0; i < metadata.size(); i++) {
            // A name that the stream has too appears with a suffix.
            if (name.startsWith(metadata.name(i))) {
              yield true;
            }
          }
        }
        yield false;
      }
    };
  }

  private Sums sums(Labels stream, Labels metadata) {
    line.labels().begin(stream, metadata);
    return sums(key(line.labels()));
  }

  private Labels key(LabelScratch labels) {
    return switch (plan.key()) {
      case KeepAll _ -> labels.all();
      case KeepGroup group -> labels.group(group.grouping());
    };
  }

  private Sums sums(Labels key) {
    Sums sums = series.computeIfAbsent(key, l -> new Sums(windows, bytes));
    if (maxSeries > 0 && series.size() > maxSeries) {
      throw MetricQueryRun.tooManySeries(maxSeries);
    }
    return sums;
  }

  /** The series, ascending by labels. */
  List<LabelledPoints> series() {
    boolean perSecond = plan.op() == RangeOp.RATE || plan.op() == RangeOp.BYTES_RATE;
    double divisor = perSecond ? plan.window() / 1e9 : 1;
    List<LabelledPoints> result = new ArrayList<>(series.size());
    series.forEach((key, sums) -> result.add(new LabelledPoints(key, sums.points(divisor))));
    return result;
  }
}
