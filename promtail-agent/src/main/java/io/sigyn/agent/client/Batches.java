package io.sigyn.agent.client;

import io.sigyn.model.EntryBatch;

/** Parts of batches. */
final class Batches {
  private Batches() {}

  /** The entries {@code from .. to-1} of a batch, with the streams they belong to; lines are shared. */
  static EntryBatch part(EntryBatch batch, int from, int to) {
    EntryBatch.Builder part = EntryBatch.builder(batch.arena());
    for (int s = 0; s < batch.streams(); s++) {
      int first = Math.max(from, batch.firstEntry(s));
      int end = Math.min(to, batch.endEntry(s));
      if (first < end) {
        part.stream(batch.labels(s));
        for (int e = first; e < end; e++) {
          part.entry(batch.timestamp(e), batch.lineStart(e), batch.lineEnd(e), batch.metadata(e));
        }
      }
    }
    return part.build();
  }
}
