package io.sigyn.storage.rows;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one stream from all its chains, each exactly once, in blocks that do not overlap. Used by one thread.
 *
 * <p>As long as one chain is alone in time its blocks go out as they are, without a copy. Where chains overlap, a window
 * is cut that ends no later than the run of any chain inside it, and the rows of the window are merged into a new block;
 * a window holds at most one run of each chain that overlaps there, except for rows that all share one timestamp. Rows of
 * equal time are never split over two steps when they come from different chains, so that duplicates meet.
 *
 * <p>Order is expressed in keys (see {@link ChainCursor}): of two blocks of any streams, the one with the smaller key
 * comes first in the direction asked for.
 */
public final class StreamMerge {
  /** Fewer rows than this in front of the next chain are merged with it instead of making a tiny block. */
  private static final int MIN_SLICE = 256;

  private final Labels stream;
  private final List<ChainCursor> chains;
  private final RowMerger merger = new RowMerger();

  /** Over the rows with times in {@code [first, last]}, both inclusive. */
  public StreamMerge(Labels stream, List<? extends Chain> chains, long first, long last, Direction direction) {
    this.stream = stream;
    boolean forward = direction == Direction.FORWARD;
    this.chains = chains.stream().map(chain -> new ChainCursor(chain, first, last, forward)).toList();
  }

  /** A lower bound of the key of the next block, empty when there is none. Costs no decoding. */
  public OptionalLong bound() {
    long key = Long.MAX_VALUE;
    boolean any = false;
    for (ChainCursor chain : chains) {
      if (!chain.done()) {
        any = true;
        key = Math.min(key, chain.firstKey());
      }
    }
    return any ? OptionalLong.of(key) : OptionalLong.empty();
  }

  /** Reads as far as needed to know the next key. Afterwards {@link #bound} is exact, or empty when nothing is left. */
  public void prepare() {
    int at = nearest(-1);
    while (at >= 0 && !chains.get(at).positioned()) {
      chains.get(at).position();
      at = nearest(-1);
    }
  }

  /**
   * What is known of the next block without reading it, after {@link #prepare} left a bound; null when nothing is. The
   * rows are those of one run that no other chain overlaps, so that none of them has a duplicate elsewhere.
   */
  public @Nullable EntrySummary summary() {
    int at = nearest(-1);
    EntrySummary summary = chains.get(at).summary();
    if (summary == null) {
      return null;
    }
    int other = nearest(at);
    return other < 0 || chains.get(at).lastKey() < chains.get(other).firstKey() ? summary : null;
  }

  /** Leaves out the block that {@link #summary} described. */
  public void skip() {
    chains.get(nearest(-1)).skip();
  }

  /** The next block; after {@link #prepare} left a bound. Empty when it turned out to be damaged, or no line is wanted. */
  public EntryBlock next(ScanStats stats) {
    int at = nearest(-1);
    ChainCursor chain = chains.get(at);
    int other = nearest(at);
    if (other < 0 || chain.lastKey() < chains.get(other).firstKey()) {
      return alone(chain, chain.left(), stats);
    }
    int n = chain.countBelow(chains.get(other).firstKey());
    return n >= MIN_SLICE ? alone(chain, n, stats) : window(chain.lastKey(), stats);
  }

  private EntryBlock window(long farthest, ScanStats stats) {
    long cut = farthest;
    boolean again;
    do {
      again = false;
      for (ChainCursor chain : chains) {
        if (!chain.done() && chain.firstKey() <= cut) {
          if (!chain.positioned()) {
            chain.position();
            again = true;
          } else if (chain.lastKey() < cut) {
            cut = chain.lastKey();
            again = true;
          }
        }
      }
    } while (again);
    int before = 0;
    for (ChainCursor chain : chains) {
      if (!chain.done() && chain.firstKey() < cut) {
        before++;
        collect(chain, chain.countBelow(cut), stats);
      }
    }
    if (before == 0) {
      for (ChainCursor chain : chains) {
        collectTie(chain, cut, stats);
      }
    }
    EntryBlock merged = merger.merge(stream);
    stats.duplicates += merger.duplicates();
    stats.duplicateBytes += merger.duplicateBytes();
    return merged;
  }

  private void collectTie(ChainCursor chain, long key, ScanStats stats) {
    while (!chain.done() && chain.firstKey() <= key) {
      if (chain.positioned()) {
        collect(chain, chain.countThrough(key), stats);
      } else {
        chain.position();
      }
    }
  }

  private void collect(ChainCursor chain, int n, ScanStats stats) {
    int rank = chain.rank();
    boolean head = chain.inHead();
    EntryBlock rows = chain.take(n);
    count(rows, head, stats);
    merger.add(rows, rank, 0, rows.size());
  }

  private static EntryBlock alone(ChainCursor chain, int n, ScanStats stats) {
    boolean head = chain.inHead();
    EntryBlock rows = chain.take(n);
    count(rows, head, stats);
    return rows;
  }

  /** Counts what is handed out; of columns that are still to be read, their source counts the bytes. */
  private static void count(EntryBlock rows, boolean head, ScanStats stats) {
    if (rows.isLazy()) {
      if (head) {
        stats.headLines += rows.size();
      } else {
        stats.segmentLines += rows.size();
      }
      return;
    }
    int bytes = rows.lineStart(rows.size()) - rows.lineStart(0);
    if (head) {
      stats.headLines += rows.size();
      stats.headBytes += bytes;
    } else {
      stats.segmentLines += rows.size();
      stats.segmentBytes += bytes;
    }
    stats.metadataBytes += metadataBytes(rows);
  }

  /** The length of names and values of the metadata of all rows. */
  @SuppressWarnings("ReferenceEquality") // neighbours share their set; another is added up
  public static long metadataBytes(EntryBlock rows) {
    long sum = 0;
    if (rows.hasMetadata()) {
      Labels set = Labels.EMPTY;
      long bytes = 0;
      for (int r = 0; r < rows.size(); r++) {
        if (rows.metadata(r) != set) {
          set = rows.metadata(r);
          bytes = 0;
          for (int i = 0; i < set.size(); i++) {
            bytes += set.name(i).length() + set.value(i).length();
          }
        }
        sum += bytes;
      }
    }
    return sum;
  }

  /** The chain with the smallest key, except one; -1 when none is left. */
  private int nearest(int except) {
    int best = -1;
    for (int i = 0; i < chains.size(); i++) {
      if (i != except
          && !chains.get(i).done()
          && (best < 0 || chains.get(i).firstKey() < chains.get(best).firstKey())) {
        best = i;
      }
    }
    return best;
  }
}
