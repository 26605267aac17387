package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.storage.index.HeadIndex;
import io.sigyn.storage.index.Matching;
import io.sigyn.storage.index.RefSet;
import io.sigyn.storage.index.StreamIndex;
import io.sigyn.storage.index.ValueTest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/**
 * The streams of one tenant in one generation. Whoever looks at them has a lease that he took before he found the generation:
 * once it is in segments and no such lease is left, the streams are others. Safe for use by many threads.
 */
public final class TenantHead {
  /** Looking up the value of one stream costs about as much as trying this many values. */
  private static final int LOOK_UP = 2;

  /** When not even one in so many of the streams that are known has come, the next generation is to begin with none. */
  private static final int KNOWN_PER_STREAM = 2;

  /** Streams of a batch that are looked at together. */
  private static final int GROUP = 8;

  private static final int NEVER_SEEN = 0x5EE40B57;

  private static final VarHandle SPARE;

  static {
    try {
      SPARE = MethodHandles.lookup().findVarHandle(TenantHead.class, "spare", Scratch.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a thread needs while it appends, and what it found out of metadata. */
  private static final class Scratch {
    final @Nullable HeadStream[] group = new @Nullable HeadStream[GROUP];
    final SetPlaces places;

    Scratch(MetadataSets sets) {
      places = new SetPlaces(sets);
    }
  }

  private final KnownStreams known;

  /** Those that have entries here. Put in under the lock of this object. */
  private final StreamTable streams;

  private volatile int inPrevious;
  private final MetadataSets sets;
  private final LongAdder memory;
  private final @Nullable EarlyBlocks early;
  private final HeadArenas arenas;
  private volatile @Nullable TenantHead previous;

  /** For the thread that appends next; none while there is one that does. */
  @SuppressWarnings("unused") // through SPARE
  private @Nullable Scratch spare;

  /**
   * Without streams.
   *
   * @param previous the tenant in the generation before, while that one is still in memory
   * @param known streams of the tenant that need not be entered again
   * @param memory counts the bytes that everything takes
   * @param early makes blocks of streams that have enough for one; none when that waits for the flush
   * @param arenas where pages come from
   */
  TenantHead(@Nullable TenantHead previous, KnownStreams known, LongAdder memory, @Nullable EarlyBlocks early, HeadArenas arenas) {
    this.known = known;
    this.streams = arenas.table();
    streams.makeRoom(known.size());
    this.previous = previous;
    this.memory = memory;
    this.early = early;
    this.arenas = arenas;
    this.sets = new MetadataSets(memory);
  }

  /**
   * Takes a batch. A visit to a stream that nobody visited lately finds nothing of it in the processor's caches, one thing
   * after another; so some streams are looked at together first, and what is missing is fetched at the same time.
   */
  void append(EntryBatch batch) {
    int streams = batch.streams();
    Scratch own = (Scratch) SPARE.getAndSetAcquire(this, null);
    Scratch scratch = own == null ? new Scratch(sets) : own;
    @Nullable HeadStream[] group = scratch.group;
    scratch.places.look(batch);
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
          append(stream, batch, first + i, scratch.places);
        }
      }
    }
    SPARE.setRelease(this, scratch);
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

  private void append(HeadStream stream, EntryBatch batch, int s, SetPlaces places) {
    EarlyBlocks blocks = early;
    if (stream.append(batch, s, places) && blocks != null) {
      blocks.offer(stream);
    }
  }

  private HeadStream stream(Labels labels) {
    int ref = known.find(labels);
    HeadStream begun = streams.at(ref);
    return begun != null ? begun : begin(ref);
  }

  /** Begins a stream unless another thread just did. */
  private synchronized HeadStream begin(int ref) {
    HeadStream begun = streams.at(ref);
    if (begun != null) {
      return begun;
    }
    EarlyBlocks blocks = early;
    HeadStream stream =
        arenas
            .stream()
            .begin(known.labels(ref), arenas, memory, sets, blocks == null ? Integer.MAX_VALUE : blocks.blockBytes());
    TenantHead before = previous;
    if (before != null && before.has(ref, known)) {
      inPrevious++;
    }
    streams.put(ref, stream);
    return stream;
  }

  /** Whether it has entries of the stream that has a number among {@code others}. */
  @SuppressWarnings("ReferenceEquality") // numbers are the same in the same object only
  private boolean has(int ref, KnownStreams others) {
    int own = known == others ? ref : known.get(others.labels(ref));
    return own != KnownStreams.UNKNOWN && streams.at(own) != null;
  }

  /** What the next generation is to know at first; of one to which nothing is appended any more. */
  KnownStreams toBeKnown() {
    return known.size() <= KNOWN_PER_STREAM * streams.size() ? known : new KnownStreams();
  }

  /** The number of streams. */
  public int size() {
    return streams.size();
  }

  /** The number of streams that the generation before had too. */
  public int inPrevious() {
    return inPrevious;
  }

  void forgetPrevious() {
    previous = null;
  }

  /** All streams, in no order. */
  public List<HeadStream> streams() {
    List<HeadStream> all = new ArrayList<>(streams.size());
    int end = streams.end();
    for (int ref = 0; ref < end; ref++) {
      HeadStream stream = streams.at(ref);
      if (stream != null) {
        all.add(stream);
      }
    }
    return all;
  }

  /** Collects all streams, for the view has them no more. */
  void retire(Retired pages) {
    int end = streams.end();
    for (int ref = 0; ref < end; ref++) {
      HeadStream stream = streams.at(ref);
      if (stream != null) {
        stream.retire(pages);
      }
    }
    pages.add(streams);
  }

  /** The streams that match and have entries on both sides of or inside {@code [first, last]}. */
  public List<HeadStream> select(List<LabelMatcher> matchers, long first, long last) {
    List<HeadStream> selected = new ArrayList<>();
    read(
        index ->
            Matching.select(index, matchers, first, last)
                .forEach((int ref) -> selected.add(Objects.requireNonNull(streams.at(ref)))));
    return selected;
  }

  /** Looks at the index while no stream is entered. The index must not be used afterwards. */
  public void read(Consumer<? super StreamIndex> reader) {
    known.reading().lock();
    try {
      reader.accept(new View(known.index()));
    } finally {
      known.reading().unlock();
    }
  }

  /** The index under the read lock, with this generation's times. */
  private final class View implements StreamIndex {
    private final HeadIndex index;

    View(HeadIndex index) {
      this.index = index;
    }

    @Override
    public int size() {
      return known.indexed();
    }

    @Override
    public Labels labels(int ref) {
      return known.labels(ref);
    }

    @Override
    public long minTs(int ref) {
      HeadStream stream = streams.at(ref);
      return stream == null ? Long.MAX_VALUE : stream.minTs();
    }

    @Override
    public long maxTs(int ref) {
      HeadStream stream = streams.at(ref);
      return stream == null ? Long.MIN_VALUE : stream.maxTs();
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
      RefSet accepted = new RefSet(size());
      index.accepted(name, test, accepted);
      return accepted.toBitmap();
    }

    @Override
    public void values(String name, ImmutableRoaringBitmap among, Consumer<String> consumer) {
      if ((long) LOOK_UP * among.getCardinality() < index.values(name)) {
        Set<String> seen = new HashSet<>();
        among.forEach(
            (int ref) -> {
              String value = labels(ref).get(name);
              if (!value.isEmpty() && seen.add(value)) {
                consumer.accept(value);
              }
            });
        return;
      }
      index.values(name, among, consumer);
    }
  }
}
