package io.sigyn.server.read.cache;

import io.sigyn.model.EntryBatch;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which minutes of one tenant's time have got entries, and since when: by a clock that counts the queries. A query takes a
 * stamp before it reads anything. A minute that was touched before the stamp was taken has nothing that the query does not
 * see; one that was touched later may have. Safe for use by many threads.
 */
final class Touches {
  static final long MINUTE = 60_000_000_000L;

  /** Minutes that are remembered: two weeks. */
  static final int MOST = 20_160;

  private final NavigableMap<Long, Long> minutes = new TreeMap<>();
  private final AtomicLong clock;

  /** Whatever was read with this stamp or an earlier one is in doubt. */
  private long forgotten;

  /**
   * Nothing is known of what came before.
   *
   * @param clock of all tenants
   */
  Touches(AtomicLong clock) {
    this.clock = clock;
    this.forgotten = clock.get();
  }

  /** A stamp for a query that has not read anything yet. */
  synchronized long stamp() {
    return clock.incrementAndGet();
  }

  /** Takes note of entries that queries can see. */
  synchronized void touch(EntryBatch batch) {
    long now = clock.get();
    long last = Long.MIN_VALUE;
    for (int e = 0; e < batch.entries(); e++) {
      long minute = Math.floorDiv(batch.timestamp(e), MINUTE);
      if (minute != last) {
        minutes.put(minute, now);
        last = minute;
      }
    }
    if (minutes.size() > MOST) {
      minutes.clear();
      forgotten = now;
    }
  }

  /**
   * Times between two that are in doubt.
   *
   * @param first nanoseconds since the Unix epoch
   * @param end behind the last one; not after the first when nothing is in doubt
   */
  record Doubt(long first, long end) {
    static final Doubt NONE = new Doubt(Long.MAX_VALUE, Long.MIN_VALUE);
    static final Doubt ALL = new Doubt(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean isNone() {
      return end <= first;
    }
  }

  /**
   * The shortest range that holds every entry between two times that the query with the stamp may not have seen.
   *
   * @param first nanoseconds since the Unix epoch
   * @param last not before the first
   */
  synchronized Doubt since(long stamp, long first, long last) {
    if (stamp <= forgotten) {
      return Doubt.ALL;
    }
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (Map.Entry<Long, Long> touched :
        minutes.subMap(Math.floorDiv(first, MINUTE), true, Math.floorDiv(last, MINUTE), true).entrySet()) {
      if (touched.getValue() >= stamp) {
        oldest = Math.min(oldest, touched.getKey());
        newest = touched.getKey();
      }
    }
    return oldest == Long.MAX_VALUE ? Doubt.NONE : new Doubt(oldest * MINUTE, (newest + 1) * MINUTE);
  }
}
