package io.sigyn.storage.segment;

import io.sigyn.bytes.ByteSink;
import io.sigyn.bytes.ByteSource;
import io.sigyn.model.EntryTimes;
import io.sigyn.storage.codec.PackedInts;

/** Many times in order, a byte or a few each: in groups, of which one is unpacked to answer a question. Immutable. */
final class SortedTimes implements EntryTimes {
  private static final int GROUP = 128;

  /** Bits of a digit by which times are put in order. */
  private static final int DIGIT = 11;

  private static final int DIGITS = (1 << DIGIT) - 1;

  private final int size;
  private final long[] firsts;
  private final int[] ends;
  private final byte[] packed;
  private final long unit;

  private SortedTimes(int size, long[] firsts, int[] ends, byte[] packed, long unit) {
    this.size = size;
    this.firsts = firsts;
    this.ends = ends;
    this.packed = packed;
    this.unit = unit;
  }

  /**
   * Puts times in order.
   *
   * @param times of one day, in any order; what is in the array afterwards means nothing
   * @param unit nanoseconds, of which differences are multiples as a rule; a smaller number makes them fewer
   */
  static SortedTimes of(long[] times, long unit) {
    long min = Long.MAX_VALUE;
    for (long time : times) {
      min = Math.min(min, time);
    }
    for (int i = 0; i < times.length; i++) {
      times[i] -= min;
    }
    long common = divides(times, unit) ? unit : 1;
    if (common > 1) {
      divide(times, common);
    }
    return pack(sorted(times), min, common);
  }

  private static boolean divides(long[] distances, long unit) {
    double inverse = 1.0 / unit;
    long rest = 0;
    for (long distance : distances) {
      rest |= distance - quotient(distance, inverse) * unit;
    }
    return rest == 0;
  }

  private static void divide(long[] distances, long unit) {
    double inverse = 1.0 / unit;
    for (int i = 0; i < distances.length; i++) {
      distances[i] = quotient(distances[i], inverse);
    }
  }

  /** Of nanoseconds of a day, far below 2^53: exact when there is no rest, and a fraction of the time of a division. */
  private static long quotient(long distance, double inverse) {
    return (long) (distance * inverse + 0.5);
  }

  /** By digits, the lowest first: twice as quick as by comparing where the times of thousands of streams alternate. */
  private static long[] sorted(long[] numbers) {
    long all = 0;
    for (long number : numbers) {
      all |= number;
    }
    long[] from = numbers;
    long[] to = new long[numbers.length];
    for (int shift = 0; shift < 64 && all >>> shift != 0; shift += DIGIT) {
      int[] next = new int[1 << DIGIT];
      for (long number : from) {
        next[(int) (number >>> shift) & DIGITS]++;
      }
      int at = 0;
      for (int d = 0; d < next.length; d++) {
        int n = next[d];
        next[d] = at;
        at += n;
      }
      for (long number : from) {
        to[next[(int) (number >>> shift) & DIGITS]++] = number;
      }
      long[] done = to;
      to = from;
      from = done;
    }
    return from;
  }

  private static SortedTimes pack(long[] sorted, long min, long unit) {
    int groups = (sorted.length + GROUP - 1) / GROUP;
    long[] firsts = new long[groups];
    int[] ends = new int[groups];
    ByteSink packed = new ByteSink(2 * sorted.length + 16);
    for (int g = 0; g < groups; g++) {
      int from = g * GROUP;
      int to = Math.min(sorted.length, from + GROUP);
      long first = sorted[from];
      firsts[g] = min + first * unit;
      for (int i = from; i < to; i++) {
        sorted[i] -= first;
      }
      PackedInts.encode(packed, sorted, from, to);
      ends[g] = packed.size();
    }
    return new SortedTimes(sorted.length, firsts, ends, packed.toByteArray(), unit);
  }

  @Override
  public long before(long nanos) {
    int low = 0;
    int high = firsts.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firsts[middle] < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? 0 : before(nanos, low - 1);
  }

  /** The same when the last of the older ones is in this group. */
  private long before(long nanos, int group) {
    int from = group * GROUP;
    long[] times = new long[Math.min(GROUP, size - from)];
    PackedInts.decode(new ByteSource(packed, group == 0 ? 0 : ends[group - 1], ends[group]), times);
    int older = 0;
    for (long time : times) {
      older += firsts[group] + time * unit < nanos ? 1 : 0;
    }
    return (long) from + older;
  }

  /** Memory it takes, in bytes. */
  int weight() {
    return (int) Math.min(Integer.MAX_VALUE, 96L + 12L * firsts.length + packed.length);
  }
}
