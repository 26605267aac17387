package io.sigyn.agent.server;

import io.sigyn.agent.diagnosis.Diagnosis;
import io.sigyn.agent.discovery.Targets;
import io.sigyn.agent.source.TailView;
import java.util.List;

/** What the pages show, true at the moment of the call. Safe for use by several threads. */
public interface Status {
  /** Why the agent is not ready, one reason an item; empty when it is. */
  List<String> notReady();

  /** What does not work although the agent is ready. */
  List<String> degraded();

  /** Every path. */
  List<TailView> files();

  /** Every target, and what became none. */
  Targets targets();

  /** What the diagnosis of links found. */
  List<Diagnosis.Shown> diagnosis();

  /** The configuration as YAML without secrets. */
  String config();

  /** All metrics in Prometheus' text format. */
  String metrics();
}
