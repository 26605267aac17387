package io.sigyn.logql.stage;

import io.sigyn.logql.syntax.StageExpr.LabelPick;
import java.util.List;

/** {@code drop}. */
final class DropStage implements Stage {
  private final List<LabelPick> picks;

  DropStage(List<LabelPick> picks) {
    this.picks = List.copyOf(picks);
  }

  @Override
  public boolean clearsErrors() {
    return picks.stream().anyMatch(pick -> pick instanceof LabelPick.Named && pick.name().equals(LabelScratch.ERROR));
  }

  @Override
  public boolean apply(Line line) {
    LabelScratch labels = line.labels();
    for (LabelPick pick : picks) {
      String name = pick.name();
      boolean applies =
          switch (pick) {
            case LabelPick.Named _ -> true;
            case LabelPick.Matching m ->
                m.matcher()
                    .matches(name.equals(LabelScratch.ERROR_DETAILS) ? labels.errorDetails() : labels.text(name));
          };
      if (!applies) {
        continue;
      }
      if (name.equals(LabelScratch.ERROR)) {
        labels.error("", labels.errorDetails());
      } else if (name.equals(LabelScratch.ERROR_DETAILS)) {
        labels.error(labels.error(), "");
      } else if (labels.get(name) != null) {
        labels.delete(name);
      }
    }
    return true;
  }
}
