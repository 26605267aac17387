package io.sigyn.wire.query;

import io.sigyn.result.QueryResult.LogStream;
import java.util.List;

/**
 * A frame of a live tail as a client reads it.
 *
 * @param streams in the order of the frame; a stream may occur several times
 * @param dropped entries that the listener was too slow for
 */
public record TailFrame(List<LogStream> streams, List<DroppedEntry> dropped) {
  /** Copies the lists. */
  public TailFrame {
    streams = List.copyOf(streams);
    dropped = List.copyOf(dropped);
  }
}
