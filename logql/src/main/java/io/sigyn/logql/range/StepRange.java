package io.sigyn.logql.range;

/**
 * Which windows a sample lies in. Window k of length {@code range} is {@code (steps.at(k) - range, steps.at(k)]}, so that
 * a sample lies in a run of neighbouring windows. Remembers the run of the last sample: in a sequence in order of time it
 * is computed once per run. For one thread.
 */
public final class StepRange {
  private final Steps steps;
  private final long range;
  private final long offset;
  private int first;
  private int last;
  private long after = Long.MAX_VALUE;
  private long until = Long.MIN_VALUE;

  /**
   * For windows that lie {@code offset} in the past.
   *
   * @param range length of a window, nanoseconds
   */
  public StepRange(Steps steps, long range, long offset) {
    this.steps = steps;
    this.range = range;
    this.offset = offset;
  }

  /** Moves to the sample at {@code nanos}; answers whether any window holds it. */
  public boolean locate(long nanos) {
    long t = nanos + offset;
    if (t <= after || t > until) {
      long step = steps.step();
      long ceil = Math.ceilDiv(t - steps.start(), step);
      long end = plus(t, range);
      long lastStep = Math.ceilDiv(end - steps.start(), step) - 1;
      after = Math.max(steps.start() + (ceil - 1) * step, steps.start() + lastStep * step - range);
      until = Math.min(steps.start() + ceil * step, plus(steps.start() + lastStep * step, step) - range);
      first = Math.clamp(ceil, 0, steps.count());
      last = Math.clamp(lastStep, -1, steps.count() - 1);
    }
    return first <= last;
  }

  /** The last sample for which the answer stays the same. */
  public long until() {
    return until - offset;
  }

  /** The first window that holds the sample. */
  public int first() {
    return first;
  }

  /** The last window that holds the sample. */
  public int last() {
    return last;
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return b > 0 && sum < a ? Long.MAX_VALUE : sum;
  }
}
