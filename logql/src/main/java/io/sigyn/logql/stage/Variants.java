package io.sigyn.logql.stage;

import io.sigyn.logql.rewrite.Rewrites;
import io.sigyn.logql.rewrite.Rule;
import io.sigyn.logql.syntax.MetricExpr.Grouping;
import io.sigyn.logql.syntax.StageExpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/** Pipelines of {@code variants}: what is common to all, then what one of them does. */
public final class Variants {
  /** The label that tells variants apart; its value is the number of the variant. */
  public static final String LABEL = "__variant__";

  private final Pipeline common;
  private final Rewrites rewrites;
  private final Stage together;

  /**
   * Variants over the same stages.
   *
   * @param common compiled for lines that are the answer
   */
  public Variants(Pipeline common, Rewrites rewrites) {
    this.common = common;
    // Whole blocks and streams are decided by the common stages; Loki leaves out no format here.
    this.rewrites =
        rewrites.but(EnumSet.of(Rule.WHOLE_BLOCKS, Rule.TEXT_PRUNING, Rule.STREAM_FILTERS, Rule.IDLE_FORMATS));
    this.together = new Together(common.stages(), common.leavesLines());
  }

  /**
   * The pipeline of one variant. Compatible: its own stages see all labels of the line as a stream's, an error among
   * them, and the structured metadata once more.
   *
   * @param own stages after the common ones
   * @param use of the lines after both
   * @return its steps for people are its own
   */
  public Pipeline pipeline(int number, List<StageExpr> own, Use use) {
    Pipeline after = Pipelines.of(own, use, rewrites);
    String value = String.valueOf(number);
    // Labels without a value, which a stream never has, do not survive where some are taken out.
    boolean compact =
        use.grouping().kind() == Grouping.Kind.WITHOUT
            || (use.kind() == Use.Kind.ALL_LABELS && use.unwrap().isPresent());
    List<Stage> stages = new ArrayList<>();
    stages.add(together);
    stages.add(new LabelsOnly(line -> line.labels().settle()));
    stages.addAll(after.stages());
    stages.add(new LabelsOnly(line -> line.labels().mark(LABEL, value, compact)));
    return new Pipeline(
        common.tests(), common.pruning(), common.streamTests(), stages, after.preservesErrors(), after.steps());
  }

  /** The common stages as one: both they and the variants may be many. */
  private record Together(List<Stage> stages, boolean clearsErrors) implements Stage {
    @Override
    public boolean apply(Line line) {
      for (int i = 0; i < stages.size(); i++) {
        if (!stages.get(i).apply(line)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Something that is done to the labels of every line. */
  private record LabelsOnly(Consumer<Line> work) implements Stage {
    @Override
    public boolean apply(Line line) {
      work.accept(line);
      return true;
    }

    @Override
    public boolean clearsErrors() {
      return true;
    }
  }
}
