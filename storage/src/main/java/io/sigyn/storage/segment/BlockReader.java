package io.sigyn.storage.segment;

import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.storage.block.BlockHeader;
import io.sigyn.storage.block.BlockInfo;
import io.sigyn.storage.block.BlockRuns;
import io.sigyn.storage.block.DecodedBlock;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The way of one query to blocks: what it used last stays at hand even when the shared cache is too small for it, what it
 * reads is counted, and what it finds damaged is noted. Used by one thread.
 */
public final class BlockReader implements AutoCloseable {
  /** Blocks that are read ahead at a time. */
  private static final int AHEAD = 4;

  /** Bytes of blocks at hand, as far as they are decoded. */
  private static final long BYTES_AT_HAND = 32L << 20;

  /** Blocks at hand, however large they are. */
  private static final int AT_HAND = 4;

  /** Run statistics at hand: a few hundred bytes each. */
  private static final int RUNS_AT_HAND = 256;

  private final Selection.TextTest test;
  private final ScanStats stats;
  private final Map<SegmentCache.BlockKey, BlockColumns> recent = new LinkedHashMap<>(64, 0.75f, true);
  private long recentBytes;
  private final Set<SegmentCache.BlockKey> ruledOut = new HashSet<>();
  private final Map<SegmentId, BitSet> expected = new HashMap<>();
  private final Map<SegmentCache.BlockKey, Future<byte[]>> ahead = new HashMap<>();
  private final Map<SegmentCache.BlockKey, Optional<BlockRuns>> recentRuns =
      new LinkedHashMap<>(2 * RUNS_AT_HAND, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SegmentCache.BlockKey, Optional<BlockRuns>> eldest) {
          return size() > RUNS_AT_HAND;
        }
      };

  /**
   * For a query.
   *
   * @param test blocks whose text it rules out have no rows
   * @param stats counts what is read
   */
  public BlockReader(Selection.TextTest test, ScanStats stats) {
    this.test = test;
    this.stats = stats;
  }

  /** Says which blocks of a segment will be asked for, more or less in this order: their reads may be started early. */
  public void expect(Segment segment, BitSet blocks) {
    expected.put(segment.info().id(), blocks);
  }

  private void readAhead(Segment segment, SegmentIndex index, int block) {
    BitSet blocks = expected.get(segment.info().id());
    if (blocks == null) {
      return;
    }
    int next = blocks.nextSetBit(block + 1);
    for (int n = 0; n < AHEAD && next >= 0 && ahead.size() < AHEAD; n++) {
      SegmentCache.BlockKey key = segment.key(next);
      boolean known = recent.containsKey(key) || ruledOut.contains(key) || ahead.containsKey(key);
      if (!known && segment.cached(next) == null) {
        ahead.put(key, segment.readAhead(index, next));
      }
      next = blocks.nextSetBit(next + 1);
    }
  }

  private void dropAhead() {
    ahead.values().forEach(read -> read.cancel(true));
    ahead.clear();
  }

  @Override
  public void close() {
    dropAhead();
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

  /** The columns of a block; null when it is damaged, which is noted, or when no line of it is wanted. */
  @Nullable BlockColumns read(Segment segment, SegmentIndex index, int block) {
    SegmentCache.BlockKey key = segment.key(block);
    BlockColumns columns = recent.get(key);
    if (columns != null || ruledOut.contains(key)) {
      return columns;
    }
    BlockInfo info = index.blocks().get(block);
    DecodedBlock decoded = segment.cached(block);
    if (decoded == null) {
      stats.charge(info.stored());
      Future<byte[]> started = ahead.remove(key);
      if (started == null) {
        // Not what was expected: what was started may never be wanted, and must not stand in the way.
        dropAhead();
      }
      readAhead(segment, index, block);
      decoded = segment.read(index, block, started);
      if (decoded == null) {
        stats.damaged(segment.damage(index, block));
        return null;
      }
      stats.blocksDecoded++;
      stats.compressedBytes += info.stored();
    }
    columns = new BlockColumns(segment, index, block, decoded, stats);
    if (!columns.mayHold(test)) {
      // One search over all streams, and the block is never looked at again, in whatever order its streams come.
      ruledOut.add(key);
      stats.segmentLines += info.rows();
      stats.segmentBytes += info.rawBytes();
      return null;
    }
    recent.put(key, columns);
    recentBytes += size(info);
    Iterator<BlockColumns> eldest = recent.values().iterator();
    while (recentBytes > BYTES_AT_HAND && recent.size() > AT_HAND) {
      recentBytes -= size(eldest.next().info());
      eldest.remove();
    }
    return columns;
  }

  private static long size(BlockInfo info) {
    return info.rawBytes() + 16L * info.rows();
  }
}
