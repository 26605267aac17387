package io.sigyn.agent.pipeline;

import io.sigyn.agent.source.LineSink;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stages one after the other, for the lines of one file. */
final class StageChain {
  private static final Logger log = LoggerFactory.getLogger(StageChain.class);

  private final Stage[] stages;
  private final PipelineCounters counters;
  private boolean failed;

  StageChain(List<Stage> stages, PipelineCounters counters) {
    this.stages = stages.toArray(new Stage[0]);
    this.counters = counters;
  }

  /** Runs the stages from an index on; returns whether the entry came out at the end. */
  boolean process(Entry entry, int from) {
    for (int i = from; i < stages.length; i++) {
      try {
        if (!stages[i].process(entry)) {
          return false;
        }
      } catch (RuntimeException e) {
        // A stage never costs a line: the entry goes on as it is.
        counters.error("unexpected");
        if (!failed) {
          failed = true;
          log.error("stage failed, the entry goes on as it is stage={}", stages[i].getClass().getSimpleName(), e);
        }
      }
    }
    return true;
  }

  long heldFrom() {
    long earliest = LineSink.NOTHING;
    for (Stage stage : stages) {
      earliest = Math.min(earliest, stage.heldFrom());
    }
    return earliest;
  }

  boolean isReady() {
    for (Stage stage : stages) {
      if (!stage.isReady()) {
        return false;
      }
    }
    return true;
  }

  /** The patience of those that hold something back; 0 when one of them has none of its own. */
  long patience() {
    long longest = 0;
    for (Stage stage : stages) {
      if (stage.heldFrom() != LineSink.NOTHING) {
        if (stage.patience() == 0) {
          return 0;
        }
        longest = Math.max(longest, stage.patience());
      }
    }
    return longest;
  }

  void flush(Entry entry, Consumer<Entry> next) {
    for (int i = 0; i < stages.length; i++) {
      int after = i + 1;
      stages[i].flush(
          entry,
          let -> {
            if (process(let, after)) {
              next.accept(let);
            }
          });
    }
  }
}
