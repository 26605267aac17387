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
      int count = steps.count();
      long ceil = Math.ceilDiv(t - steps.start(), step);
      long lastStep = Math.ceilDiv(plus(t, range) - steps.start(), step) - 1;
      // Only edges of windows that exist: the single window of an instant query has no neighbours, whatever its step is.
      long endBefore = ceil < 1 ? Long.MIN_VALUE : end(Math.min(ceil, count) - 1);
      long startBefore = lastStep < 0 ? Long.MIN_VALUE : start(Math.min(lastStep, count - 1));
      after = Math.max(endBefore, startBefore);
      long endAfter = ceil >= count ? Long.MAX_VALUE : end(Math.max(ceil, 0));
      long startAfter = lastStep + 1 >= count ? Long.MAX_VALUE : start(Math.max(lastStep + 1, 0));
      until = Math.min(endAfter, startAfter);
      first = Math.clamp(ceil, 0, steps.count());
      last = Math.clamp(lastStep, -1, steps.count() - 1);
    }
    return first <= last;
  }

  /** The last sample for which the answer stays the same. */
  public long until() {
    return until == Long.MAX_VALUE ? until : until - offset;
  }

  /** The first window that holds the sample. */
  public int first() {
    return first;
  }

  /** The last window that holds the sample. */
  public int last() {
    return last;
  }

  private long end(long window) {
    return steps.start() + window * steps.step();
  }

  private long start(long window) {
    long end = end(window);
    return end < Long.MIN_VALUE + range ? Long.MIN_VALUE : end - range;
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return b > 0 && sum < a ? Long.MAX_VALUE : sum;
  }
}
