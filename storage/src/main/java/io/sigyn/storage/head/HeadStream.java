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
  /** What a stream costs beside its entries, roughly. */
  private static final int STREAM_BYTES = 2048;

  /** What an entry costs beside its line, roughly. */
  private static final int ENTRY_BYTES = 16;

  private static final int SET_BYTES = 96;

  private final Labels labels;
  private volatile HeadPage[] pages = {};
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

  /** Takes entries {@code [from, to)} of a batch; returns the memory they cost, in bytes. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; an equal one that is not shared costs memory too
  synchronized long append(EntryBatch batch, int from, int to) {
    HeadPage page;
    long cost = 0;
    if (pages.length == 0) {
      page = open(batch, from);
      cost = STREAM_BYTES;
    } else {
      page = pages[pages.length - 1];
    }
    long min = minTs;
    long max = maxTs;
    Labels lastSet = Labels.EMPTY;
    for (int e = from; e < to; e++) {
      int start = batch.lineStart(e);
      int end = batch.lineEnd(e);
      if (!page.fits(end - start)) {
        page.publish();
        page = open(batch, e);
      }
      long ts = batch.timestamp(e);
      Labels set = batch.metadata(e);
      if (page.append(ts, batch.arena(), start, end, set)) {
        min = Math.min(min, ts);
        max = Math.max(max, ts);
        cost += ENTRY_BYTES + end - start;
        if (set != lastSet) {
          cost += cost(set);
          lastSet = set;
        }
      }
    }
    minTs = min;
    maxTs = max;
    page.publish();
    return cost;
  }

  private HeadPage open(EntryBatch batch, int e) {
    HeadPage page = new HeadPage(batch.lineEnd(e) - batch.lineStart(e));
    int n = pages.length;
    HeadPage[] more = Arrays.copyOf(pages, n + 1);
    if (n > 0) {
      more[n - 1] = pages[n - 1].close(labels);
    }
    more[n] = page;
    pages = more;
    return page;
  }

  private static int cost(Labels set) {
    int sum = 0;
    for (int i = 0; i < set.size(); i++) {
      sum += SET_BYTES + set.name(i).length() + set.value(i).length();
    }
    return sum;
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
