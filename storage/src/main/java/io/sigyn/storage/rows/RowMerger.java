package io.sigyn.storage.rows;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies sorted ranges of rows of one stream into one new block: by time, equal times by rank and then by place, exact
 * duplicates once. Add ranges, then {@link #merge}.
 */
final class RowMerger {
  /** Rows {@code [at, to)} of a block that are still to be taken. */
  private static final class Range {
    final EntryBlock block;
    final int rank;
    final int to;
    int at;

    Range(EntryBlock block, int rank, int from, int to) {
      this.block = block;
      this.rank = rank;
      this.at = from;
      this.to = to;
    }

    long time() {
      return block.timestamp(at);
    }
  }

  /** What an array may have. */
  private static final int MOST = Integer.MAX_VALUE - 16;

  private final List<Range> ranges = new ArrayList<>();
  private long rows;
  private long bytes;
  private int duplicates;
  private int duplicateBytes;

  void add(EntryBlock block, int rank, int from, int to) {
    if (from < to) {
      ranges.add(new Range(block, rank, from, to));
      rows += to - from;
      bytes += block.lineStart(to) - block.lineStart(from);
    }
  }

  /** The rows that were added. */
  long rows() {
    return rows;
  }

  /** The line bytes that were added. */
  long bytes() {
    return bytes;
  }

  /** Forgets what was added. */
  void clear() {
    ranges.clear();
    rows = 0;
    bytes = 0;
  }

  /** The exact duplicates the last merge left out. */
  int duplicates() {
    return duplicates;
  }

  /** Their line bytes. */
  int duplicateBytes() {
    return duplicateBytes;
  }

  /** The merged rows; the merger is empty again. */
  EntryBlock merge(Labels stream) {
    if (rows > MOST || bytes > MOST) {
      throw new IllegalStateException(
          "%d rows with %d bytes of %d runs of %s overlap: too many for one block"
              .formatted(rows, bytes, ranges.size(), stream));
    }
    Columns merged = new Columns((int) rows, (int) bytes);
    for (Range range = first(); range != null; range = first()) {
      merged.appendOnce(range.block, range.at++);
    }
    duplicates = (int) rows - merged.size();
    duplicateBytes = (int) bytes - merged.bytes();
    clear();
    return merged.block(stream, merged.size());
  }

  private @Nullable Range first() {
    Range best = null;
    for (Range range : ranges) {
      if (range.at < range.to
          && (best == null
              || range.time() < best.time()
              || (range.time() == best.time() && range.rank < best.rank))) {
        best = range;
      }
    }
    return best;
  }
}
