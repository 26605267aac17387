package io.sigyn.logql.engine;

import io.sigyn.logql.plan.MetricPlan;
import io.sigyn.logql.plan.MetricPlan.KeepAll;
import io.sigyn.logql.plan.MetricPlan.KeepGroup;
import io.sigyn.logql.range.Points;
import io.sigyn.logql.range.Samples;
import io.sigyn.logql.range.StepRange;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.range.WindowFunction;
import io.sigyn.logql.stage.LabelScratch;
import io.sigyn.logql.stage.Line;
import io.sigyn.logql.stage.Rows;
import io.sigyn.logql.stage.Sampler;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.vector.LabelledPoints;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the samples of every series, then computes all windows. */
final class SampleScan implements RangeScan {
  private final MetricPlan.Range plan;
  private final Sampler sampler;
  private final Steps steps;
  private final int maxSeries;
  private final QueryContext context;
  private final StepRange stepRange;
  private final Rows rows = new Rows();
  private final Line line = new Line();
  private final Map<Labels, Samples> series = new TreeMap<>();

  /**
   * A scan without samples.
   *
   * @param maxSeries the most series; 0 is no limit
   */
  SampleScan(
      MetricPlan.Range plan, Sampler sampler, Steps steps, int maxSeries, QueryContext context) {
    this.context = context;
    this.plan = plan;
    this.sampler = sampler;
    this.steps = steps;
    this.maxSeries = maxSeries;
    this.stepRange = new StepRange(steps, plan.window(), plan.offset());
  }

  @Override
  public int add(EntryBlock block) {
    plan.logs().pipeline().select(block, rows);
    int lines = 0;
    for (int r = rows.next(0); r >= 0; r = rows.next(r + 1)) {
      context.checkSometimes();
      // A line that no window holds is not looked at: its errors are nobody's.
      if (!stepRange.locate(block.timestamp(r)) || !plan.logs().pipeline().run(block, r, line)) {
        continue;
      }
      lines++;
      if (!sampler.hasSample(line)) {
        continue;
      }
      double value = sampler.sample(line);
      if (sampler.isKept(line)) {
        PipelineErrors.check(line.labels(), plan.logs().pipeline());
        context.hold(samples(line.labels()).add(block.timestamp(r), value));
      }
    }
    return lines;
  }

  /** Nothing but a line can be measured. */
  @Override
  public boolean add(EntrySummary lines) {
    return false;
  }

  @Override
  public boolean countsTimes(EntrySummary lines) {
    return false;
  }

  @Override
  public void add(EntrySummary lines, EntryTimes times) {
    throw new IllegalStateException("times are nothing to measure");
  }

  private Samples samples(LabelScratch labels) {
    Labels key = key(labels);
    PipelineErrors.checkSeries(key, labels);
    Samples samples = series.get(key);
    if (samples == null) {
      context.hold(QueryContext.SERIES_BYTES);
      samples = new Samples();
      series.put(key, samples);
    }
    if (maxSeries > 0 && series.size() > maxSeries) {
      throw MetricQueryRun.tooManySeries(maxSeries);
    }
    return samples;
  }

  /** The series of the line; what was measured is no label of it, unless it is grouped by. */
  private Labels key(LabelScratch labels) {
    return switch (plan.key()) {
      case KeepGroup g when g.grouping().kind() == Grouping.Kind.BY -> labels.group(g.grouping());
      case KeepGroup g -> {
        labels.delete(sampler.label());
        yield labels.group(g.grouping());
      }
      case KeepAll _ -> {
        labels.delete(sampler.label());
        yield labels.all();
      }
    };
  }

  @Override
  public List<LabelledPoints> series() {
    WindowFunction function = WindowFunction.of(plan.op(), plan.quantile(), plan.per());
    List<LabelledPoints> result = new ArrayList<>(series.size());
    // A query in many parts holds the samples of none but those that are read.
    for (Iterator<Map.Entry<Labels, Samples>> all = series.entrySet().iterator(); all.hasNext(); all.remove()) {
      Map.Entry<Labels, Samples> one = all.next();
      Points points = one.getValue().windows(function, steps, plan.window(), plan.offset(), context::check);
      context.hold(QueryContext.POINT_BYTES * points.size() - one.getValue().taken());
      result.add(new LabelledPoints(one.getKey(), points));
    }
    result.removeIf(one -> one.points().size() == 0);
    return result;
  }
}
