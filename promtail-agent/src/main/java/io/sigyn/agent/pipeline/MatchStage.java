package io.sigyn.agent.pipeline;

import io.sigyn.config.ConfigNode;
import java.util.List;
import java.util.function.Consumer;

/** Runs stages for the entries a selector accepts, or drops those. */
final class MatchStage implements Stage {
  /** What to do with accepted entries. */
  enum Action {
    /** Run the stages. */
    KEEP,
    /** Drop them. */
    DROP
  }

  /**
   * The options.
   *
   * @param pipelineName accepted; there is one set of counters
   */
  record Options(
      String selector, List<ConfigNode> stages, Action action, String pipelineName, String dropCounterReason) {
    static final Options DEFAULT = new Options("", List.of(), Action.KEEP, "", "match_stage");
  }

  private final Selector selector;
  private final Options options;
  private final StageChain stages;
  private final StageContext context;

  MatchStage(Selector selector, Options options, StageChain stages, StageContext context) {
    this.selector = selector;
    this.options = options;
    this.stages = stages;
    this.context = context;
  }

  @Override
  public boolean process(Entry entry) {
    if (!selector.accepts(entry)) {
      return true;
    }
    if (options.action() == Action.DROP) {
      context.counters().dropped(options.dropCounterReason());
      return false;
    }
    return stages.process(entry, 0);
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
  public void flush(Entry entry, Consumer<Entry> next) {
    stages.flush(entry, next);
  }
}
