package io.sigyn.storage.segment;

import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.DecodedBlock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The way of one query to blocks: what it used last stays at hand even when the shared cache is too small for it, and
 * what it reads is counted. Used by one thread.
 */
public final class BlockReader {
  private static final int AT_HAND = 16;

  private final ScanStats stats;
  private final Map<SegmentCache.BlockKey, DecodedBlock> recent =
      new LinkedHashMap<>(2 * AT_HAND, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SegmentCache.BlockKey, DecodedBlock> eldest) {
          return size() > AT_HAND;
        }
      };

  /** Counts into {@code stats}. */
  public BlockReader(ScanStats stats) {
    this.stats = stats;
  }

  @Nullable DecodedBlock read(Segment segment, SegmentIndex index, int block) {
    SegmentCache.BlockKey key = new SegmentCache.BlockKey(segment.info().id(), block);
    DecodedBlock decoded = recent.get(key);
    if (decoded == null) {
      decoded = segment.cached(block);
      if (decoded == null) {
        decoded = segment.read(index, block);
        if (decoded == null) {
          return null;
        }
        stats.blocksDecoded++;
        stats.compressedBytes += index.blocks().get(block).stored();
      }
      recent.put(key, decoded);
    }
    return decoded;
  }
}
