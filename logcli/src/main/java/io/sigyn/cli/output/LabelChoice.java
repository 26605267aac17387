package io.sigyn.cli.output;

import io.sigyn.model.Labels;
import java.util.List;

/**
 * Which labels are shown.
 *
 * @param none no labels at all
 * @param include only these, unless empty
 * @param exclude not these
 */
public record LabelChoice(boolean none, List<String> include, List<String> exclude) {
  /** Every label. */
  public static final LabelChoice ALL = new LabelChoice(false, List.of(), List.of());

  /** Copies the lists. */
  public LabelChoice {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** The labels to show of a line that has these. */
  public Labels of(Labels labels) {
    if (none) {
      return Labels.EMPTY;
    }
    if (include.isEmpty() && exclude.isEmpty()) {
      return labels;
    }
    Labels.Builder kept = Labels.builder();
    labels.forEach((name, value) -> {
      if ((include.isEmpty() || include.contains(name)) && !exclude.contains(name)) {
        kept.set(name, value);
      }
    });
    return kept.build();
  }
}
