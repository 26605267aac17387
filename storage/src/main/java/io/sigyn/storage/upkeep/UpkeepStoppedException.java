package io.sigyn.storage.upkeep;

import java.io.IOException;

/** The store closes or background work was paused; the step under way gives up. */
public final class UpkeepStoppedException extends IOException {
  private static final long serialVersionUID = 1;

  /** Without a cause; nothing went wrong. */
  public UpkeepStoppedException() {
    super("background work was stopped");
  }
}
