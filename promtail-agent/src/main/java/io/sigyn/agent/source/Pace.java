package io.sigyn.agent.source;

import java.time.Duration;

/**
 * When a tail gets its next turn. A delay grows from the one before it only while the tail's state stays the same kind: the
 * fallback of a watched file, or the pause after a failure, says nothing about how soon to look once something happened.
 * All times are nanoseconds. Called by one thread at a time.
 */
final class Pace {
  private static final long WAITING_FIRST = Duration.ofMillis(250).toNanos();
  private static final long AFTER_FAILURE = Duration.ofSeconds(10).toNanos();

  /**
   * The delays of all tails of a loop.
   *
   * @param minPoll of a growing file
   * @param maxPoll of a silent file, at most
   * @param waiting of a path without a file, at most
   * @param fallback of a watched file: events may be lost, and not every change has one
   */
  record Bounds(Duration minPoll, Duration maxPoll, Duration waiting, Duration fallback) {
    /** Those of the agent. */
    static Bounds of(Duration minPoll, Duration maxPoll) {
      return new Bounds(minPoll, maxPoll, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }
  }

  private final long minPoll;
  private final long maxPoll;
  private final long waitingMax;
  private final long fallback;
  private long last;

  Pace(Bounds bounds) {
    this.minPoll = bounds.minPoll().toNanos();
    this.maxPoll = bounds.maxPoll().toNanos();
    this.waitingMax = bounds.waiting().toNanos();
    this.fallback = bounds.fallback().toNanos();
  }

  /** There is more to read. */
  long atOnce() {
    last = 0;
    return 0;
  }

  /** The file grew, or its watch has just begun and tells nothing of what happened before. */
  long soon() {
    last = minPoll;
    return minPoll;
  }

  /**
   * The file is silent and not watched.
   *
   * @param crowd the least that many such files allow
   */
  long quiet(long crowd) {
    last = Math.min(Math.max(maxPoll, crowd), Math.max(minPoll, last * 2));
    return last;
  }

  /** There is no file. */
  long waiting() {
    last = Math.min(waitingMax, Math.max(WAITING_FIRST, last * 2));
    return last;
  }

  /**
   * The file is silent and watched.
   *
   * @param untilDue when something is to be done with it though nothing happens
   */
  long resting(long untilDue) {
    last = 0;
    return Math.min(fallback, Math.max(minPoll, untilDue));
  }

  /** Reading failed. */
  long failed() {
    last = 0;
    return AFTER_FAILURE;
  }
}
