package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.agent.source.Line;
import io.sigyn.agent.source.LineSink;
import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.util.List;
import java.util.function.Consumer;

/** The stages of a job. Safe for use by several threads: each file has its own stages, made by {@link #open}. */
public final class Pipeline {
  private final List<StageSpec> specs;

  Pipeline(List<StageSpec> specs) {
    this.specs = List.copyOf(specs);
  }

  /**
   * The way of one file's lines.
   *
   * @param path the file, for messages
   * @param labels every line has in the beginning
   * @param out takes what comes out; its entry is valid until it returns
   */
  public LineSink open(
      String path,
      Labels labels,
      Clock clock,
      PipelineCounters counters,
      AgentBlock agent,
      Consumer<Entry> out) {
    StageContext context =
        new StageContext(path, clock, counters, agent.compat(), (int) agent.tail().maxLineBytes().bytes());
    return new Run(new StageChain(specs.stream().map(spec -> spec.open(context)).toList(), counters), labels, out);
  }

  private static final class Run implements LineSink {
    private final StageChain stages;
    private final Labels labels;
    private final Consumer<Entry> out;
    private final Entry entry = new Entry();

    Run(StageChain stages, Labels labels, Consumer<Entry> out) {
      this.stages = stages;
      this.labels = labels;
      this.out = out;
    }

    @Override
    public void line(Line line) {
      entry.reset(line, labels);
      if (stages.process(entry, 0)) {
        out.accept(entry);
      }
    }

    @Override
    public long heldFrom() {
      return stages.heldFrom();
    }

    @Override
    public void flush(Line context) {
      entry.reset(context, labels);
      stages.flush(entry, out);
    }
  }
}
