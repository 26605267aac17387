package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.storage.index.HeadIndex;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.index.RefSet;
import io.sigyn.storage.index.StreamIndex;
import io.sigyn.storage.index.ValueTest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** The streams of one tenant in one generation. Safe for use by many threads. */
public final class TenantHead {
  /** Looking up the value of one stream costs about as much as trying this many values. */
  private static final int LOOK_UP = 2;

  /** Slots for streams found by the object that their labels are. */
  private static final int FEW_RECENT = 16;

  private static final int MOST_RECENT = 1 << 18;

  /** Slots per stream: of two streams in one slot neither is found there when they come in turns. */
  private static final int SLOTS = 4;

  /** Streams of a batch that are looked at together. */
  private static final int GROUP = 8;

  private static final int NEVER_SEEN = 0x5EE40B57;

  private volatile AtomicReferenceArray<@Nullable HeadStream> recent = new AtomicReferenceArray<>(FEW_RECENT);
  private final ConcurrentHashMap<Labels, HeadStream> streams = new ConcurrentHashMap<>();
  private final List<HeadStream> byRef = new ArrayList<>();
  private final HeadIndex index = new HeadIndex();
  private final MetadataSets sets;
  private final LongAdder memory;
  private final @Nullable EarlyBlocks early;
  private final PagePool pool;

  /** Guards {@link #byRef} and {@link #index}, which change only when a stream is new. */
  private final ReadWriteLock indexLock = new ReentrantReadWriteLock();

  private volatile @Nullable TenantHead previous;
  private final AtomicInteger inPrevious = new AtomicInteger();

  /**
   * With the tenant's streams of the generation before, while that one is still in memory.
   *
   * @param memory counts the bytes that everything takes
   * @param early makes blocks of streams that have enough for one; none when that waits for the flush
   * @param pool lends pages
   */
  TenantHead(@Nullable TenantHead previous, LongAdder memory, @Nullable EarlyBlocks early, PagePool pool) {
    this.previous = previous;
    this.memory = memory;
    this.early = early;
    this.pool = pool;
    this.sets = new MetadataSets(memory);
  }

  /**
   * Takes a batch. A visit to a stream that nobody visited lately finds nothing of it in the processor's caches, one thing
   * after another; so some streams are looked at together first, and what is missing is fetched at the same time.
   */
  void append(EntryBatch batch) {
    int streams = batch.streams();
    @Nullable HeadStream[] group = new HeadStream[Math.min(GROUP, streams)];
    for (int first = 0; first < streams; first += GROUP) {
      int n = Math.min(GROUP, streams - first);
      for (int i = 0; i < n; i++) {
        int s = first + i;
        group[i] = batch.firstEntry(s) < batch.endEntry(s) ? stream(batch.labels(s)) : null;
      }
      if (n > 1) {
        touch(group, n);
      }
      for (int i = 0; i < n; i++) {
        HeadStream stream = group[i];
        if (stream != null) {
          append(stream, batch, first + i);
        }
      }
    }
  }

  private static void touch(@Nullable HeadStream[] group, int n) {
    int seen = 0;
    for (int i = 0; i < n; i++) {
      HeadStream stream = group[i];
      seen += stream == null ? 0 : stream.touch();
    }
    if (seen == NEVER_SEEN) {
      // Hardly ever; but if nothing came of it, the compiler would leave the look out.
      Thread.onSpinWait();
    }
  }

  private void append(HeadStream stream, EntryBatch batch, int s) {
    EarlyBlocks blocks = early;
    if (stream.append(batch, batch.firstEntry(s), batch.endEntry(s), sets) && blocks != null) {
      blocks.offer(stream, sets);
    }
  }

  /** Writers send the same objects again and again: one look at an address saves comparing all names and values. */
  private HeadStream stream(Labels labels) {
    AtomicReferenceArray<@Nullable HeadStream> slots = recent;
    int slot = labels.hashCode() * 0x9E3779B9 >>> 14 & (slots.length() - 1);
    HeadStream seen = slots.getAcquire(slot);
    if (seen != null && seen.cameAs(labels)) {
      return seen;
    }
    HeadStream known = streams.get(labels);
    HeadStream stream = known != null ? known : register(labels);
    stream.comesAs(labels);
    slots.setRelease(slot, stream);
    return stream;
  }

