package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.ScanStats;
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
final class StreamsCursor implements EntryCursor {
  private final boolean forward;
  private final ScanStats stats;
  private final BlockReader reader;
  private final Queue<StreamMerge> streams;
  private final Leases.Lease lease;
  private @Nullable EntryBlock block;

  /** Gives the lease back when it is closed. */
  StreamsCursor(
      List<StreamMerge> streams,
      Direction direction,
      BlockReader reader,
      ScanStats stats,
      Leases.Lease lease) {
    this.lease = lease;
    this.reader = reader;
    this.forward = direction == Direction.FORWARD;
    this.stats = stats;
    this.streams = new ArrayDeque<>(streams);
  }

  /** The stream whose block is next, prepared; null when none is left. */
  private @Nullable StreamMerge first() {
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
  public boolean next() {
    for (StreamMerge stream = first(); stream != null; stream = first()) {
      EntryBlock now = stream.next(stats);
      if (now.size() > 0) {
        block = now;
        return true;
      }
    }
    block = null;
    return false;
  }

  @Override
  public @Nullable EntrySummary summary() {
    StreamMerge stream = first();
    return stream == null ? null : stream.summary();
  }

  @Override
  public void skip() {
    StreamMerge stream = first();
    EntrySummary summary = stream == null ? null : stream.summary();
    if (stream == null || summary == null) {
      throw new IllegalStateException("no summary, so nothing to skip");
    }
    stats.summarisedLines += summary.rows();
    stream.skip();
  }

  @Override
  public EntryBlock block() {
    EntryBlock now = block;
    if (now == null) {
      throw new IllegalStateException("no block; next() must have returned true");
    }
    return now;
  }

  @Override
  public long bound() {
    boolean end = first() == null;
    return forward == end ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  @Override
  public void close() {
    streams.clear();
    block = null;
    // A read that is under way must be given up before the file may go.
    reader.close();
    lease.close();
  }
}
