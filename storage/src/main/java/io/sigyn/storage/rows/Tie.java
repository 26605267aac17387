package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import java.util.BitSet;
import java.util.List;

/**
 * The rows of one stream and one time from several chains, each once, when they are too many to be compared all at once. Of
 * exact duplicates the one that came first stays. Forward, blocks come in the order of ranks, backward in the opposite
 * order; rows within a block are in order of arrival either way. Used by one thread.
 *
 * <p>Spans are taken in batches of a bounded number of rows. A batch's rows are put into a table by their digest; then the
 * rows of all spans of lower rank are read and looked up in it, and those found are left out of the batch. What is kept
 * between two blocks is a bit for each row of a batch; the table, and one block at a time, is there only while a batch is
 * compared. So memory does not depend on the number of rows n, while some {@code n * n / (2 * batch)} rows are read and
 * hashed; of those, only what a {@link RowSieve} lets through is digested. What is not in a cache is charged as often as it is read; the table, which is neither read nor decoded, is not.
 */
final class Tie {
  /**
   * From what on a tie is not merged into one block, and how it is divided then.
   *
   * @param spans the most spans, since a merge looks at all of them for each row
   * @param rows the most rows
   * @param bytes the most line bytes
   * @param batch rows that are compared at a time, of one span at least
   */
  record Limits(int spans, int rows, long bytes, int batch) {
    /** A table for a batch takes 30 bytes a row, so at most a 32nd of the heap; with 512 MiB, half a million rows. */
    static final Limits DEFAULT = new Limits(64, 1 << 16, 8 << 20, batch(Runtime.getRuntime().maxMemory()));

    private static int batch(long heap) {
      return Math.clamp(Long.highestOneBit(heap / 32 / 30), 1 << 16, 1 << 24);
    }
  }

  private final Labels stream;
  private final long key;
  private final boolean forward;
  private final Limits limits;

  /** By rank. */
  private final List<TieSpan> spans;

  /** So many spans of the lowest ranks are of one chain: nothing that came before them can be the same. */
  private final int alone;

  private final RowDigest digest = new RowDigest();

  // Spans have numbers here in the order in which they are handed out.

  private int next;

  /** Behind the last span of the batch. */
  private int end;

  /** The rows of each span of the batch. */
  private final int[] sizes;

  /** Rows of the batch that are left out, by their number in it. */
  private final BitSet dropped = new BitSet();

  /** The number in the batch of the first row of the next span. */
  private int row;

  /**
   * Over some spans.
   *
   * @param key of the time of all rows, see {@link ChainCursor}
   * @param spans by rank; at least one
   */
  Tie(Labels stream, long key, boolean forward, List<TieSpan> spans, Limits limits) {
    this.stream = stream;
    this.key = key;
    this.forward = forward;
    this.spans = spans;
    this.limits = limits;
    int n = 1;
    while (n < spans.size() && spans.get(n).chain() == spans.getFirst().chain()) {
      n++;
    }
    alone = n;
    sizes = new int[spans.size()];
  }

  /** The key of all rows. */
  long key() {
    return key;
  }

  /** Whether all blocks have been handed out. */
  boolean done() {
    return next == spans.size();
  }

  /** The next block, of the rows of one span that are no duplicates; empty when there are none. */
  EntryBlock next(ScanStats stats) {
    stats.check();
    boolean compared = place(next) >= alone;
    if (compared && next >= end) {
      compare(stats);
    }
    TieSpan span = span(next);
    EntryBlock rows = span.rows();
    if (compared && rows.size() != sizes[next]) {
      // Damaged now or when it was compared, and noted.
      rows = rows.slice(0, 0);
    }
    StreamMerge.count(rows, span.run().inHead(), stats);
    int first = row;
    if (compared) {
      row += sizes[next];
    }
    next++;
    return compared ? left(rows, first, stats) : rows;
  }

  /** The rows that are not dropped: a copy unless that is all. */
  private EntryBlock left(EntryBlock rows, int first, ScanStats stats) {
    int count = 0;
    int bytes = 0;
    int behind = first + rows.size();
    for (int r = dropped.nextSetBit(first); r >= 0 && r < behind; r = dropped.nextSetBit(r + 1)) {
      count++;
      bytes += rows.lineEnd(r - first) - rows.lineStart(r - first);
    }
    if (count == 0) {
      return rows;
    }
    stats.duplicates += count;
    stats.duplicateBytes += bytes;
    int kept = rows.size() - count;
    Columns left = new Columns(kept, rows.lineStart(rows.size()) - rows.lineStart(0) - bytes);
    for (int r = dropped.nextClearBit(first); r < behind; r = dropped.nextClearBit(r + 1)) {
      int at = r - first;
      left.append(rows.timestamp(at), rows.text(), rows.lineStart(at), rows.lineEnd(at), rows.metadata(at));
    }
    return left.block(stream, kept);
  }

  /** Takes a batch from the next span on, and finds what of it came before. What is only compared is not handed out. */
  private void compare(ScanStats stats) {
    long segmentBytes = stats.segmentBytes;
    long headBytes = stats.headBytes;
    long metadataBytes = stats.metadataBytes;
    takeBatch(stats);
    stats.segmentBytes = segmentBytes;
    stats.headBytes = headBytes;
    stats.metadataBytes = metadataBytes;
  }

  private void takeBatch(ScanStats stats) {
    DigestTable table = new DigestTable();
    RowSieve sieve = new RowSieve();
    dropped.clear();
    row = 0;
    end = next;
    boolean mixed = false;
    for (; end < spans.size() && place(end) >= alone; end++) {
      stats.check();
      EntryBlock rows = span(end).rows();
      if (end > next && table.size() + rows.size() > limits.batch()) {
        break;
      }
      sizes[end] = rows.size();
      mixed |= span(end).chain() != span(next).chain();
      for (int r = 0; r < rows.size(); r++) {
        digest.of(rows, r);
        sieve.put(rows, r);
        // Backward, spans come here before those of lower ranks, whose rows are to stay.
        drop(table.put(digest.high(), digest.low(), !forward));
      }
    }
    sieve.complete();
    int lower = forward ? next : place(end - 1);
    for (TieSpan span : spans.subList(0, lower)) {
      if (!mixed && span.chain() == span(next).chain()) {
        continue;
      }
      stats.check();
      EntryBlock rows = span.rows();
      for (int r = 0; r < rows.size(); r++) {
        if (sieve.mayHave(rows, r)) {
          digest.of(rows, r);
          drop(table.find(digest.high(), digest.low()));
        }
      }
    }
  }

  private void drop(int number) {
    if (number != DigestTable.NONE) {
      dropped.set(number);
    }
  }

  /** The place by rank of the span that is handed out as number {@code n}. */
  private int place(int n) {
    return forward ? n : spans.size() - 1 - n;
  }

  private TieSpan span(int n) {
    return spans.get(place(n));
  }
}
