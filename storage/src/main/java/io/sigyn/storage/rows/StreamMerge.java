package io.sigyn.storage.rows;

import io.sigyn.model.Direction;
import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one stream from all its chains, each exactly once, in blocks that do not overlap. Used by one thread.
 *
 * <p>As long as one chain is alone in time its blocks go out as they are, without a copy. Where chains overlap, a window
 * is cut that ends no later than the run of any chain inside it, and the rows of the window are merged into a new block;
 * a window holds at most one run of each chain that overlaps there. Rows of equal time from different chains are compared
 * with each other, so that duplicates meet: those of a few runs in one step, any more by a {@link Tie}, which hands them out
 * in several.
 *
 * <p>Order is expressed in keys (see {@link ChainCursor}): of two blocks of any streams, the one with the smaller key
 * comes first in the direction asked for.
 */
public final class StreamMerge {
  /** Fewer rows than this in front of the next chain are merged with it instead of making a tiny block. */
  private static final int MIN_SLICE = 256;

  private final Labels stream;
  private final List<ChainCursor> chains;
  private final boolean forward;
  private final Tie.Limits limits;
  private final RowMerger merger = new RowMerger();

  /** Has the next blocks when there is one; what chains have left comes later. */
  private @Nullable Tie tie;

  /** Over the rows with times in {@code [first, last]}, both inclusive. */
  public StreamMerge(Labels stream, List<? extends Chain> chains, long first, long last, Direction direction) {
    this(stream, chains, first, last, direction, Tie.Limits.DEFAULT);
  }

  /** With other limits to what is compared in one step. */
  StreamMerge(
      Labels stream, List<? extends Chain> chains, long first, long last, Direction direction, Tie.Limits limits) {
    this.stream = stream;
    this.forward = direction == Direction.FORWARD;
    this.chains = chains.stream().map(chain -> new ChainCursor(chain, first, last, forward)).toList();
    this.limits = limits;
  }

  /** A lower bound of the key of the next block, empty when there is none. Costs no decoding. */
  public OptionalLong bound() {
    if (tie != null) {
      return OptionalLong.of(tie.key());
    }
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
    if (tie != null) {
      return;
    }
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
    if (tie != null) {
      return null;
    }
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

  /**
   * The next block; after {@link #prepare} left a bound. Empty when it turned out to be damaged, when no line is wanted, or
   * when all of it are duplicates.
   */
  public EntryBlock next(ScanStats stats) {
    if (tie != null) {
      return next(tie, stats);
    }
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
    return before == 0 ? tied(cut, stats) : merged(stats);
  }

  /** All rows with the key, which no row is before, or the first of them. */
  private EntryBlock tied(long key, ScanStats stats) {
    List<TieSpan> spans = new ArrayList<>();
    for (int c = 0; c < chains.size(); c++) {
      chains.get(c).passTie(key, c, spans);
    }
    if (gathered(spans, stats)) {
      return merged(stats);
    }
    spans.sort(Comparator.comparingInt(span -> span.run().rank()));
    return next(new Tie(stream, key, forward, spans, limits), stats);
  }

  /** Whether the merger has all rows now, since they are few; else it has none. */
  private boolean gathered(List<TieSpan> spans, ScanStats stats) {
    if (spans.size() > limits.spans()) {
      return false;
    }
    List<EntryBlock> blocks = new ArrayList<>(spans.size());
    for (TieSpan span : spans) {
      EntryBlock rows = span.rows();
      merger.add(rows, span.run().rank(), 0, rows.size());
      if (merger.rows() > limits.rows() || merger.bytes() > limits.bytes()) {
        merger.clear();
        return false;
      }
      blocks.add(rows);
    }
    for (int i = 0; i < blocks.size(); i++) {
      count(blocks.get(i), spans.get(i).run().inHead(), stats);
    }
    return true;
  }

  private EntryBlock next(Tie from, ScanStats stats) {
    EntryBlock rows = from.next(stats);
    tie = from.done() ? null : from;
    return rows;
  }

  private EntryBlock merged(ScanStats stats) {
    EntryBlock merged = merger.merge(stream);
    stats.duplicates += merger.duplicates();
    stats.duplicateBytes += merger.duplicateBytes();
    return merged;
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
  static void count(EntryBlock rows, boolean head, ScanStats stats) {
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
