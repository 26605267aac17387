package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockFormat;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one stream in one generation: pages, of which the last takes appends, and blocks that took the place of
 * pages. Appends lock the stream once per batch; readers never lock.
 */
public final class HeadStream {
  /** What a stream costs beside its pages, its places in maps and postings included; roughly. */
  private static final int STREAM_BYTES = 700;

  private static final long DAY_NANOS = 86_400_000_000_000L;

  private final Labels labels;
  private final LongAdder memory;
  private final int blockBytes;
  private final PagePool pool;
  private volatile HeadPart[] parts = {};

  /** The last part, which takes appends; under the lock. None before the first append. */
  private @Nullable HeadPage open;

  /** Equal labels, as the object that a writer sends; without a lock, because any such object will do. */
  private Labels alias;

  /** Line bytes of all pages there ever were but the last; under the lock, as the following. */
  private long closedBytes;

  /** The first part that is a closed page which may become part of a block; so may be all after it but the last. */
  private int waitingFrom;

  /** Line bytes and rows of those pages. */
  private long waitingBytes;

  private int waitingRows;

  /** Whether the generation is in segments: whoever still has the stream may read it, as long as his lease lasts. */
  private boolean retired;

  private volatile long minTs = Long.MAX_VALUE;
  private volatile long maxTs = Long.MIN_VALUE;

  /**
   * Of a stream without entries.
   *
   * @param memory counts the bytes it takes beside metadata; always told under the stream's lock, so that what is given
   *     back was counted before
   * @param blockBytes line bytes that are worth a block
   * @param pool lends columns of pages
   */
  HeadStream(Labels labels, LongAdder memory, int blockBytes, PagePool pool) {
    this.labels = labels;
    this.alias = labels;
    this.memory = memory;
    this.blockBytes = blockBytes;
    this.pool = pool;
  }

  /** The stream's labels. */
  public Labels labels() {
    return labels;
  }

  /** Whether {@link #comesAs} was told of this very object last. */
  @SuppressWarnings("ReferenceEquality") // that is the question
  boolean cameAs(Labels equal) {
    return alias == equal;
  }

  /** Says which object with these labels is going to be sent again. */
  void comesAs(Labels equal) {
    alias = equal;
  }

  /** The time of the oldest entry; MAX_VALUE before the first. */
  public long minTs() {
    return minTs;
  }

  /** The time of the newest entry; MIN_VALUE before the first. */
  public long maxTs() {
    return maxTs;
  }

  /** The sum of the lines' lengths. */
  public long lineBytes() {
    long sum = 0;
    for (HeadPart part : parts) {
      sum += part.bytes();
    }
    return sum;
  }

