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

  private final List<Range> ranges = new ArrayList<>();
  private int duplicates;
  private int duplicateBytes;

  void add(EntryBlock block, int rank, int from, int to) {
    if (from < to) {
      ranges.add(new Range(block, rank, from, to));
    }
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
    int rows = 0;
    int bytes = 0;
    for (Range range : ranges) {
      rows += range.to - range.at;
      bytes += range.block.lineStart(range.to) - range.block.lineStart(range.at);
    }
    Columns merged = new Columns(rows, bytes);
    for (Range range = first(); range != null; range = first()) {
      merged.appendOnce(range.block, range.at++);
    }
    duplicates = rows - merged.size();
    duplicateBytes = bytes - merged.bytes();
    ranges.clear();
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
