package io.sigyn.logql.vector;

import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects series by their labels, step after step. Two values of one step with the same labels stay two series: nothing
 * is added up or lost.
 */
final class SeriesCollector {
  private final Map<Labels, List<PointsBuilder>> builders = new TreeMap<>();

  void add(Labels labels, int step, double value) {
    List<PointsBuilder> same = builders.computeIfAbsent(labels, l -> new ArrayList<>(1));
    for (PointsBuilder builder : same) {
      if (builder.lastStep() < step) {
        builder.add(step, value);
        return;
      }
    }
    PointsBuilder builder = new PointsBuilder();
    builder.add(step, value);
    same.add(builder);
  }

  /** The series, ascending by labels. */
  List<LabelledPoints> build() {
    List<LabelledPoints> series = new ArrayList<>();
    builders.forEach((labels, same) -> same.forEach(b -> series.add(new LabelledPoints(labels, b.build()))));
    return series;
  }
}