  /** Enters a stream unless another thread just did. Its key shares its strings with those of other streams. */
  private HeadStream register(Labels labels) {
    indexLock.writeLock().lock();
    try {
      HeadStream known = streams.get(labels);
      if (known != null) {
        return known;
      }
      Labels shared = index.add(labels, byRef.size());
      EarlyBlocks blocks = early;
      HeadStream stream = new HeadStream(shared, memory, blocks == null ? Integer.MAX_VALUE : blocks.blockBytes(), pool);
      byRef.add(stream);
      TenantHead before = previous;
      if (before != null && before.streams.containsKey(labels)) {
        inPrevious.incrementAndGet();
      }
      streams.put(shared, stream);
      if (SLOTS * byRef.size() > recent.length() && recent.length() < MOST_RECENT) {
        recent = new AtomicReferenceArray<>(4 * recent.length());
      }
      return stream;
    } finally {
      indexLock.writeLock().unlock();
    }
  }

  /** The number of streams. */
  public int size() {
    return streams.size();
  }

  /** The number of streams that the generation before had too. */
  public int inPrevious() {
    return inPrevious.get();
  }

  void forgetPrevious() {
    previous = null;
  }

  /** All streams, in no order. */
  public Collection<HeadStream> streams() {
    return streams.values();
  }

  /** The streams that match and have entries on both sides of or inside {@code [first, last]}. */
  public List<HeadStream> select(List<LabelMatcher> matchers, long first, long last) {
    indexLock.readLock().lock();
    try {
      ImmutableRoaringBitmap refs = Matching.select(new View(), matchers, first, last);
      List<HeadStream> selected = new ArrayList<>(refs.getCardinality());
      refs.forEach((int ref) -> selected.add(byRef.get(ref)));
      return selected;
    } finally {
      indexLock.readLock().unlock();
    }
  }

  /** Looks at the index while no stream is added to it. The index must not be used afterwards. */
  public void read(Consumer<? super StreamIndex> reader) {
    indexLock.readLock().lock();
    try {
      reader.accept(new View());
    } finally {
      indexLock.readLock().unlock();
    }
  }

  /** The index under the read lock. */
  private final class View implements StreamIndex {
    @Override
    public int size() {
      return byRef.size();
    }

    @Override
    public Labels labels(int ref) {
      return byRef.get(ref).labels();
    }

    @Override
    public long minTs(int ref) {
      return byRef.get(ref).minTs();
    }

    @Override
    public long maxTs(int ref) {
      return byRef.get(ref).maxTs();
    }

    @Override
    public List<String> names() {
      return index.names();
    }

    @Override
    public ImmutableRoaringBitmap presence(String name) {
      return index.presence(name);
    }

    @Override
    public ImmutableRoaringBitmap posting(String name, String value) {
      return index.posting(name, value);
    }

    @Override
    public boolean liesWithin(long first, long last) {
      return false;
    }

    @Override
    public ImmutableRoaringBitmap accepted(String name, ValueTest test, ImmutableRoaringBitmap among) {
      if ((long) LOOK_UP * among.getCardinality() < index.values(name)) {
        MutableRoaringBitmap accepted = new MutableRoaringBitmap();
        among.forEach(
            (int ref) -> {
              String value = labels(ref).get(name);
              if (!value.isEmpty() && test.accepts(value)) {
                accepted.add(ref);
              }
            });
        return accepted;
      }
      RefSet accepted = new RefSet(byRef.size());
      index.accepted(name, test, accepted);
      return accepted.toBitmap();
    }

    @Override
    public void values(String name, ImmutableRoaringBitmap among, Consumer<String> consumer) {
      index.values(name, among, consumer);
    }
  }
}
