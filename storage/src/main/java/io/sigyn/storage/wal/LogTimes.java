package io.sigyn.storage.wal;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Between which times the entries lie that a log has and still needs. Kept for stretches of records, so that it forgets those that the
 * log gives up. Used by one thread at a time.
 */
final class LogTimes {
  /** A stretch begins where so many LSNs have passed. */
  private static final long STRETCH = 8 << 20;

  /**
   * @param from the lowest LSN
   * @param end one past the highest
   */
  private record Stretch(long from, long end, TimeSpan times) {}

  private final Deque<Stretch> stretches = new ArrayDeque<>();
  private TimeSpan all = TimeSpan.NONE;

  /** Adds records behind those that were added before, or among the last of them. */
  void add(long from, long end, TimeSpan times) {
    all = all.and(times);
    Stretch last = stretches.peekLast();
    if (last == null || from - last.from >= STRETCH) {
      stretches.addLast(new Stretch(from, end, times));
    } else {
      stretches.removeLast();
      stretches.addLast(new Stretch(last.from, Math.max(last.end, end), last.times.and(times)));
    }
  }

  /** Forgets stretches that have nothing but lower LSNs. */
  void forget(long below) {
    stretches.removeIf(stretch -> stretch.end <= below);
    all = TimeSpan.NONE;
    stretches.forEach(stretch -> all = all.and(stretch.times));
  }

  TimeSpan all() {
    return all;
  }
}