  /**
   * Hands what a function makes of each time to a consumer; neighbours that give the same are handed over once. The
   * function must say the same of all times of one UTC day: a block is asked for its first time only.
   */
  public void forEachTime(LongToIntFunction function, IntConsumer consumer) {
    for (HeadPart part : parts) {
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
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; the table is asked only when they do not
  synchronized boolean append(EntryBatch batch, int from, int to, MetadataSets sets) {
    HeadPage page = open;
    long before;
    if (page == null) {
      int length = batch.lineEnd(from) - batch.lineStart(from);
      page = HeadPage.open(0, 0, length, length, Long.MIN_VALUE, pool);
      open = page;
      parts = new HeadPart[] {page};
      before = -STREAM_BYTES;
    } else {
      before = page.memory();
    }
    long closed = 0;
    boolean turned = false;
    long min = minTs;
    long max = maxTs;
    byte[] arena = batch.arena();
    Labels lastSet = Labels.EMPTY;
    Labels lastKept = Labels.EMPTY;
    for (int e = from; e < to; e++) {
      int start = batch.lineStart(e);
      int end = batch.lineEnd(e);
      if (!page.fits(end - start)) {
        page.publish();
        HeadPage full = page.close(labels);
        closed += full.memory();
        HeadPage unsorted = page;
        page = turn(full, end - start, max);
        if (full != unsorted) {
          pool.retire(List.of(unsorted));
        }
        turned = true;
      }
      long ts = batch.timestamp(e);
      Labels set = batch.metadata(e);
      if (set != lastSet) {
        lastKept = sets.intern(set);
        lastSet = set;
      }
      if (page.append(ts, arena, start, end, lastKept)) {
        min = Math.min(min, ts);
        max = Math.max(max, ts);
      }
    }
    // Writes that other threads must see cost, and most appends are newer than all before.
    if (min != minTs) {
      minTs = min;
    }
    if (max != maxTs) {
      maxTs = max;
    }
    page.publish();
    long more = closed + page.memory() - before;
    if (more != 0) {
      memory.add(more);
    }
    return turned && isBlock(waitingBytes, waitingRows);
  }

  private boolean isBlock(long bytes, int rows) {
    return bytes >= blockBytes || rows >= BlockFormat.MAX_ROWS;
  }

  /** Puts the closed page in the place of the last part, and an empty one behind it. */
  private HeadPage turn(HeadPage full, int lineBytes, long newest) {
    closedBytes += full.bytes();
    waitingBytes += full.bytes();
    waitingRows += full.rows();
    HeadPage page =
        HeadPage.open(
            full.rank() + 1, closedBytes, lineBytes, full.bytes() / Math.max(1, full.rows()), newest, pool);
    int n = parts.length;
    HeadPart[] more = Arrays.copyOf(parts, n + 1);
    more[n - 1] = full;
    more[n] = page;
    parts = more;
    open = page;
    return page;
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
    for (int i = waitingFrom; i < parts.length - 1; i++) {
      HeadPage page = (HeadPage) parts[i];
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
      HeadPage page = (HeadPage) parts[waitingFrom++];
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
    HeadPart[] now = parts;
    int at = waitingFrom;
    int behind = at + pages.size();
    HeadPart[] fewer = new HeadPart[now.length - pages.size() + 2];
    System.arraycopy(now, 0, fewer, 0, at);
    fewer[at] = block;
    fewer[at + 1] = rest;
    System.arraycopy(now, behind, fewer, at + 2, now.length - behind);
    long freed = metadata;
    for (HeadPage page : pages) {
      freed += page.memory();
    }
    passOver(pages.size());
    parts = fewer;
    waitingFrom = at + 1;
    waitingBytes += rest.bytes();
    waitingRows += rest.rows();
    memory.add(block.memory() + rest.memory() - freed);
    pool.retire(pages);
  }

  /** Collects all pages, for the view has the stream no more. */
  synchronized void retire(List<? super HeadPage> pages) {
    retired = true;
    for (HeadPart part : parts) {
      if (part instanceof HeadPage page) {
        pages.add(page);
      }
    }
  }

  /**
   * The entries published so far, as chains of runs whose ranks start at {@code firstRank}, for readers who took a lease
   * before they found the stream. The rows stay valid for as long as they are referred to.
   *
   * @param stats counts what is decoded
   */
  public List<Chain> chains(int firstRank, ScanStats stats) {
    return chains(parts, firstRank, stats, page -> page.show(labels));
  }

  /** The same for somebody who copies the rows while he has a lease. */
  public List<Chain> chainsToCopy(ScanStats stats) {
    return chains(parts, 0, stats, page -> page.rows(labels));
  }

  /** The rows of some pages only, to be copied. */
  List<Chain> chainsOf(List<HeadPage> pages) {
    return chains(pages.toArray(HeadPart[]::new), 0, new ScanStats(), page -> page.rows(labels));
  }

  private List<Chain> chains(
      HeadPart[] now, int firstRank, ScanStats stats, Function<HeadPage, EntryBlock> columns) {
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
  private static long[] cuts(HeadPart[] parts) {
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
    HeadPart[] now = parts;
    return now.length == 0 ? 0 : now[now.length - 1].rank() + 1;
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
