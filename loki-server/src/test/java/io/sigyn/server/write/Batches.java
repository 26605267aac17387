package io.sigyn.server.write;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes batches of text lines. */
final class Batches {
  /** 2026-01-05T13:00:00Z. */
  static final long NOW = 1_767_618_000_000_000_000L;

  private final EntryBatch.Builder builder = EntryBatch.builder(new byte[0]);
  private final ByteArrayOutputStream arena = new ByteArrayOutputStream();

  Batches stream(Labels labels) {
    builder.stream(labels);
    return this;
  }

  Batches entry(long time, String line, Labels metadata) {
    int from = arena.size();
    arena.writeBytes(line.getBytes(StandardCharsets.UTF_8));
    builder.entry(time, from, arena.size(), metadata);
    return this;
  }

  EntryBatch build() {
    return builder.arena(arena.toByteArray()).build();
  }

  static List<String> lines(EntryBatch batch) {
    List<String> lines = new ArrayList<>();
    for (int e = 0; e < batch.entries(); e++) {
      int from = batch.lineStart(e);
      lines.add(new String(batch.arena(), from, batch.lineEnd(e) - from, StandardCharsets.UTF_8));
    }
    return lines;
  }
}
