package io.sigyn.storage.head;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The streams that a tenant has in one generation, by the numbers that {@link KnownStreams} give them. Any thread may look while another puts a stream in.
 */
final class StreamTable {
  private static final int FEW = 16;

  /** A table is kept for the next generation unless it has more than so many places for each stream. */
  private static final int PLACES_PER_STREAM = 4;

  private volatile AtomicReferenceArray<@Nullable HeadStream> places = new AtomicReferenceArray<>(FEW);
  private volatile int size;

  /** The next among the tables that the pool has. */
  @Nullable StreamTable chained;

  /** The number of streams. */
  int size() {
    return size;
  }

  /** One more than the highest number that a stream may have. */
  int end() {
    return places.length();
  }

  /** The stream with a number, if it is here. */
  @Nullable HeadStream at(int ref) {
    AtomicReferenceArray<@Nullable HeadStream> known = places;
    return ref < known.length() ? known.getAcquire(ref) : null;
  }

  /** Puts in a stream that is not here. */
  synchronized void put(int ref, HeadStream stream) {
    if (ref >= places.length()) {
      makeRoom(Math.max(2 * places.length(), ref + 1));
    }
    places.setRelease(ref, stream);
    size++;
  }

  /** Has room for streams with numbers below {@code end}. */
  void makeRoom(int end) {
    AtomicReferenceArray<@Nullable HeadStream> before = places;
    if (end <= before.length()) {
      return;
    }
    AtomicReferenceArray<@Nullable HeadStream> more = new AtomicReferenceArray<>(end);
    for (int i = 0; i < before.length(); i++) {
      more.setPlain(i, before.getPlain(i));
    }
    places = more;
  }

  /** Whether it is worth being kept for as many streams as it has. */
  boolean isWorthKeeping() {
    return places.length() <= Math.max(FEW, PLACES_PER_STREAM * size);
  }

  /** Forgets all streams; nobody may be looking. */
  void clear() {
    for (int i = 0; i < places.length(); i++) {
      places.setPlain(i, null);
    }
    size = 0;
  }
}
