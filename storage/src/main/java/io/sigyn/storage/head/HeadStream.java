package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;

/** The entries of one stream in one generation. Appends lock the stream once per batch; readers never lock. */
public final class HeadStream {
  /** What a stream costs beside its pages, its places in maps and postings included; roughly. */
  private static final int STREAM_BYTES = 700;

  private final Labels labels;
  private volatile HeadPage[] pages = {};

  /** Line bytes of all pages but the last; under the lock. */
  private long closedBytes;

  private volatile long minTs = Long.MAX_VALUE;
  private volatile long maxTs = Long.MIN_VALUE;

  HeadStream(Labels labels) {
    this.labels = labels;
  }

  /** The stream's labels. */
  public Labels labels() {
    return labels;
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
    for (HeadPage page : pages) {
      sum += page.bytes();
    }
    return sum;
  }

  /** Hands what a function makes of each time to a consumer; neighbours that give the same are handed over once. */
  public void forEachTime(LongToIntFunction function, IntConsumer consumer) {
    for (HeadPage page : pages) {
      EntryBlock rows = page.snapshot(labels);
      int last = 0;
      for (int r = 0; r < rows.size(); r++) {
        int now = function.applyAsInt(rows.timestamp(r));
        if (r == 0 || now != last) {
          consumer.accept(now);
          last = now;
        }
      }
    }
  }

  /** Takes entries {@code [from, to)} of a batch; returns the memory that takes beside metadata, in bytes. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; the table is asked only when they do not
  synchronized long append(EntryBatch batch, int from, int to, MetadataSets sets) {
    HeadPage page;
    long before;
    if (pages.length == 0) {
      int length = batch.lineEnd(from) - batch.lineStart(from);
      page = HeadPage.open(0, length, length);
      pages = new HeadPage[] {page};
      before = -STREAM_BYTES;
    } else {
      page = pages[pages.length - 1];
      before = page.memory();
    }
    long closed = 0;
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
        closed += page.memory();
        page = turn(page, end - start);
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
    minTs = min;
    maxTs = max;
    page.publish();
    return closed + page.memory() - before;
  }

  private HeadPage turn(HeadPage full, int lineBytes) {
    closedBytes += full.bytes();
    HeadPage page = HeadPage.open(closedBytes, lineBytes, full.bytes() / Math.max(1, full.rows()));
    int n = pages.length;
    HeadPage[] more = Arrays.copyOf(pages, n + 1);
    more[n - 1] = full.close(labels);
    more[n] = page;
    pages = more;
    return page;
  }

  /** The entries published so far, as chains of pages whose ranks start at {@code firstRank}. */
  public List<Chain> chains(int firstRank) {
    HeadPage[] now = pages;
    List<PageChain> chains = new ArrayList<>(1);
    for (int i = 0; i < now.length; i++) {
      EntryBlock rows = now[i].snapshot(labels);
      if (rows.size() > 0) {
        PageRun run = new PageRun(rows, firstRank + i);
        chainFor(chains, run).runs.add(run);
      }
    }
    return List.copyOf(chains);
  }

  /** The number of ranks {@link #chains} may use. */
  public int ranks() {
    return pages.length;
  }

  /** The first chain that ends before the run starts. A tie opens another chain, so that duplicates meet in a merge. */
  private static PageChain chainFor(List<PageChain> chains, PageRun run) {
    for (PageChain chain : chains) {
      if (chain.maxTs() < run.minTs()) {
        return chain;
      }
    }
    PageChain fresh = new PageChain(new ArrayList<>());
    chains.add(fresh);
    return fresh;
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

  private record PageChain(List<PageRun> runs) implements Chain {
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
