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

  private Variants() {}

  /**
   * The pipeline of one variant. Compatible: its own stages see all labels of the line as a stream's, an error among them,
   * and the structured metadata once more; parsers and formats of the common stages work as for lines that are the answer.
   *
   * @param common compiled for lines
   * @param own stages after the common ones
   * @param use of the lines after both
   */
  public static Pipeline pipeline(Pipeline common, List<StageExpr> own, Use use, int number, Rewrites rewrites) {
    // Whole blocks and streams are decided by the common stages; Loki leaves out no format here.
    Rewrites byLine =
        rewrites.but(EnumSet.of(Rule.WHOLE_BLOCKS, Rule.TEXT_PRUNING, Rule.STREAM_FILTERS, Rule.IDLE_FORMATS));
    Pipeline after = Pipelines.of(own, use, byLine);
    List<Stage> stages = new ArrayList<>(common.stages());
    stages.add(new LabelsOnly(line -> line.labels().settle()));
    stages.addAll(after.stages());
    String value = String.valueOf(number);
    // Labels without a value, which a stream never has, do not survive where some are taken out.
    boolean compact =
        use.grouping().kind() == Grouping.Kind.WITHOUT
            || (use.kind() == Use.Kind.ALL_LABELS && use.unwrap().isPresent());
    stages.add(new LabelsOnly(line -> line.labels().mark(LABEL, value, compact)));
    List<Pipeline.Step> steps = new ArrayList<>(common.steps());
    steps.addAll(after.steps());
    return new Pipeline(
        common.tests(), common.pruning(), common.streamTests(), stages, after.preservesErrors(), steps);
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
