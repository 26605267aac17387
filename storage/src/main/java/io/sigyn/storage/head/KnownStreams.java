package io.sigyn.storage.head;

import io.sigyn.model.Labels;
import io.sigyn.storage.index.HeadIndex;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The streams of one tenant in generations that follow each other, numbered from 0, and the index of their labels. To enter a
 * stream takes microseconds and memory that is garbage once it is forgotten, and most streams are in every generation: so a
 * generation goes on with what the one before knew. Nothing is ever taken out. Safe for use by many threads.
 */
final class KnownStreams {
  /** The number of a stream that was never entered. */
  static final int UNKNOWN = -1;

  /** Slots for streams found by the object that their labels are. */
  private static final int FEW_RECENT = 16;

  private static final int MOST_RECENT = 1 << 18;

  /** Slots per stream, at least. */
  private static final int SLOTS = 2;

  /** Neighbours in which a stream may be; a power of two. With one, a sixth of all streams would have to share theirs. */
  private static final int PLACES = 4;

  private static final int FEW = 16;

  // Numbers, not objects, are what most looks find: nothing of a stream that nobody visited lately is in the processor's caches,
  // but these may be.

  /** The object that the labels of each stream came as last, by its number. Some other object or none is no harm. */
  private volatile AtomicReferenceArray<Labels> lately = new AtomicReferenceArray<>(FEW);

  /**
   * By hash, one more than the number of a stream, or 0. For objects whose hints are those of others, as when tenants have the same
   * labels. Threads may overwrite each other's: whether it is the one that is wanted is up to {@link #lately}.
   */
  private volatile AtomicIntegerArray recent = new AtomicIntegerArray(FEW_RECENT);

  /** The labels of each stream, by its number. */
  private volatile AtomicReferenceArray<Labels> labels = new AtomicReferenceArray<>(FEW);

  private final ConcurrentHashMap<Labels, Integer> refs = new ConcurrentHashMap<>();

  /** Guards {@link #index}, which changes only when a stream is entered. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private final HeadIndex index = new HeadIndex();
  private int size;

  /**
   * The number of the stream with these labels, which is entered if it is new. Writers send the same objects again and again: one
   * look at an address saves comparing all names and values.
   */
  int find(Labels wanted) {
    int hint = wanted.hint();
    return cameLatelyAs(hint, wanted) ? hint : findByHash(wanted);
  }

  @SuppressWarnings("ReferenceEquality") // that is the question
  private boolean cameLatelyAs(int ref, Labels wanted) {
    AtomicReferenceArray<Labels> known = lately;
    return ref >= 0 && ref < known.length() && known.getAcquire(ref) == wanted;
  }

  private int findByHash(Labels wanted) {
    AtomicIntegerArray slots = recent;
    int first = wanted.hashCode() * 0x9E3779B9 >>> 14 & (slots.length() - PLACES);
    for (int slot = first; slot < first + PLACES; slot++) {
      int ref = slots.getOpaque(slot) - 1;
      if (cameLatelyAs(ref, wanted)) {
        wanted.leaveHint(ref);
        return ref;
      }
    }
    Integer known = refs.get(wanted);
    int ref = known != null ? known : enter(wanted);
    lately.setRelease(ref, wanted);
    wanted.leaveHint(ref);
    remember(ref, slots, first);
    return ref;
  }

  /** In the place that it has, or a free one, or that of another. */
  private static void remember(int ref, AtomicIntegerArray slots, int first) {
    for (int slot = first; slot < first + PLACES; slot++) {
      int other = slots.getOpaque(slot) - 1;
      if (other < 0 || other == ref) {
        slots.setOpaque(slot, ref + 1);
        return;
      }
    }
    slots.setOpaque(first + (ref & (PLACES - 1)), ref + 1);
  }

  /** The number of the stream with these labels, or {@link #UNKNOWN}. */
  int get(Labels wanted) {
    return refs.getOrDefault(wanted, UNKNOWN);
  }

  /** Enters a stream unless another thread just did. Its labels share their strings with those of other streams. */
  private int enter(Labels wanted) {
    lock.writeLock().lock();
    try {
      Integer known = refs.get(wanted);
      if (known != null) {
        return known;
      }
      Integer ref = size;
      labels = withRoom(labels, ref);
      lately = withRoom(lately, ref);
      Labels shared = index.add(wanted, ref);
      labels.setRelease(ref, shared);
      size = ref + 1;
      refs.put(shared, ref);
      if (SLOTS * size > recent.length() && recent.length() < MOST_RECENT) {
        recent = new AtomicIntegerArray(4 * recent.length());
      }
      return ref;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The same, or a copy with more room, in which what other threads write meanwhile may be missing. */
  private static AtomicReferenceArray<Labels> withRoom(AtomicReferenceArray<Labels> before, int ref) {
    if (ref < before.length()) {
      return before;
    }
    AtomicReferenceArray<Labels> more = new AtomicReferenceArray<>(2 * before.length());
    for (int i = 0; i < before.length(); i++) {
      more.setPlain(i, before.getAcquire(i));
    }
    return more;
  }

  /** The number of streams ever entered. */
  int size() {
    return refs.size();
  }

  /** Held while {@link #index} is used: no stream is entered then. */
  Lock reading() {
    return lock.readLock();
  }

  /** The index; under {@link #reading}. */
  HeadIndex index() {
    return index;
  }

  /** The labels of the stream with a number that was given out. */
  Labels labels(int ref) {
    return labels.getAcquire(ref);
  }

  /** The number of streams in the index; under {@link #reading}. */
  int indexed() {
    return size;
  }
}
