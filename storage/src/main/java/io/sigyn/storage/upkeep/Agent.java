package io.sigyn.storage.upkeep;

import java.io.IOException;
import java.time.Duration;

/** A piece of background work that is done step by step. Called by one thread at a time. */
public interface Agent {
  /** Short, fit for a metric's tag. */
  String name();

  /** How long to rest when there is nothing to do. */
  Duration rest();

  /**
   * Does one step.
   *
   * @return whether another step would find something to do
   * @throws UpkeepStoppedException when the store closes; the step has left nothing behind
   */
  boolean doWork() throws IOException;
}
