package io.sigyn.logql.plan;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.logql.range.Steps;
import io.sigyn.logql.stage.Sampler;
import io.sigyn.logql.syntax.BinaryOp;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.MetricExpr.Matching;
import io.sigyn.logql.syntax.RangeOp;
import io.sigyn.logql.syntax.VectorOp;
import io.sigyn.model.Labels;
import io.sigyn.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One operation of a metric query; its children come first. */
public sealed interface MetricPlan {
  /**
   * Windows over lines.
   *
   * @param window nanoseconds
   * @param per nanoseconds that rates are divided by: the window as it was written
   * @param offset nanoseconds the windows lie in the past
   * @param quantile of {@code quantile_over_time}
   * @param key which labels tell series apart
   * @param summarises whether what is known of entries may stand for them
   */
  record Range(
      Plan.Logs logs,
      RangeOp op,
      double quantile,
      long window,
      long per,
      long offset,
      Optional<Sampler> sampler,
      SeriesKey key,
      boolean summarises)
      implements MetricPlan {
    /**
     * The times of the lines that windows at these steps hold. A window is open at its start and closed at its end, the
     * answer the other way round.
     */
    public TimeRange times(Steps steps) {
      long first = minus(minus(steps.start(), window), offset);
      long last = minus(steps.end(), offset);
      return new TimeRange(plusOne(first), plusOne(last));
    }

    /** The times of the lines of several ranges, at least one. */
    public static TimeRange times(List<Range> ranges, Steps steps) {
      TimeRange all = ranges.getFirst().times(steps);
      for (Range range : ranges.subList(1, ranges.size())) {
        TimeRange times = range.times(steps);
        all = new TimeRange(Math.min(all.start(), times.start()), Math.max(all.end(), times.end()));
      }
      return all;
    }

    /**
     * The labels of streams that matter: streams that have none of them belong to the same series. Nothing when all may
     * matter.
     */
    public Optional<Set<String>> labels() {
      return logs.pipeline().readsNoStream()
              && key instanceof KeepGroup(Grouping grouping)
              && grouping.kind() != Grouping.Kind.WITHOUT
          ? Optional.of(Set.copyOf(grouping.labels()))
          : Optional.empty();
    }

    private static long minus(long a, long b) {
      long difference = a - b;
      boolean overflow = ((a ^ b) & (a ^ difference)) < 0;
      return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
    }

    private static long plusOne(long a) {
      return a == Long.MAX_VALUE ? a : a + 1;
    }
  }

  /**
   * 1 where a range has no lines.
   *
   * @param lines counts them, without labels
   * @param labels of the answer
   */
  record Absent(Range lines, Labels labels) implements MetricPlan {}

  /**
   * Several ranges over the same lines, told apart by a label.
   *
   * @param logs what all of them do to lines before anything else
   */
  record Variants(Plan.Logs logs, List<Variant> variants) implements MetricPlan {
    /** Copies the list. */
    public Variants {
      variants = List.copyOf(variants);
    }

    /** The ranges that have lines to read. */
    public List<Range> ranges() {
      return variants.stream().map(Variant::range).filter(range -> range.window() > 0).toList();
    }
  }

  /**
   * One of several.
   *
   * @param range its lines
   * @param plan the range itself, or what is made of it
   */
  record Variant(Range range, MetricPlan plan) {}

  /** What tells the series of a range apart. */
  sealed interface SeriesKey {}

  /** All labels. */
  record KeepAll() implements SeriesKey {}

  /** The labels of a group. */
  record KeepGroup(Grouping grouping) implements SeriesKey {}

  /** Groups of series. */
  record Aggregate(VectorOp op, int k, Grouping grouping, MetricPlan inner) implements MetricPlan {}

  /** Two sides that both have series. */
  record Binary(BinaryOp op, Matching matching, MetricPlan left, MetricPlan right) implements MetricPlan {}

  /**
   * The average of groups.
   *
   * @param sum of what was measured
   * @param lines all lines, measured or not
   */
  record Average(MetricPlan sum, MetricPlan lines) implements MetricPlan {}

  /**
   * Series and a number.
   *
   * @param scalarLeft whether the number is the left operand
   */
  record BinaryScalar(BinaryOp op, boolean returnBool, MetricPlan series, double scalar, boolean scalarLeft)
      implements MetricPlan {}

  /** A number. */
  record Scalar(double value) implements MetricPlan {}

  /** One series without labels. */
  record Vector(double value) implements MetricPlan {}

  /** {@code label_replace}. */
  record Replace(MetricPlan inner, String destination, String replacement, String source, GoRegexp regexp)
      implements MetricPlan {}
}
