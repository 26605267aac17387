package io.sigyn.benchmarks;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.io.ByteArrayOutputStream;

/** Ready-made pushes. */
final class Batches {
  private Batches() {}

  /**
   * A batch of about {@code bytes} line bytes spread evenly over the streams, timestamps rising by one millisecond from
   * {@code firstTimestamp}.
   */
  static EntryBatch of(LogLines lines, int streams, int bytes, long firstTimestamp) {
    ByteArrayOutputStream arena = new ByteArrayOutputStream(bytes + 1024);
    EntryBatch.Builder builder = EntryBatch.builder(new byte[0]);
    int perStream = bytes / streams;
    long at = firstTimestamp;
    for (int s = 0; s < streams; s++) {
      builder.stream(stream(s));
      int start = arena.size();
      do {
        byte[] line = lines.next(at);
        int from = arena.size();
        arena.write(line, 0, line.length);
        builder.entry(at, from, arena.size(), Labels.EMPTY);
        at += 1_000_000;
      } while (arena.size() - start < perStream);
    }
    return builder.arena(arena.toByteArray()).build();
  }

  /** The labels of pod number {@code n}: 7 labels, as the agent makes them on a cluster. */
  static Labels stream(int n) {
    return Labels.of(
        "cluster", "prod-" + n % 2,
        "namespace", "ns-" + n % 50,
        "app", "app-" + n % 500,
        "container", "c-" + n % 3,
        "pod", "app-" + n % 500 + "-" + n,
        "node", "node-" + n % 200,
        "stream", n % 2 == 0 ? "stdout" : "stderr");
  }
}
