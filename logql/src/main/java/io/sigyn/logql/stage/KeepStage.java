package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.StageExpr.LabelPick;
import io.sigyn.model.Labels;
import java.util.List;

/** {@code keep}; errors always stay. */
final class KeepStage implements Stage {
  private final List<LabelPick> picks;

  KeepStage(List<LabelPick> picks) {
    this.picks = List.copyOf(picks);
  }

  @Override
  public boolean apply(Line line) {
    LabelScratch labels = line.labels();
    Labels all = labels.all();
    for (int i = 0; i < all.size(); i++) {
      String name = all.name(i);
      boolean internal =
          name.equals(LabelScratch.ERROR)
              || name.equals(LabelScratch.ERROR_DETAILS)
              || name.equals(LabelScratch.PRESERVE_ERROR);
      if (!internal && !isPicked(name, all.value(i))) {
        labels.delete(name);
      }
    }
    return true;
  }

  private boolean isPicked(String name, String value) {
    for (LabelPick pick : picks) {
      if (pick.name().equals(name)) {
        switch (pick) {
          case LabelPick.Named _ -> {
            return true;
          }
          case LabelPick.Matching m -> {
            if (m.matcher().matches(value)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }
}
