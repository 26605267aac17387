package io.sigyn.storage.wal;

import java.util.Map;
import java.util.TreeMap;

/**
 * The LSNs of records that were read, as ranges: few, for a record begins where another ends unless something is missing. Used
 * by one thread.
 */
final class LsnRanges {
  /** Ends by starts; neither overlapping nor touching. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /** Adds a record; false when it is there already. */
  boolean add(long lsn, long bytes) {
    if (has(lsn, lsn + bytes)) {
      return false;
    }
    long from = lsn;
    long to = lsn + bytes;
    Map.Entry<Long, Long> before = ranges.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    for (Map.Entry<Long, Long> next = ranges.higherEntry(from);
        next != null && next.getKey() <= to;
        next = ranges.higherEntry(from)) {
      to = Math.max(to, next.getValue());
      ranges.remove(next.getKey());
    }
    ranges.put(from, to);
    return true;
  }

  /** Whether every LSN from one to right before another is there. */
  boolean has(long from, long to) {
    Map.Entry<Long, Long> range = ranges.floorEntry(from);
    return range != null && range.getValue() >= to;
  }

  /** The first LSN from one to right before another that is not there; {@code to} when there is none. */
  long firstMissing(long from, long to) {
    Map.Entry<Long, Long> range = ranges.floorEntry(from);
    return range == null || range.getValue() <= from ? from : Math.min(range.getValue(), to);
  }

  /** The first LSN behind one that is there; {@code to} when there is none before it. */
  long firstThere(long behind, long to) {
    Long next = ranges.higherKey(behind);
    return next == null ? to : Math.min(next, to);
  }

  /** One past the highest; 0 when there is none. */
  long end() {
    return ranges.isEmpty() ? 0 : ranges.lastEntry().getValue();
  }
}
