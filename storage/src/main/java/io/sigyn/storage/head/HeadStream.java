package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.rows.Chain;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one stream in one generation: pages, of which the last takes appends, and blocks that took the place of
 * pages. Appends lock the stream once per batch; readers never lock, but have a lease: when nobody can ask for the entries any
 * more, the object is used again for another stream, as its pages are ({@link PagePool}).
 */
public final class HeadStream {
  /** What a stream costs beside its pages, its places in maps and postings included; roughly. */
  private static final int STREAM_BYTES = 700;

  private static final LongAdder NOT_COUNTED = new LongAdder();
  private static final HeadArenas NO_ARENAS = new HeadArenas(PagePool.none(), NOT_COUNTED);
  private static final MetadataSets NO_SETS = new MetadataSets(NOT_COUNTED);

  private static final VarHandle FIRST;
  private static final VarHandle MIN;
  private static final VarHandle MAX;

  static {
    try {
      MethodHandles.Lookup own = MethodHandles.lookup();
      FIRST = own.findVarHandle(HeadStream.class, "first", HeadPart.class);
      MIN = own.findVarHandle(HeadStream.class, "minTs", long.class);
      MAX = own.findVarHandle(HeadStream.class, "maxTs", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private HeadArenas arenas = NO_ARENAS;
  private Labels labels = Labels.EMPTY;
  private LongAdder memory = NOT_COUNTED;
  private MetadataSets sets = NO_SETS;
  private int blockBytes;

  // What an append writes and readers read is released, not volatile: readers see it no later, and the thread that appends
  // need not wait until its writes, which are many, have reached memory.

  /** Each part knows the next; none before the first append. */
  @SuppressWarnings("unused") // through FIRST
  private @Nullable HeadPart first;

  @SuppressWarnings("FieldMayBeFinal") // through MIN
  private long minTs = Long.MAX_VALUE;

  @SuppressWarnings("FieldMayBeFinal") // through MAX
  private long maxTs = Long.MIN_VALUE;

  /**
   * The last part, if it has room for more; under the lock, as the following. A page that has none is closed at once, while it is
   * in the processor's caches, for when the next append comes it no longer is.
   */
  private @Nullable HeadPage open;

  /** The part before that one. */
  private @Nullable HeadPart lastClosed;

  private int nextRank;

  /** The average length of the lines of the page that was closed last. */
  private int average;

  /** Bytes of columns of all pages that others can replace. */
  private long pageBytes;

  /** The first part behind those in arenas, if there is one; none behind it is in an arena. */
  private @Nullable HeadPart large;

  /** Whether some page is neither in an arena nor of a kind that the pool has. */
  private boolean others;

  /** Whether some part is a block. */
  private boolean encoded;

  /** The next among the streams that the pool has. */
  @Nullable HeadStream chained;

  /** Line bytes of all pages that were ever closed. */
  private long closedBytes;

  private final WaitingPages waiting = new WaitingPages();

  /** Whether it has not begun or its generation is in segments: whoever still has it may read it, as long as his lease lasts. */
  private boolean retired = true;

  /**
   * Begins without entries. What it was before is forgotten; nobody may be reading it.
   *
   * @param pages where its pages come from
   * @param bytes counts what it takes beside metadata; always told under the stream's lock, so that what is given back was
   *     counted before
   * @param metadata of the tenant
   * @param blockSize line bytes that are worth a block
   */
  synchronized HeadStream begin(
      Labels stream, HeadArenas pages, LongAdder bytes, MetadataSets metadata, int blockSize) {
    labels = stream;
    arenas = pages;
    memory = bytes;
    sets = metadata;
    blockBytes = blockSize;
    MIN.setRelease(this, Long.MAX_VALUE);
    MAX.setRelease(this, Long.MIN_VALUE);
    pageBytes = 0;
    closedBytes = 0;
    nextRank = 0;
    average = 0;
    waiting.clear();
    encoded = false;
    others = false;
    large = null;
    retired = false;
    bytes.add(STREAM_BYTES);
    return this;
  }

  /** The stream's labels. */
  public Labels labels() {
    return labels;
  }

  /** The metadata of its tenant. */
  MetadataSets sets() {
    return sets;
  }

  /** The time of the oldest entry; MAX_VALUE before the first. */
  public long minTs() {
    return (long) MIN.getAcquire(this);
  }

  /** The time of the newest entry; MIN_VALUE before the first. */
  public long maxTs() {
    return (long) MAX.getAcquire(this);
  }

  /** The sum of the lines' lengths. */
  public long lineBytes() {
    long sum = 0;
    for (HeadPart part = first(); part != null; part = part.next()) {
      sum += part.bytes();
    }
    return sum;
  }

  /**
   * Hands what a function makes of each time to a consumer; neighbours that give the same are handed over once. The
   * function must say the same of all times of one UTC day: a block is asked for its first time only.
   */
  public void forEachTime(LongToIntFunction function, IntConsumer consumer) {
    for (HeadPart part = first(); part != null; part = part.next()) {
      switch (part) {
        case HeadBlock block -> consumer.accept(function.applyAsInt(block.built.info().minTs()));
        case HeadPage page -> forEachTime(page.rows(labels), function, consumer);
      }
    }
  }

  private static void forEachTime(EntryBlock rows, LongToIntFunction function, IntConsumer consumer) {
    int last = 0;
    for (int r = 0; r < rows.size(); r++) {
      int now = function.applyAsInt(rows.timestamp(r));
      if (r == 0 || now != last) {
        consumer.accept(now);
        last = now;
      }
    }
  }

  /** Takes the entries of stream {@code s} of a batch; returns whether closed pages are worth a block since this append. */
  synchronized boolean append(EntryBatch batch, int s, SetPlaces places) {
    int e = batch.firstEntry(s);
    int to = batch.endEntry(s);
    HeadPage page = open;
    long before = page == null ? 0 : page.memory();
    long closed = 0;
    boolean anyClosed = false;
    try {
      do {
        if (page == null) {
          page = open(batch, s, e);
          link(lastClosed, page);
        }
        e = page.append(batch, e, to, places);
        span(page);
        page.publish();
        if (e < to || page.isFull()) {
          closed += close(page);
          anyClosed = true;
          page = null;
        }
      } while (e < to);
    } finally {
      // When memory is short, too: what was opened is there.
      open = page;
      long more = closed + (page == null ? 0 : page.memory()) - before;
      if (more != 0) {
        memory.add(more);
      }
    }
    return anyClosed && waiting.areWorth(blockBytes);
  }

  /** Of the entries of a stream of a batch from {@code from} on. */
  private static long lineBytes(EntryBatch batch, int s, int from) {
    long sum = batch.lineBytes(s);
    for (int e = batch.firstEntry(s); e < from; e++) {
      sum -= batch.lineEnd(e) - batch.lineStart(e);
    }
    return sum;
  }

  /** {@link HeadPage#touch} of the open page, and of the stream itself. */
  int touch() {
    HeadPage page = open;
    return (page == null ? 0 : page.touch()) + (int) minTs;
  }

  /** Widens the time of the stream to that of a page. */
  private void span(HeadPage page) {
    if (page.oldest() < minTs) {
      MIN.setRelease(this, page.oldest());
    }
    if (page.newest() > maxTs) {
      MAX.setRelease(this, page.newest());
    }
  }

  /**
   * Closes the open page; one that is not in order makes way for a sorted copy.
   *
   * @return the memory that is counted for it from now on
   */
  private long close(HeadPage page) {
    HeadPage full = page.close(labels);
    // Nothing fails from here on.
    closedBytes += full.bytes();
    average = full.bytes() / Math.max(1, full.rows());
    nextRank = full.rank() + 1;
    waiting.add(full);
    long kept = 0;
    if (full != page) {
      kept = page.keptMemory();
      link(lastClosed, full);
      if (large == page) {
        large = full;
      }
      others = true;
      retire(List.of(page));
    }
    lastClosed = full;
    return full.memory() + kept;
  }

  /** A page for the entries of a stream of a batch from {@code from} on, or the first of them. */
  private HeadPage open(EntryBatch batch, int s, int from) {
    int length = batch.lineEnd(from) - batch.lineStart(from);
    HeadPage page =
        length > PageKind.MOST_BYTES
            ? HeadPage.alone(nextRank, length, maxTs)
            : arenas
                .open(
                    closedBytes,
                    lineBytes(batch, s, from),
                    batch.endEntry(s) - from,
                    nextRank == 0 ? length : average,
                    large != null)
                .begin(nextRank, maxTs);
    pageBytes += PageKind.bytes(page.kind());
    if (!page.isInArena()) {
      others |= page.kind() == PageKind.NONE;
      if (large == null) {
        large = page;
      }
    }
    return page;
  }

  /** Links a part behind another one, or as the first when there is none before it. */
  private void link(@Nullable HeadPart before, HeadPart part) {
    if (before == null) {
      FIRST.setRelease(this, part);
    } else {
      before.link(part);
    }
  }

  private @Nullable HeadPart first() {
    return (HeadPart) FIRST.getAcquire(this);
  }

  private void retire(List<HeadPage> pages) {
    Retired gone = new Retired();
    for (HeadPage page : pages) {
      gone.add(page);
      pageBytes -= PageKind.bytes(page.kind());
    }
    arenas.retire(gone);
  }

  /** See {@link WaitingPages#forBlock}. */
  synchronized List<HeadPage> pagesForBlock() {
    return retired ? List.of() : waiting.forBlock(first(), open, blockBytes);
  }

  /** Leaves the first of the pages that wait as they are until the flush. */
  synchronized void passOver(int pages) {
    waiting.passOver(pages, first());
  }

  /**
   * Puts a block and a page with the rest of the rows in the place of the pages that {@link #pagesForBlock} gave last.
   *
   * @param metadata memory of metadata that was counted and is not needed any more
   */
  synchronized void replace(List<HeadPage> pages, HeadBlock block, HeadPage rest, long metadata) {
    if (retired) {
      return;
    }
    HeadPart before = waiting.settled();
    HeadPage last = pages.getLast();
    long freed = metadata;
    for (HeadPage page : pages) {
      freed += page.memory() - page.keptMemory();
    }
    waiting.passOver(pages.size(), first());
    rest.link(last.next());
    block.link(rest);
    link(before, block);
    waiting.settle(block);
    waiting.add(rest);
    encoded = true;
    if (lastClosed == last) {
      lastClosed = rest;
    }
    memory.add(block.memory() + rest.memory() - freed);
    retire(pages);
  }

  /** Collects all pages, for the view has the stream no more. */
  synchronized void retire(Retired pages) {
    retired = true;
    if (encoded) {
      // Blocks shall not stay in memory until somebody wants the pages.
      for (HeadPart part = first(); part != null; part = part.next()) {
        if (part instanceof HeadPage page) {
          pages.add(page);
        }
      }
    } else {
      pages.add(this, pageBytes);
    }
  }

  /**
   * Lets go of everything but the parts that are not in arenas; nobody may use the stream until it begins anew. It may wait
   * for that for long.
   *
   * @return whether there are such parts
   */
  boolean letGo() {
    FIRST.setRelease(this, null);
    open = null;
    lastClosed = null;
    waiting.clear();
    labels = Labels.EMPTY;
    memory = NOT_COUNTED;
    sets = NO_SETS;
    arenas = NO_ARENAS;
    return large != null;
  }

  /** Whether some of the parts that are left are of no kind, so that nobody wants them. */
  boolean hasOthers() {
    return others;
  }

  /** Gives the first of the parts that are left, and lets go of it. */
  @Nullable HeadPart takeParts() {
    HeadPart part = large;
    large = null;
    return part;
  }

  /** Bytes of columns of all pages, when it is retired. */
  long pageBytes() {
    return pageBytes;
  }

  /**
   * The entries published so far, as chains of runs whose ranks start at {@code firstRank}, for readers who took a lease
   * before they found the stream. The rows stay valid for as long as they are referred to.
   *
   * @param stats counts what is decoded
   */
  public List<Chain> chains(int firstRank, ScanStats stats) {
    return HeadChains.of(labels, parts(), firstRank, stats, page -> page.show(labels));
  }

  /** The same for somebody who copies the rows while he has a lease. */
  public List<Chain> chainsToCopy(ScanStats stats) {
    return HeadChains.of(labels, parts(), 0, stats, page -> page.rows(labels));
  }

  /** The rows of some pages only, to be copied. */
  List<Chain> chainsOf(List<HeadPage> pages) {
    return HeadChains.of(labels, pages, 0, new ScanStats(), page -> page.rows(labels));
  }

  /** All parts as they are now: asked for twice, they may be others. */
  private List<HeadPart> parts() {
    List<HeadPart> parts = new ArrayList<>();
    for (HeadPart part = first(); part != null; part = part.next()) {
      parts.add(part);
    }
    return parts;
  }

  /** The number of ranks that {@link #chains} used so far may have; asked for after it. */
  public int ranks() {
    int ranks = 0;
    for (HeadPart part = first(); part != null; part = part.next()) {
      ranks = part.rank() + 1;
    }
    return ranks;
  }
}
