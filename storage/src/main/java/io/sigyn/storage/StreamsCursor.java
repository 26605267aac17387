package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.segment.BlockReader;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a selection, one after another. They come in the order of a segment, in which neighbours share blocks, so
 * that every block is read and decoded once.
 */
final class StreamsCursor extends SelectionCursor {
  private final Queue<StreamMerge> streams;

  /** Gives the lease back when it is closed. */
  StreamsCursor(
      List<StreamMerge> streams,
      Direction direction,
      BlockReader reader,
      ScanStats stats,
      Leases.Lease lease) {
    super(direction, reader, stats, lease);
    this.streams = new ArrayDeque<>(streams);
  }

  @Override
  @Nullable StreamMerge ahead() {
    for (StreamMerge stream = streams.peek(); stream != null; stream = streams.peek()) {
      stream.prepare();
      if (stream.bound().isPresent()) {
        return stream;
      }
      streams.remove();
    }
    return null;
  }

  @Override
  void passed(StreamMerge stream) {
    // It stays in front until nothing is left of it.
  }

  @Override
  @Nullable EntryBlock take() {
    for (StreamMerge stream = ahead(); stream != null; stream = ahead()) {
      EntryBlock now = stream.next(stats);
      if (now.size() > 0) {
        return now;
      }
    }
    return null;
  }

  @Override
  public long bound() {
    boolean end = ahead() == null;
    return forward == end ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  @Override
  void clear() {
    streams.clear();
  }
}
