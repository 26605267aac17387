package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The order of rows that came as they liked. */
final class RowOrder {
  private RowOrder() {}

  /** The rows in order of time, equal times as they are. */
  static int[] byTime(EntryBlock rows) {
    int n = rows.size();
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int r = 0; r < n; r++) {
      min = Math.min(min, rows.timestamp(r));
      max = Math.max(max, rows.timestamp(r));
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
    long span = max - min;
    if (span < 0 || span > Long.MAX_VALUE >>> bits) {
      return IntStream.range(0, n)
          .boxed()
          .sorted(Comparator.comparingLong(rows::timestamp))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    long[] keys = new long[n];
    for (int r = 0; r < n; r++) {
      keys[r] = (rows.timestamp(r) - min) << bits | r;
    }
    Arrays.sort(keys);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = (int) (keys[i] & (1L << bits) - 1);
    }
    return order;
  }
}
