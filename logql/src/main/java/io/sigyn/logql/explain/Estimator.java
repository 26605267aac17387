package io.sigyn.logql.explain;

import io.sigyn.model.LabelMatcher;
import io.sigyn.model.TimeRange;
import java.util.List;

/** Tells what a selection holds without reading it. */
@FunctionalInterface
public interface Estimator {
  /** The streams that fulfil all matchers, and their entries in the range. */
  Estimate estimate(List<LabelMatcher> matchers, TimeRange range);
}
