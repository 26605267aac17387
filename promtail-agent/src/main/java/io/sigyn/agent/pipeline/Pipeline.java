package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The stages of a job. Safe for use by several threads: each file has its own stages, made by {@link #open}. */
public final class Pipeline {
  private final List<StageSpec> specs;
  private final List<MetricSpec> metrics;

  Pipeline(List<StageSpec> specs, List<MetricSpec> metrics) {
    this.specs = List.copyOf(specs);
    this.metrics = List.copyOf(metrics);
  }

  /** What its stages export. */
  List<MetricSpec> metrics() {
    return metrics;
  }

  /**
   * The way of one file's lines.
   *
   * @param path the file, for messages
   * @param labels that a line has in the beginning; asked for each line
   * @param out takes what comes out; its entry is valid until it returns
   */
  public LineSink open(String path, Supplier<Labels> labels, PipelineHome home, Consumer<Entry> out) {
    AgentBlock agent = home.agent();
    StageContext context =
        new StageContext(
            path, home.clock(), home.counters(), home.metrics(), agent.compat(),
            TemplateFunctions.reading(agent.templateEnv()), (int) agent.tail().maxLineBytes().bytes(), home.inspection());
    StageChain stages = new StageChain(specs.stream().map(spec -> spec.open(context)).toList(), home.counters());
    return new Run(stages, labels, out);
  }

  private static final class Run implements LineSink {
    private final StageChain stages;
    private final Supplier<Labels> labels;
    private final Consumer<Entry> out;
    private final Entry entry = new Entry();

    Run(StageChain stages, Supplier<Labels> labels, Consumer<Entry> out) {
      this.stages = stages;
      this.labels = labels;
      this.out = out;
    }

    @Override
    public void line(Line line) {
      entry.reset(line, labels.get());
      if (stages.process(entry, 0)) {
        out.accept(entry);
      }
    }

    @Override
    public long heldFrom() {
      return stages.heldFrom();
    }

    @Override
    public boolean isReady() {
      return stages.isReady();
    }

    @Override
    public long patience() {
      return stages.patience();
    }

    @Override
    public void flush(Line context) {
      entry.reset(context, labels.get());
      stages.flush(entry, out);
    }
  }
}
