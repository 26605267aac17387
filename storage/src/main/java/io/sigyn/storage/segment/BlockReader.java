package io.sigyn.storage.segment;

import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockHeader;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.block.DecodedBlock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way of one query to blocks: what it used last stays at hand even when the shared cache is too small for it, what it
 * reads is counted, and what it finds damaged is noted. Used by one thread.
 */
public final class BlockReader {
  /** Blocks at hand. */
  private static final int AT_HAND = 16;

  /** Run statistics at hand: a few hundred bytes each. */
  private static final int RUNS_AT_HAND = 256;

  private final ScanStats stats;
  private final Map<SegmentCache.BlockKey, BlockColumns> recent = new Recent<>(AT_HAND);
  private final Map<SegmentCache.BlockKey, Optional<BlockRuns>> recentRuns = new Recent<>(RUNS_AT_HAND);

  private static final class Recent<V> extends LinkedHashMap<SegmentCache.BlockKey, V> {
    private final int most;

    Recent(int most) {
      super(2 * most, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<SegmentCache.BlockKey, V> eldest) {
      return size() > most;
    }
  }

  /** Counts into {@code stats}. */
  public BlockReader(ScanStats stats) {
    this.stats = stats;
  }

  /** What is in the runs of a block; null when the segment does not say. */
  @Nullable BlockRuns runs(Segment segment, SegmentIndex index, int block) {
    return recentRuns
        .computeIfAbsent(segment.key(block), key -> Optional.ofNullable(index.runs(block)))
        .orElse(null);
  }

  /** The header of a block; null when it is damaged, which is noted. */
  @Nullable BlockHeader header(Segment segment, SegmentIndex index, int block) {
    BlockHeader header = segment.header(index, block);
    if (header == null) {
      stats.damaged(segment.damage(index, block));
    }
    return header;
  }

  /** The columns of a block; null when it is damaged, which is noted. */
  @Nullable BlockColumns read(Segment segment, SegmentIndex index, int block) {
    SegmentCache.BlockKey key = segment.key(block);
    BlockColumns columns = recent.get(key);
    if (columns == null) {
      DecodedBlock decoded = segment.cached(block);
      if (decoded == null) {
        int stored = index.blocks().get(block).stored();
        stats.charge(stored);
        decoded = segment.read(index, block);
        if (decoded == null) {
          stats.damaged(segment.damage(index, block));
          return null;
        }
        stats.blocksDecoded++;
        stats.compressedBytes += stored;
      }
      columns = new BlockColumns(segment, index, block, decoded, stats);
      recent.put(key, columns);
    }
    return columns;
  }
}
