package io.sigyn.storage;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.rows.StreamMerge;
import io.sigyn.storage.segment.BlockReader;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a selection, interleaved. A heap holds every stream under a bound of its next block, which may be too
 * small until the stream is prepared. The stream on top is prepared; if it is still on top, its block is next, else it
 * goes back under its true place. So a query with a limit decodes only what may come first. Only damage makes a block start
 * later than was known: it then waits on the heap, decoded, for its turn.
 */
final class StoreCursor extends SelectionCursor {
  private record Waiting(long key, StreamMerge stream, @Nullable EntryBlock decoded) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting o) {
      return Long.compare(key, o.key);
    }
  }

  private final PriorityQueue<Waiting> heap = new PriorityQueue<>();

  /** Gives the lease back when it is closed. */
  StoreCursor(
      List<StreamMerge> streams,
      Direction direction,
      BlockReader reader,
      ScanStats stats,
      Leases.Lease lease) {
    super(direction, reader, stats, lease);
    streams.forEach(this::wait);
  }

  private void wait(StreamMerge stream) {
    OptionalLong bound = stream.bound();
    if (bound.isPresent()) {
      heap.add(new Waiting(bound.getAsLong(), stream, null));
    }
  }

  /** The stream whose block is next, prepared or decoded and still on the heap; null when none is left. */
  private @Nullable Waiting first() {
    for (Waiting top = heap.peek(); top != null; top = heap.peek()) {
      StreamMerge stream = top.stream;
      if (top.decoded != null) {
        return top;
      }
      stream.prepare();
      OptionalLong exact = stream.bound();
      if (exact.isPresent() && exact.getAsLong() == top.key) {
        return top;
      }
      heap.remove();
      wait(stream);
    }
    return null;
  }

  @Override
  @Nullable StreamMerge ahead() {
    Waiting top = first();
    return top == null || top.decoded != null ? null : top.stream;
  }

  @Override
  void passed(StreamMerge stream) {
    heap.remove();
    wait(stream);
  }

  @Override
  @Nullable EntryBlock take() {
    for (Waiting top = first(); top != null; top = first()) {
      heap.remove();
      EntryBlock now = top.decoded;
      if (now == null) {
        now = top.stream.next(stats);
        Waiting other = heap.peek();
        if (other != null && now.size() > 0 && key(now) > top.key && key(now) > other.key) {
          heap.add(new Waiting(key(now), top.stream, now));
          continue;
        }
      }
      wait(top.stream);
      if (now.size() > 0) {
        return now;
      }
    }
    return null;
  }

  private long key(EntryBlock rows) {
    return forward ? rows.timestamp(0) : ~rows.timestamp(rows.size() - 1);
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
  void clear() {
    heap.clear();
  }
}
