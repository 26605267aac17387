package io.sigyn.wire.push;

import io.sigyn.model.EntryBatch;

/** Writes push bodies. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class PushWriter {
  private PushWriter() {}

  /** The batch as snappy-compressed protobuf (block format), as promtail sends it. */
  public static byte[] snappyProtobuf(EntryBatch batch) {
    throw new UnsupportedOperationException();
  }
}
