package io.sigyn.wire.push;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import io.sigyn.model.ReceivedBody;
import java.util.List;
import java.util.Optional;

/** Where the readers of all formats put what they read: good streams into the batch, others beside it. */
final class Batching {
  /** More label bytes in one stream are an attack or a mistake. */
  static final int LONGEST_LABELS = 16_000_000;

  private static final int FEW = 64;

  private final List<RefusedStream> refused;
  private EntryBatch.Builder batch;
  private int streams;
  private StreamLabels current = StreamLabels.EMPTY;
  private int refusedEntries;
  private long refusedBytes;

  Batching(byte[] arena, List<RefusedStream> refused) {
    this(arena, FEW, refused);
  }

  /** With room for so many entries. */
  Batching(byte[] arena, int entries, List<RefusedStream> refused) {
    this.batch = EntryBatch.builder(arena, entries);
    this.refused = refused;
  }

  /** Forgets everything. */
  void restart(byte[] arena) {
    batch = EntryBatch.builder(arena);
    refused.clear();
    streams = 0;
    current = StreamLabels.EMPTY;
  }

  /** Starts a stream. */
  void stream(StreamLabels labels) {
    endRefused();
    current = labels;
    streams++;
    if (labels.repeated().isEmpty()) {
      batch.stream(labels.labels());
    }
  }

  /** Adds an entry to the stream started last. */
  void entry(long timestamp, int from, int to, Labels metadata) {
    if (current.repeated().isEmpty()) {
      batch.entry(timestamp, from, to, metadata);
    } else {
      refusedEntries++;
      refusedBytes += to - from;
    }
  }

  /**
   * The batch.
   *
   * @param body what the arena was decompressed from, if it was
   * @throws LokiException UNPROCESSABLE when no stream was started
   */
  EntryBatch finish(Optional<ReceivedBody> body) {
    endRefused();
    if (streams == 0) {
      throw new LokiException(
          ErrorKind.UNPROCESSABLE, "error at least one valid stream is required for ingestion");
    }
    return batch.body(body).build();
  }

  private void endRefused() {
    if (!current.repeated().isEmpty()) {
      refused.add(
          new RefusedStream(current.labels(), current.repeated(), current.pairs(), refusedEntries, refusedBytes));
      refusedEntries = 0;
      refusedBytes = 0;
    }
  }

  /** Refuses absurdly long labels. */
  static void checkLabelsSize(int bytes) {
    if (bytes > LONGEST_LABELS) {
      throw new LokiException(
          ErrorKind.TOO_LARGE,
          "request body too large: stream labels size " + bytes / 1_000_000 + " MB exceeds limit of 16 MB");
    }
  }
}
