package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockFormat;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
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

  private static final long DAY_NANOS = 86_400_000_000_000L;

  private static final LongAdder NOT_COUNTED = new LongAdder();
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

  private final PagePool pool;
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

  /** The last part, which takes appends, and the one before it; under the lock, as the following. */
  private @Nullable HeadPage open;

  private @Nullable HeadPart beforeOpen;

  /** Bytes of columns of all pages that others can replace. */
  private long pageBytes;

  /** Whether some part is a block. */
  private boolean encoded;

  /** The next among the streams that the pool has. */
  @Nullable HeadStream chained;

  /** Line bytes of all pages there ever were but the last. */
  private long closedBytes;

  /**
   * The last part that stays as it is until the flush; none when there is no such part. The parts behind it but the last are
   * closed pages that may become part of a block.
   */
  private @Nullable HeadPart settled;

  /** Line bytes and rows of those pages. */
  private long waitingBytes;

  private int waitingRows;

  /** Whether it has not begun or its generation is in segments: whoever still has it may read it, as long as his lease lasts. */
  private boolean retired = true;

  /** To be begun, with pages that a pool lends. */
  HeadStream(PagePool pool) {
    this.pool = pool;
  }

  /**
   * Begins without entries. What it was before is forgotten; nobody may be reading it.
   *
   * @param bytes counts what it takes beside metadata; always told under the stream's lock, so that what is given back was
   *     counted before
   * @param metadata of the tenant
   * @param blockSize line bytes that are worth a block
   */
  synchronized HeadStream begin(Labels stream, LongAdder bytes, MetadataSets metadata, int blockSize) {
    labels = stream;
    memory = bytes;
    sets = metadata;
    blockBytes = blockSize;
    MIN.setRelease(this, Long.MAX_VALUE);
    MAX.setRelease(this, Long.MIN_VALUE);
    pageBytes = 0;
    closedBytes = 0;
    waitingBytes = 0;
    waitingRows = 0;
    encoded = false;
    retired = false;
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

  /** Takes entries {@code [from, to)} of a batch; returns whether closed pages are worth a block since this append. */
  synchronized boolean append(EntryBatch batch, int from, int to) {
    HeadPage page = open;
    long before;
    if (page == null) {
      int length = batch.lineEnd(from) - batch.lineStart(from);
      page = HeadPage.open(0, 0, lineBytes(batch, from, to), length, length, Long.MIN_VALUE, pool);
      open = page;
      pageBytes = PageKind.bytes(page.kind());
      FIRST.setRelease(this, page);
      before = -STREAM_BYTES;
    } else {
      before = page.memory();
    }
    long closed = 0;
    HeadPage begun = page;
    int taken = page.append(batch, from, to, sets);
    while (taken < to) {
      page.publish();
      span(page);
      HeadPage full = page.close(labels);
      closed += full.memory();
      page = turn(page, full, batch.lineEnd(taken) - batch.lineStart(taken), lineBytes(batch, taken, to));
      taken = page.append(batch, taken, to, sets);
    }
    span(page);
    page.publish();
    long more = closed + page.memory() - before;
    if (more != 0) {
      memory.add(more);
    }
    return page != begun && isBlock(waitingBytes, waitingRows);
  }

  private static long lineBytes(EntryBatch batch, int from, int to) {
    long sum = 0;
    for (int e = from; e < to; e++) {
      sum += batch.lineEnd(e) - batch.lineStart(e);
    }
    return sum;
  }

  /** {@link HeadPage#touch} of the open page. */
  int touch() {
    HeadPage page = open;
    return page == null ? 0 : page.touch() + (int) minTs;
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

  private boolean isBlock(long bytes, int rows) {
    return bytes >= blockBytes || rows >= BlockFormat.MAX_ROWS;
  }

  /** Puts the closed page in the place of the open one, which may be the same, and an empty one behind it. */
  private HeadPage turn(HeadPage unsorted, HeadPage full, int lineBytes, long coming) {
    closedBytes += full.bytes();
    waitingBytes += full.bytes();
    waitingRows += full.rows();
    int average = full.bytes() / Math.max(1, full.rows());
    HeadPage page = HeadPage.open(full.rank() + 1, closedBytes, coming, lineBytes, average, unsorted.newest(), pool);
    pageBytes += PageKind.bytes(page.kind());
    full.link(page);
    if (full != unsorted) {
      link(beforeOpen, full);
      retire(List.of(unsorted));
    }
    beforeOpen = full;
    open = page;
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

  private @Nullable HeadPart behind(@Nullable HeadPart part) {
    return part == null ? first() : part.next();
  }

  private void retire(List<HeadPage> pages) {
    Retired gone = new Retired();
    for (HeadPage page : pages) {
      gone.add(page);
      pageBytes -= PageKind.bytes(page.kind());
    }
    pool.retire(gone);
  }

  /**
   * Closed pages, one after another, that are worth a block: all rows are of one day, and none came later than the others
   * let one expect, so that what is still to come overlaps with little of it. Empty when there are none such. Pages that
   * cannot be among them any more are passed over.
   */
  synchronized List<HeadPage> pagesForBlock() {
    if (retired) {
      return List.of();
    }
    Candidates pages = new Candidates();
    for (HeadPart part = behind(settled); part != open && part != null; part = part.next()) {
      HeadPage page = (HeadPage) part;
      if (!pages.hasDayOf(page)) {
        passOver(pages.list.size());
        pages = new Candidates();
        if (!sameDay(page.minTs(), page.maxTs())) {
          passOver(1);
          continue;
        }
      }
      pages.add(page);
      if (isBlock(pages.bytes, pages.rows)) {
        int late = pages.tooLate();
        if (late == 0) {
          return pages.list;
        }
        passOver(late);
        List<HeadPage> others = pages.list.subList(late, pages.list.size());
        pages = new Candidates();
        others.forEach(pages::add);
      }
    }
    return List.of();
  }

  /** Pages that may become a block together. */
  private static final class Candidates {
    /** The part of the time they span that a row may be late. */
    private static final int LATE = 8;

    final List<HeadPage> list = new ArrayList<>();
    long bytes;
    int rows;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    boolean hasDayOf(HeadPage page) {
      return !list.isEmpty() && sameDay(min, page.minTs()) && sameDay(min, page.maxTs());
    }

    void add(HeadPage page) {
      list.add(page);
      bytes += page.bytes();
      rows += page.rows();
      min = Math.min(min, page.minTs());
      max = Math.max(max, page.maxTs());
    }

    /** The number of pages up to the last one with a row that came too late; 0 for none. */
    int tooLate() {
      int at = list.size();
      while (at > 0 && list.get(at - 1).lateness() <= (max - min) / LATE) {
        at--;
      }
      return at;
    }
  }

  private static boolean sameDay(long a, long b) {
    return Math.floorDiv(a, DAY_NANOS) == Math.floorDiv(b, DAY_NANOS);
  }

  /** Leaves the first of the pages that wait as they are until the flush. */
  synchronized void passOver(int pages) {
    for (int i = 0; i < pages; i++) {
      HeadPage page = (HeadPage) Objects.requireNonNull(behind(settled));
      settled = page;
      waitingBytes -= page.bytes();
      waitingRows -= page.rows();
    }
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
    HeadPart before = settled;
    HeadPage last = pages.getLast();
    long freed = metadata;
    for (HeadPage page : pages) {
      freed += page.memory();
    }
    passOver(pages.size());
    rest.link(last.next());
    block.link(rest);
    link(before, block);
    settled = block;
    encoded = true;
    if (beforeOpen == last) {
      beforeOpen = rest;
    }
    waitingBytes += rest.bytes();
    waitingRows += rest.rows();
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

  /** Lets go of all parts and gives the first; nobody may use the stream until it begins anew. */
  @Nullable HeadPart takeParts() {
    HeadPart part = first();
    FIRST.setRelease(this, null);
    open = null;
    beforeOpen = null;
    settled = null;
    labels = Labels.EMPTY;
    memory = NOT_COUNTED;
    sets = NO_SETS;
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
    return chains(parts(), firstRank, stats, page -> page.show(labels));
  }

  /** The same for somebody who copies the rows while he has a lease. */
  public List<Chain> chainsToCopy(ScanStats stats) {
    return chains(parts(), 0, stats, page -> page.rows(labels));
  }

  /** The rows of some pages only, to be copied. */
  List<Chain> chainsOf(List<HeadPage> pages) {
    return chains(pages, 0, new ScanStats(), page -> page.rows(labels));
  }

  /** All parts as they are now: asked for twice, they may be others. */
  private List<HeadPart> parts() {
    List<HeadPart> parts = new ArrayList<>();
    for (HeadPart part = first(); part != null; part = part.next()) {
      parts.add(part);
    }
    return parts;
  }

  private List<Chain> chains(
      List<? extends HeadPart> now, int firstRank, ScanStats stats, Function<HeadPage, EntryBlock> columns) {
    List<PartChain> chains = new ArrayList<>(1);
    long[] cuts = cuts(now);
    for (HeadPart part : now) {
      int rank = firstRank + part.rank();
      switch (part) {
        case HeadBlock block -> add(chains, new EncodedRun(labels, block, rank, stats));
        case HeadPage page -> {
          EntryBlock rows = columns.apply(page);
          int from = 0;
          for (int c = 0; c < cuts.length && from < rows.size(); c++) {
            int to = rows.firstAtOrAfter(cuts[c], from);
            if (to > from) {
              add(chains, new PageRun(rows.slice(from, to), rank));
              from = to;
            }
          }
          if (from < rows.size()) {
            add(chains, new PageRun(rows.slice(from, rows.size()), rank));
          }
        }
      }
    }
    return List.copyOf(chains);
  }

  /**
   * The times where blocks start and end, at which pages are cut into several runs: else one late row would make its page
   * overlap every block since, of which none could be copied or counted as it is.
   */
  private static long[] cuts(List<? extends HeadPart> parts) {
    int n = 0;
    long[] cuts = {};
    for (HeadPart part : parts) {
      if (part instanceof HeadBlock block) {
        cuts = n == cuts.length ? Arrays.copyOf(cuts, 2 * n + 8) : cuts;
        cuts[n++] = block.built.info().minTs();
        cuts[n++] = block.built.info().maxTs() + 1;
      }
    }
    cuts = Arrays.copyOf(cuts, n);
    Arrays.sort(cuts);
    return cuts;
  }

  /** The number of ranks that {@link #chains} used so far may have; asked for after it. */
  public int ranks() {
    int ranks = 0;
    for (HeadPart part = first(); part != null; part = part.next()) {
      ranks = part.rank() + 1;
    }
    return ranks;
  }

  /** To the first chain that ends before the run starts. A tie opens another chain, so that duplicates meet in a merge. */
  private static void add(List<PartChain> chains, Run run) {
    for (PartChain chain : chains) {
      if (chain.maxTs() < run.minTs()) {
        chain.runs.add(run);
        return;
      }
    }
    PartChain fresh = new PartChain(new ArrayList<>());
    fresh.runs.add(run);
    chains.add(fresh);
  }

  private record PageRun(EntryBlock rows, int rank) implements Run {
    @Override
    public long minTs() {
      return rows.timestamp(0);
    }

    @Override
    public long maxTs() {
      return rows.timestamp(rows.size() - 1);
    }

    @Override
    public boolean inHead() {
      return true;
    }
  }

  private record PartChain(List<Run> runs) implements Chain {
    @Override
    public long minTs() {
      return runs.getFirst().minTs();
    }

    @Override
    public long maxTs() {
      return runs.getLast().maxTs();
    }
  }
}
