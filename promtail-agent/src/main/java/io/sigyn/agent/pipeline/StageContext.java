package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock.Compat;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.life.Clock;

/**
 * What stages of one file need from outside.
 *
 * @param path the file, for messages
 * @param templates what templates may call
 * @param maxLineBytes the most bytes a stage may put together
 */
record StageContext(
    String path, Clock clock, PipelineCounters counters, PipelineMetrics metrics, Compat compat, Functions templates,
    int maxLineBytes) {}
