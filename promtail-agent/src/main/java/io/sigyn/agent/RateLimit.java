package io.sigyn.agent;

import io.sigyn.agent.config.LimitsConfig;
import io.sigyn.life.Clock;

/** A token bucket for lines, or no limit at all. Safe for use by several threads. */
final class RateLimit {
  private final boolean enabled;
  private final double perNano;
  private final double burst;
  private final Clock clock;
  private double tokens;
  private long filled;

  RateLimit(LimitsConfig limits, Clock clock) {
    this.enabled = limits.readlineRateEnabled();
    this.perNano = limits.readlineRate() / 1e9;
    this.burst = limits.readlineBurst();
    this.clock = clock;
    this.tokens = burst;
    this.filled = clock.ticks();
  }

  /** Takes a token; false when there is none. */
  boolean take() {
    // Asked for every line by every reader: without a limit they do not meet here.
    return !enabled || takeOne();
  }

  private synchronized boolean takeOne() {
    fill();
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Whether there is a token. */
  synchronized boolean isOpen() {
    if (!enabled) {
      return true;
    }
    fill();
    return tokens >= 1;
  }

  private void fill() {
    long now = clock.ticks();
    tokens = Math.min(burst, tokens + (now - filled) * perNano);
    filled = now;
  }
}
