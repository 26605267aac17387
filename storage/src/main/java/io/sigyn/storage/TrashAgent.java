package io.sigyn.storage;

import io.sigyn.storage.upkeep.Agent;
import java.time.Duration;

/** Empties the trash. */
record TrashAgent(Trash trash) implements Agent {
  @Override
  public String name() {
    return "trash";
  }

  @Override
  public Duration rest() {
    return Duration.ofSeconds(1);
  }

  @Override
  public boolean doWork() {
    trash.empty();
    return false;
  }
}
