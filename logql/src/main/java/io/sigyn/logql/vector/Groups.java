package io.sigyn.logql.vector;

import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/** Which group a label set belongs to. */
public final class Groups {
  private Groups() {}

  /** The labels of the group; without a clause there is one group. */
  public static Labels of(Labels labels, Grouping grouping) {
    return switch (grouping.kind()) {
      case NONE -> Labels.EMPTY;
      case BY -> {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
          if (grouping.labels().contains(labels.name(i))) {
            pairs.add(labels.name(i));
            pairs.add(labels.value(i));
          }
        }
        yield Labels.ofSorted(pairs.toArray(new String[0]));
      }
      case WITHOUT -> {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
          String name = labels.name(i);
          if (!grouping.labels().contains(name) && !name.equals("__name__")) {
            pairs.add(name);
            pairs.add(labels.value(i));
          }
        }
        yield Labels.ofSorted(pairs.toArray(new String[0]));
      }
    };
  }
}
