package io.sigyn.agent;

import io.sigyn.life.Clock;
import io.sigyn.model.Labels;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many label sets may be in use at once; one is in use until an hour passed without an entry. Thread-safe. */
final class StreamLimit {
  private static final long IDLE = Duration.ofHours(1).toNanos();

  private final int most;
  private final Clock clock;
  private final Map<Labels, Long> lastUse = new HashMap<>();

  /** A limit; 0 is none. */
  StreamLimit(int most, Clock clock) {
    this.most = most;
    this.clock = clock;
  }

  /** Whether an entry with these labels may pass. */
  boolean admits(Labels labels) {
    if (most == 0) {
      return true;
    }
    synchronized (this) {
      long now = clock.ticks();
      if (!lastUse.containsKey(labels) && lastUse.size() >= most) {
        lastUse.values().removeIf(used -> now - used > IDLE);
        if (lastUse.size() >= most) {
          return false;
        }
      }
      lastUse.put(labels, now);
      return true;
    }
  }
}
