package io.sigyn.agent.client;

import io.sigyn.bytes.ByteSink;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Entries in the order of their arrival, each linked to the next of its stream, in arrays that serve one batch after
 * another. Arrays of a megabyte that live as long as a request are what a young generation has no room for: made anew for
 * each batch, they filled the old one. Not thread-safe.
 */
final class Rows {
  private static final int NONE = -1;
  private static final int BYTES_PER_ENTRY = Long.BYTES + 3 * Integer.BYTES;

  /** The entries of one stream. */
  private static final class Chain {
    final int first;
    int last;

    Chain(int first) {
      this.first = first;
      this.last = first;
    }
  }

  /** The lines, one behind the other. */
  private final ByteSink lines;

  private final Map<Labels, Chain> streams = new LinkedHashMap<>();
  private Labels lastLabels = Labels.EMPTY;
  private Chain lastChain = new Chain(NONE);
  private long[] timestamps = new long[16];
  private int[] ends = new int[16];
  private int[] next = new int[16];
  private Labels[] metadata = new Labels[16];
  private int count;

  /**
   * No entries.
   *
   * @param expected bytes of lines
   */
  Rows(int expected) {
    this.lines = new ByteSink(expected);
  }

  /** Bytes of its arrays. */
  int footprint() {
    return lines.array().length + timestamps.length * BYTES_PER_ENTRY;
  }

  void add(Labels labels, long timestamp, byte[] b, int from, int to, Labels marks) {
    if (count == timestamps.length) {
      int capacity = count * 2;
      timestamps = Arrays.copyOf(timestamps, capacity);
      ends = Arrays.copyOf(ends, capacity);
      next = Arrays.copyOf(next, capacity);
      metadata = Arrays.copyOf(metadata, capacity);
    }
    lines.bytes(b, from, to - from);
    timestamps[count] = timestamp;
    ends[count] = lines.size();
    next[count] = NONE;
    metadata[count] = marks;
    link(labels);
    count++;
  }

  private void link(Labels labels) {
    if (lastChain.first == NONE || !labels.equals(lastLabels)) {
      lastLabels = labels;
      Chain known = streams.get(labels);
      if (known == null) {
        lastChain = new Chain(count);
        streams.put(labels, lastChain);
        return;
      }
      lastChain = known;
    }
    next[lastChain.last] = count;
    lastChain.last = count;
  }

  /** The entries stream by stream; the lines stay here, so that it is valid until {@link #clear}. */
  EntryBatch build() {
    EntryBatch.Builder builder = EntryBatch.builder(lines.array(), count);
    streams.forEach(
        (labels, chain) -> {
          builder.stream(labels);
          for (int i = chain.first; i != NONE; i = next[i]) {
            builder.entry(timestamps[i], i == 0 ? 0 : ends[i - 1], ends[i], metadata[i]);
          }
        });
    return builder.build();
  }

  /** Forgets the entries and keeps the arrays. */
  void clear() {
    Arrays.fill(metadata, 0, count, Labels.EMPTY);
    lines.clear();
    streams.clear();
    lastLabels = Labels.EMPTY;
    lastChain = new Chain(NONE);
    count = 0;
  }
}
