package io.sigyn.wire.otlp;

import io.sigyn.bytes.ByteSink;
import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of one request in columns, in order of arrival, and the stream of each. Lines are slices of the request,
 * or of what is written behind it. For one request.
 */
final class OtlpEntries {
  private final byte[] message;
  private final int length;
  private final ByteSink written = new ByteSink(0);
  private final Map<Labels, Integer> ids = new HashMap<>();
  private final List<Labels> streams = new ArrayList<>();
  private int[] stream = new int[64];
  private long[] times = new long[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private Labels[] metadata = new Labels[64];
  private int size;

  OtlpEntries(byte[] message, int length) {
    this.message = message;
    this.length = length;
  }

  /** Where lines are written that do not stand in the request as they are. */
  ByteSink written() {
    return written;
  }

  /** Adds an entry whose line is {@code [from, to)} of the request. */
  void slice(Labels labels, long time, int from, int to, Labels pairs) {
    add(labels, time, from, to, pairs);
  }

  /** Adds an entry whose line is what was written from {@code from} on. */
  void written(Labels labels, long time, int from, Labels pairs) {
    if ((long) length + written.size() > Integer.MAX_VALUE - 64) {
      throw new LokiException(ErrorKind.TOO_LARGE, "request body too large: its lines do not fit 2 GiB");
    }
    add(labels, time, length + from, length + written.size(), pairs);
  }

  private void add(Labels labels, long time, int from, int to, Labels pairs) {
    if (size == times.length) {
      stream = Arrays.copyOf(stream, size * 2);
      times = Arrays.copyOf(times, size * 2);
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      metadata = Arrays.copyOf(metadata, size * 2);
    }
    stream[size] = id(labels);
    times[size] = time;
    starts[size] = from;
    ends[size] = to;
    metadata[size++] = pairs;
  }

  private int id(Labels labels) {
    Integer known = ids.get(labels);
    if (known == null) {
      known = streams.size();
      ids.put(labels, known);
      streams.add(labels);
    }
    return known;
  }

  /** The entries stream by stream. */
  EntryBatch batch() {
    if (size == 0) {
      throw new LokiException(
          ErrorKind.UNPROCESSABLE, "error at least one valid stream is required for ingestion");
    }
    byte[] arena = message;
    if (written.size() > 0) {
      arena = Arrays.copyOf(message, length + written.size());
      System.arraycopy(written.array(), 0, arena, length, written.size());
    }
    int[] next = new int[streams.size() + 1];
    for (int e = 0; e < size; e++) {
      next[stream[e] + 1]++;
    }
    for (int s = 0; s < streams.size(); s++) {
      next[s + 1] += next[s];
    }
    int[] order = new int[size];
    int[] at = next.clone();
    for (int e = 0; e < size; e++) {
      order[at[stream[e]]++] = e;
    }
    EntryBatch.Builder batch = EntryBatch.builder(arena);
    for (int s = 0; s < streams.size(); s++) {
      batch.stream(streams.get(s));
      for (int i = next[s]; i < next[s + 1]; i++) {
        int e = order[i];
        batch.entry(times[e], starts[e], ends[e], metadata[e]);
      }
    }
    return batch.build();
  }
}
