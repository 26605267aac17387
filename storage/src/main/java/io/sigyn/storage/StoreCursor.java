package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.rows.StreamMerge;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a selection, interleaved. A heap holds every stream under a bound of its next block, which may be too
 * small until the stream is prepared. The stream on top is prepared; if it is still on top, its block is next, else it
 * goes back under its true place. So a query with a limit decodes only what may come first.
 */
final class StoreCursor implements EntryCursor {
  private record Waiting(long key, StreamMerge stream) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting o) {
      return Long.compare(key, o.key);
    }
  }

  private final boolean forward;
  private final ScanStats stats;
  private final PriorityQueue<Waiting> heap = new PriorityQueue<>();
  private final Leases.Lease lease;
  private @Nullable EntryBlock block;

  /** Gives the lease back when it is closed. */
  StoreCursor(List<StreamMerge> streams, Direction direction, ScanStats stats, Leases.Lease lease) {
    this.lease = lease;
    this.forward = direction == Direction.FORWARD;
    this.stats = stats;
    streams.forEach(this::wait);
  }

  private void wait(StreamMerge stream) {
    OptionalLong bound = stream.bound();
    if (bound.isPresent()) {
      heap.add(new Waiting(bound.getAsLong(), stream));
    }
  }

  @Override
  public boolean next() {
    for (Waiting top = heap.poll(); top != null; top = heap.poll()) {
      StreamMerge stream = top.stream;
      stream.prepare();
      OptionalLong exact = stream.bound();
      Waiting second = heap.peek();
      if (exact.isPresent()) {
        if (second == null || exact.getAsLong() <= second.key) {
          block = stream.next(stats);
          wait(stream);
          return true;
        }
        wait(stream);
      }
    }
    block = null;
    return false;
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
    Waiting top = heap.peek();
    if (top == null) {
      return forward ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return forward ? top.key : ~top.key;
  }

  @Override
  public void close() {
    heap.clear();
    block = null;
    lease.close();
  }
}
