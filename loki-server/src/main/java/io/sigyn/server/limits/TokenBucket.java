package io.sigyn.server.limits;

/**
 * A budget that refills continuously up to a burst. A request takes all it asks for or nothing; one
 * that asks for more than the burst is always refused. Time comes from a clock that never goes
 * back, so that setting the wall clock neither opens nor closes the bucket. Safe for use by many
 * threads.
 */
public final class TokenBucket {
  private double tokens;
  private long lastTicks;
  private boolean started;

  /**
   * Takes {@code amount} if it is there.
   *
   * @param amount not negative
   * @param perSecond how fast the bucket refills; may differ from call to call, as limits are
   *     changed while running
   * @param burst how much it holds
   * @param ticks nanoseconds of a clock that never goes back
   */
  public synchronized boolean take(double amount, double perSecond, double burst, long ticks) {
    if (!started) {
      tokens = burst;
      started = true;
    } else {
      tokens = Math.min(burst, tokens + Math.max(0, ticks - lastTicks) / 1e9 * perSecond);
    }
    lastTicks = ticks;
    if (amount > tokens) {
      return false;
    }
    tokens -= amount;
    return true;
  }
}
