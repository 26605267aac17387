package io.sigyn.storage.segment;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.EntrySummary;
import io.sigyn.model.Labels;
import io.sigyn.storage.block.BlockHeader;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.rows.Chain;
import io.sigyn.storage.rows.Run;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one stream in one segment: a run per block, in order of time, none twice. */
public final class SegmentChain implements Chain {
  private final Segment segment;
  private final SegmentIndex index;
  private final int ref;
  private final Labels labels;
  private final int firstRank;
  private final BlockReader reader;

  /** Stream {@code ref} of a segment, which has these labels, with the ranks from {@code firstRank} on. */
  public SegmentChain(
      Segment segment, SegmentIndex index, int ref, Labels labels, int firstRank, BlockReader reader) {
    this.segment = segment;
    this.index = index;
    this.ref = ref;
    this.labels = labels;
    this.firstRank = firstRank;
    this.reader = reader;
  }

  /** The number of ranks it uses. */
  public int ranks() {
    return index.lastBlock(ref) - index.firstBlock(ref) + 1;
  }

  @Override
  public long minTs() {
    return index.minTs(ref);
  }

  @Override
  public long maxTs() {
    return index.maxTs(ref);
  }

  /**
   * {@inheritDoc} Their bounds come from the index where it has them; a block that the stream shares with others, at the
   * ends of a longer series, must show its header when the segment has no run statistics.
   */
  @Override
  public List<Run> runs() {
    int first = index.firstBlock(ref);
    int last = index.lastBlock(ref);
    if (first == last) {
      return List.of(new BlockRun(first, minTs(), maxTs()));
    }
    List<Run> runs = new ArrayList<>(last - first + 1);
    for (int b = first; b <= last; b++) {
      BlockInfo block = index.blocks().get(b);
      if (block.firstStream() == block.lastStream()) {
        runs.add(new BlockRun(b, block.minTs(), block.maxTs()));
        continue;
      }
      BlockRuns known = reader.runs(segment, index, b);
      if (known != null) {
        int run = known.find(ref);
        if (run >= 0) {
          runs.add(new BlockRun(b, known.minTs(run), known.maxTs(run)));
        }
        continue;
      }
      BlockHeader header = reader.header(segment, index, b);
      if (header != null && header.has(ref)) {
        runs.add(new BlockRun(b, header.minTs(ref), header.maxTs(ref)));
      }
    }
    return runs;
  }

  private final class BlockRun implements Run {
    private final int block;
    private final long minTs;
    private final long maxTs;

    BlockRun(int block, long minTs, long maxTs) {
      this.block = block;
      this.minTs = minTs;
      this.maxTs = maxTs;
    }

    @Override
    public long minTs() {
      return minTs;
    }

    @Override
    public long maxTs() {
      return maxTs;
    }

    @Override
    public int rank() {
      return firstRank + block - index.firstBlock(ref);
    }

    @Override
    public boolean inHead() {
      return false;
    }

    @Override
    public @Nullable EntrySummary summary() {
      BlockRuns runs = reader.runs(segment, index, block);
      int run = runs == null ? -1 : runs.find(ref);
      return runs == null || run < 0 ? null : runs.summary(run, labels, index.metadataNames());
    }

    @Override
    public EntryBlock rows() {
      BlockColumns columns = reader.read(segment, index, block);
      return columns == null
          ? EntryBlock.of(labels, 0, 0, new long[0], new int[1], new byte[0])
          : EntryBlock.over(labels, columns.firstRow(ref), columns.rowCount(ref), columns);
    }
  }
}
