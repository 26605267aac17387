package io.sigyn.storage.head;

import io.sigyn.model.Labels;
import io.sigyn.storage.index.HeadIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one tenant in generations that follow each other, numbered from 0, and the index of their labels. To enter a
 * stream takes microseconds and memory that is garbage once it is forgotten, and most streams are in every generation: so a
 * generation goes on with what the one before knew. Nothing is ever taken out. Safe for use by many threads.
 */
final class KnownStreams {
  /** Slots for streams found by the object that their labels are. */
  private static final int FEW_RECENT = 16;

  private static final int MOST_RECENT = 1 << 18;

  /** Slots per stream, at least. */
  private static final int SLOTS = 2;

  /** Neighbours in which a stream may be; a power of two. With one, a sixth of all streams would have to share theirs. */
  private static final int PLACES = 4;

  private volatile AtomicReferenceArray<@Nullable KnownStream> recent = new AtomicReferenceArray<>(FEW_RECENT);
  private final ConcurrentHashMap<Labels, KnownStream> streams = new ConcurrentHashMap<>();

  /** Guards {@link #byRef} and {@link #index}, which change only when a stream is entered. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private final List<KnownStream> byRef = new ArrayList<>();
  private final HeadIndex index = new HeadIndex();

  /**
   * The stream with these labels, entered if it is new. Writers send the same objects again and again: one look at an address
   * saves comparing all names and values.
   */
  KnownStream find(Labels labels) {
    AtomicReferenceArray<@Nullable KnownStream> slots = recent;
    int first = labels.hashCode() * 0x9E3779B9 >>> 14 & (slots.length() - PLACES);
    for (int slot = first; slot < first + PLACES; slot++) {
      KnownStream seen = slots.getAcquire(slot);
      if (seen == null) {
        break;
      }
      if (seen.cameAs(labels)) {
        return seen;
      }
    }
    KnownStream known = streams.get(labels);
    KnownStream stream = known != null ? known : enter(labels);
    stream.comesAs(labels);
    remember(stream, slots, first);
    return stream;
  }

  /** In the place that it has, or a free one, or that of another. */
  @SuppressWarnings("ReferenceEquality") // there is one object for a stream
  private static void remember(KnownStream stream, AtomicReferenceArray<@Nullable KnownStream> slots, int first) {
    for (int slot = first; slot < first + PLACES; slot++) {
      KnownStream other = slots.getAcquire(slot);
      if (other == null || other == stream) {
        slots.setRelease(slot, stream);
        return;
      }
    }
    slots.setRelease(first + (stream.ref() & (PLACES - 1)), stream);
  }

  /** The stream with these labels, if it was ever entered. */
  @Nullable KnownStream get(Labels labels) {
    return streams.get(labels);
  }

  /** Enters a stream unless another thread just did. Its labels share their strings with those of other streams. */
  private KnownStream enter(Labels labels) {
    lock.writeLock().lock();
    try {
      KnownStream known = streams.get(labels);
      if (known != null) {
        return known;
      }
      int ref = byRef.size();
      KnownStream stream = new KnownStream(index.add(labels, ref), ref);
      byRef.add(stream);
      streams.put(stream.labels(), stream);
      if (SLOTS * byRef.size() > recent.length() && recent.length() < MOST_RECENT) {
        recent = new AtomicReferenceArray<>(4 * recent.length());
      }
      return stream;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The number of streams ever entered. */
  int size() {
    return streams.size();
  }

  /** Held while {@link #index} and {@link #labels} are used: no stream is entered then. */
  Lock reading() {
    return lock.readLock();
  }

  /** The index; under {@link #reading}. */
  HeadIndex index() {
    return index;
  }

  /** The labels of a stream; under {@link #reading}. */
  Labels labels(int ref) {
    return byRef.get(ref).labels();
  }

  /** The number of streams in the index; under {@link #reading}. */
  int indexed() {
    return byRef.size();
  }
}
