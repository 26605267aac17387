package io.sigyn.storage;

import io.sigyn.storage.upkeep.Agent;
import java.time.Duration;

/** Empties the trash after every round of the others. */
record TrashAgent(Trash trash) implements Agent {
  @Override
  public String name() {
    return "trash";
  }

  @Override
  public Duration rest() {
    return Duration.ZERO;
  }

  @Override
  public boolean doWork() {
    trash.empty();
    return false;
  }
}
