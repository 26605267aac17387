package io.sigyn.logql.vector;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.model.Labels;

/** Which group a label set belongs to. */
public final class Groups {
  private Groups() {}

  /** The labels of the group; without a clause there is one group. */
  public static Labels of(Labels labels, Grouping grouping) {
    return switch (grouping.kind()) {
      case NONE -> Labels.EMPTY;
      case BY -> {
        Labels.Builder builder = Labels.builder();
        for (String name : grouping.labels()) {
          builder.set(name, labels.get(name));
        }
        yield builder.build();
      }
      case WITHOUT -> {
        Labels.Builder builder = labels.toBuilder();
        for (String name : grouping.labels()) {
          builder.remove(name);
        }
        yield builder.remove("__name__").build();
      }
    };
  }
}
