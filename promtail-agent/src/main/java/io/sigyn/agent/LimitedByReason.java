package io.sigyn.agent;

import io.sigyn.agent.pipeline.PipelineCounters;

/** Counts what limits dropped where there is no client to count it. */
record LimitedByReason(PipelineCounters counters) implements Delivery.Limited {
  @Override
  public void dropped(String tenant, String reason, int bytes) {
    counters.dropped(reason);
  }

  @Override
  public void cut(String tenant, String reason, int bytes) {}
}
