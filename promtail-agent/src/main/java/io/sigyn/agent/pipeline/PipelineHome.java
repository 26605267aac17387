package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock;
import io.sigyn.life.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the pipelines of one client share.
 *
 * @param inspection is told, in lines of text, what each stage changes; only for people who look on
 */
public record PipelineHome(
    Clock clock,
    PipelineCounters counters,
    PipelineMetrics metrics,
    AgentBlock agent,
    Optional<Consumer<String>> inspection) {
  /** Without anybody who looks on. */
  public PipelineHome(Clock clock, PipelineCounters counters, PipelineMetrics metrics, AgentBlock agent) {
    this(clock, counters, metrics, agent, Optional.empty());
  }
}
