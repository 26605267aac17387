package io.sigyn.agent.pipeline;

/** Tokens that come at a rate and are kept up to a burst. Safe for use by several threads. */
final class TokenBucket {
  private final double perNano;
  private final double burst;
  private double tokens;
  private long filled;

  /**
   * Full.
   *
   * @param perSecond tokens a second
   */
  TokenBucket(double perSecond, double burst, long now) {
    this.perNano = perSecond / 1e9;
    this.burst = burst;
    this.tokens = burst;
    this.filled = now;
  }

  /** Takes as many of the wanted tokens as there are, in whole ones; returns how many. */
  synchronized long take(long wanted, long now) {
    tokens = Math.min(burst, tokens + Math.max(0, now - filled) * perNano);
    filled = now;
    long taken = Math.min(wanted, (long) tokens);
    tokens -= taken;
    return taken;
  }
}
