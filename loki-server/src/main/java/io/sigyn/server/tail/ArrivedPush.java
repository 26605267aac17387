package io.sigyn.server.tail;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A push on its way to the listeners. An entry is copied when the first of them wants it; its bytes are taken from the room
 * of all listeners until the last one has let go of every entry of the push. {@link #entry} is for the thread of the push,
 * {@link #release} for every thread.
 */
final class ArrivedPush {
  /** Bytes of an entry beside its line. */
  static final int OVERHEAD = 96;

  private final TailRoom room;
  private final long ticks;
  private final AtomicInteger users = new AtomicInteger(1);
  private @Nullable EntryBatch batch;
  private @Nullable Arrived[] copies = {};
  private long bytes;

  /** Begins; {@link #handedOut} must follow. */
  ArrivedPush(EntryBatch batch, long ticks, TailRoom room) {
    this.batch = batch;
    this.ticks = ticks;
    this.room = room;
  }

  EntryBatch batch() {
    EntryBatch given = batch;
    if (given == null) {
      throw new IllegalStateException("the push has been handed out");
    }
    return given;
  }

  /** Entry {@code e} for one more listener, who releases it; empty when there is no room for it. */
  Optional<Arrived> entry(int e, Labels stream) {
    if (copies.length == 0) {
      copies = new Arrived[batch().entries()];
    }
    Arrived copy = copies[e];
    if (copy == null) {
      EntryBatch from = batch();
      long size = OVERHEAD + (long) from.lineEnd(e) - from.lineStart(e);
      if (!room.take(size)) {
        return Optional.empty();
      }
      bytes += size;
      byte[] line = Arrays.copyOfRange(from.arena(), from.lineStart(e), from.lineEnd(e));
      copy = new Arrived(stream, from.timestamp(e), line, from.metadata(e), ticks, this);
      copies[e] = copy;
    }
    users.incrementAndGet();
    return Optional.of(copy);
  }

  /** Every listener has been asked: the batch belongs to its owner again. */
  void handedOut() {
    batch = null;
    copies = new Arrived[0];
    release();
  }

  /** A listener does not need an entry any more. */
  void release() {
    if (users.decrementAndGet() == 0) {
      room.give(bytes);
    }
  }
}
