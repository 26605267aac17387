package io.sigyn.agent.pipeline;

/** A stage as configured; makes one stage for each file. Safe for use by several threads. */
@FunctionalInterface
interface StageSpec {
  /** A stage for the lines of one file. */
  Stage open(StageContext context);
}
