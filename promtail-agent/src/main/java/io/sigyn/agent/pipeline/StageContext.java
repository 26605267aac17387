package io.sigyn.agent.pipeline;

import io.sigyn.agent.config.AgentBlock.Compat;
import io.sigyn.gocompat.template.Functions;
import io.sigyn.life.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What stages of one file need from outside.
 *
 * @param path the file, for messages
 * @param templates what templates may call
 * @param maxLineBytes the most bytes a stage may put together
 * @param inspection is told what stages change
 */
record StageContext(
    String path, Clock clock, PipelineCounters counters, PipelineMetrics metrics, Compat compat, Functions templates,
    int maxLineBytes,
    Optional<Consumer<String>> inspection) {}
