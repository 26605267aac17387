package io.sigyn.logql.plan;

import io.sigyn.logql.range.Steps;
import io.sigyn.logql.stage.Pipeline;
import io.sigyn.model.Direction;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Selection;
import io.sigyn.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/** A query ready to run. */
public sealed interface Plan {
  /**
   * Which streams, and what happens to their lines.
   *
   * @param matchers all must hold
   */
  record Logs(List<LabelMatcher> matchers, Pipeline pipeline) {
    /** Copies the list. */
    public Logs {
      matchers = List.copyOf(matchers);
    }

    /** What to ask a source for: streams that the query names and its label filters do not rule out. */
    public Selection selection(TimeRange range, Direction direction, Selection.Order order) {
      List<LabelMatcher> all = new ArrayList<>(matchers);
      all.addAll(pipeline.streamMatchers());
      return new Selection(all, range, direction, order, pipeline.textTest());
    }
  }

  /**
   * Lines are the answer.
   *
   * @param interval nanoseconds that must lie between two lines of the answer; 0 takes all
   * @param limit the most lines, at least 0
   */
  record LogQuery(Logs logs, TimeRange range, Direction direction, int limit, long interval) implements Plan {}

  /**
   * Samples are the answer.
   *
   * @param instant whether the one step is shown as a vector or number
   * @param order how an instant answer is sorted
   */
  record MetricQuery(MetricPlan root, Steps steps, boolean instant, Order order) implements Plan {
    /** Whether a limit of series is one of the answer; of variants it is one of each. */
    public boolean isLimitedAsOne() {
      return !(root instanceof MetricPlan.Variants);
    }
  }

  /** The order of the samples of an instant answer. */
  enum Order {
    /** By labels. */
    LABELS,
    /** By value. */
    ASCENDING,
    /** By value, largest first. */
    DESCENDING
  }
}
