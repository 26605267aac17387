package io.sigyn.server.patterns;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.Tenant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lines on their way from pushes to the miner, at most {@value #MAX_BYTES} bytes of them. The fuller it is the fewer
 * lines it takes, each for several; when it is full it takes none. Safe for use by many threads.
 */
final class LineQueue {
  static final int MAX_BYTES = 4 << 20;

  /** Longer lines are not looked at. */
  private static final int LONGEST_LINE = 3_000;

  private static final String LEVEL = "detected_level";
  private static final String UNKNOWN = "unknown";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Lines> waiting = new ArrayDeque<>();
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicInteger bytes = new AtomicInteger();
  private boolean closed;

  /**
   * Lines of one stream.
   *
   * @param weight how many lines each of them stands for
   * @param text line i is {@code text[offsets[i], offsets[i+1])}
   */
  record Lines(
      Tenant tenant, Labels stream, int weight, byte[] text, int[] offsets, long[] times, String[] levels) {
    int size() {
      return times.length;
    }
  }

  /** Copies the lines of a batch that it has room for. */
  void offer(Tenant tenant, EntryBatch batch) {
    for (int s = 0; s < batch.streams(); s++) {
      int entries = batch.endEntry(s) - batch.firstEntry(s);
      int weight = weight();
      if (weight == 0) {
        skipped.addAndGet(entries);
      } else if (entries > 0) {
        add(copy(tenant, batch, s, weight));
      }
    }
  }

  /** For how many lines one is taken; 0 when none is. */
  private int weight() {
    int quarters = bytes.get() / (MAX_BYTES / 4);
    return switch (quarters) {
      case 0 -> 1;
      case 1 -> 4;
      case 2 -> 16;
      case 3 -> 64;
      default -> 0;
    };
  }

  private static Lines copy(Tenant tenant, EntryBatch batch, int s, int weight) {
    int first = batch.firstEntry(s);
    int most = (batch.endEntry(s) - first + weight - 1) / weight;
    int[] offsets = new int[most + 1];
    long[] times = new long[most];
    String[] levels = new String[most];
    int length = 0;
    for (int e = first; e < batch.endEntry(s); e += weight) {
      length += shortEnough(batch, e) ? batch.lineEnd(e) - batch.lineStart(e) : 0;
    }
    byte[] text = new byte[length];
    int n = 0;
    int at = 0;
    for (int e = first; e < batch.endEntry(s); e += weight) {
      if (!shortEnough(batch, e)) {
        continue;
      }
      int line = batch.lineEnd(e) - batch.lineStart(e);
      System.arraycopy(batch.arena(), batch.lineStart(e), text, at, line);
      at += line;
      String level = batch.metadata(e).get(LEVEL);
      levels[n] = level.isEmpty() ? UNKNOWN : level;
      times[n++] = batch.timestamp(e);
      offsets[n] = at;
    }
    return new Lines(
        tenant, batch.labels(s), weight, text, offsets, Arrays.copyOf(times, n), Arrays.copyOf(levels, n));
  }

  private static boolean shortEnough(EntryBatch batch, int e) {
    return batch.lineEnd(e) - batch.lineStart(e) <= LONGEST_LINE;
  }

  private void add(Lines lines) {
    lock.lock();
    try {
      if (!closed) {
        bytes.addAndGet(cost(lines));
        waiting.add(lines);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private static int cost(Lines lines) {
    return 200 + lines.text.length + 16 * lines.size();
  }

  /** The next lines, waiting for them; null when there will be none any more. */
  @Nullable Lines take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        if (closed) {
          return null;
        }
        changed.await();
      }
      Lines next = waiting.remove();
      bytes.addAndGet(-cost(next));
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more; what waits can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Bytes that wait. */
  int bytes() {
    return bytes.get();
  }

  /** Lines that found no room, ever. */
  long skipped() {
    return skipped.get();
  }
}
