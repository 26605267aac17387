package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.EntryTimes;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.segment.BlockReader;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a selection, one after another, or many together as long as nobody wants to read them. They come in the
 * order of a segment, in which neighbours share blocks, so that every block is read and decoded once.
 */
final class StreamsCursor extends SelectionCursor {
  private final Queue<StreamMerge> streams;

  /** Come before the streams; those that are not left out are read one by one. */
  private final Queue<Summed> summed;

  /** Gives the lease back when it is closed. */
  StreamsCursor(
      List<Summed> summed,
      List<StreamMerge> streams,
      Direction direction,
      BlockReader reader,
      ScanStats stats,
      Leases.Lease lease) {
    super(direction, reader, stats, lease);
    this.summed = new ArrayDeque<>(summed);
    this.streams = new ArrayDeque<>(streams);
  }

  @Override
  public @Nullable EntrySummary summary() {
    Summed together = summed.peek();
    return together == null ? super.summary() : together.summary();
  }

  @Override
  public @Nullable EntryTimes times() {
    Summed together = summed.peek();
    return together == null ? null : together.times().get();
  }

  @Override
  public void skip() {
    Summed together = summed.poll();
    if (together == null) {
      super.skip();
    } else {
      stats.summarisedLines += together.summary().rows();
    }
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
    Summed together = summed.poll();
    if (together != null) {
      streams.addAll(together.apart().get());
    }
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
    boolean end = summed.isEmpty() && ahead() == null;
    return forward == end ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  @Override
  void clear() {
    summed.clear();
    streams.clear();
  }
}
