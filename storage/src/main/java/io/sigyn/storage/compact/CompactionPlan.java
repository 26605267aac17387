package io.sigyn.storage.compact;

import java.util.List;

/**
 * Which segments of one day to merge. They are neighbours in the order of publication, because that is the order of arrival
 * of entries with equal times.
 *
 * <p>While a day goes on, four segments of level 0 make one of level 1. When it is over, a segment is merged with those
 * before it for as long as each of them is at most four times as large as what is behind it, so that no entry is written
 * more often than the logarithm of the day's size. Neither makes a segment larger than the bound.
 */
public final class CompactionPlan {
  /** The segments of level 0 that are worth a merge. */
  public static final int LEAST = 4;

  /** The largest segment that is made, unless a flush made a larger one. */
  public static final long MAX_BYTES = 1L << 30;

  private static final int RATIO = 4;

  /**
   * What is known of a segment.
   *
   * @param level 0 for flushed
   * @param bytes length of the file
   * @param usable whether it may be merged; damaged ones stay as they are
   */
  public record Candidate(int level, long bytes, boolean usable) {}

  /**
   * Places of segments in their day, {@code [from, to)}.
   *
   * @param from first one
   * @param to one past the last
   */
  public record Range(int from, int to) {
    /** Nothing to do. */
    public static final Range NONE = new Range(0, 0);

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
      return to <= from;
    }
  }

  private CompactionPlan() {}

  /**
   * The next merge of a day.
   *
   * @param day the day's segments in the order of publication
   * @param over whether hardly anything will be added any more
   */
  public static Range next(List<Candidate> day, boolean over) {
    return over ? overDay(day) : openDay(day);
  }

  /** The oldest segments of level 0 that follow each other, if there are enough of them. */
  private static Range openDay(List<Candidate> day) {
    int from = 0;
    long bytes = 0;
    for (int at = 0; at < day.size(); at++) {
      Candidate next = day.get(at);
      boolean fits = next.usable && next.level == 0 && bytes + next.bytes <= MAX_BYTES;
      if (fits) {
        bytes += next.bytes;
      } else {
        if (at - from >= LEAST) {
          return new Range(from, at);
        }
        boolean starts = next.usable && next.level == 0 && next.bytes <= MAX_BYTES;
        from = starts ? at : at + 1;
        bytes = starts ? next.bytes : 0;
      }
    }
    return day.size() - from >= LEAST ? new Range(from, day.size()) : Range.NONE;
  }

  private static Range overDay(List<Candidate> day) {
    for (int to = day.size(); to > 1; to--) {
      if (!day.get(to - 1).usable) {
        continue;
      }
      long bytes = day.get(to - 1).bytes;
      int from = to - 1;
      while (from > 0) {
        Candidate before = day.get(from - 1);
        if (!before.usable || bytes + before.bytes > MAX_BYTES || before.bytes > RATIO * bytes) {
          break;
        }
        bytes += before.bytes;
        from--;
      }
      if (to - from > 1) {
        return new Range(from, to);
      }
    }
    return Range.NONE;
  }
}
