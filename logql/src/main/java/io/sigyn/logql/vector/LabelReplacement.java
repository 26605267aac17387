package io.sigyn.logql.vector;

import io.sigyn.gocompat.regexp.GoRegexp;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;

/** {@code label_replace}. */
public final class LabelReplacement {
  private LabelReplacement() {}

  /** Sets {@code destination} where the whole source label matches; two series may end up with the same labels. */
  public static List<LabelledPoints> apply(
      List<LabelledPoints> series, String destination, String replacement, String source, GoRegexp regexp) {
    List<LabelledPoints> result = new ArrayList<>(series.size());
    for (LabelledPoints one : series) {
      Labels labels = one.labels();
      String value = regexp.expand(labels.get(source), replacement);
      if (value != null) {
        labels = labels.toBuilder().set(destination, value).build();
      }
      result.add(new LabelledPoints(labels, one.points()));
    }
    result.sort((a, b) -> a.labels().compareTo(b.labels()));
    return result;
  }
}
