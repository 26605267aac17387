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
  /** Blocks of a segment that are read ahead at a time, and of all segments. */
  private static final int AHEAD = 4;

  private static final int ALL_AHEAD = 16;

  /** Bytes of blocks at hand, as far as they are decoded. */
  private static final long BYTES_AT_HAND = 32L << 20;

  /** Blocks at hand, however large they are. */
  private static final int AT_HAND = 4;

  /** Run statistics at hand: a few hundred bytes each. */
  private static final int RUNS_AT_HAND = 256;

  private final Selection.TextTest test;
  private final boolean text;
  private final ScanStats stats;
  private final Map<SegmentCache.BlockKey, BlockColumns> recent = new LinkedHashMap<>(64, 0.75f, true);
  private long recentBytes;
  private final Set<SegmentCache.BlockKey> ruledOut = new HashSet<>();
  private final Map<SegmentId, BitSet> expected = new HashMap<>();

  /** Reads that were started, by segment and block: queries go through several segments at once. */
  private final Map<SegmentId, Map<Integer, Future<DecodedBlock>>> ahead = new HashMap<>();

  private int allAhead;
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
   * @param text whether lines will be looked at
   * @param stats counts what is read
   */
  @SuppressWarnings("ReferenceEquality") // the one test for which the text need not be read
  public BlockReader(Selection.TextTest test, boolean text, ScanStats stats) {
    this.test = test;
    this.text = text || test != Selection.TextTest.NONE;
    this.stats = stats;
  }

  /** Says which blocks of a segment will be asked for, more or less in this order: their reads may be started early. */
  public void expect(Segment segment, BitSet blocks) {
    expected.computeIfAbsent(segment.info().id(), key -> new BitSet()).or(blocks);
  }

  private void readAhead(Segment segment, SegmentIndex index, int block) {
    BitSet blocks = expected.get(segment.info().id());
    if (blocks == null) {
      return;
    }
    Map<Integer, Future<DecodedBlock>> own = ahead.computeIfAbsent(segment.info().id(), key -> new HashMap<>());
    int next = blocks.nextSetBit(block + 1);
    for (int n = 0; n < AHEAD && next >= 0 && own.size() < AHEAD && allAhead < ALL_AHEAD; n++) {
      SegmentCache.BlockKey key = segment.key(index, next);
      boolean known = recent.containsKey(key) || ruledOut.contains(key) || own.containsKey(next);
      if (!known && cached(segment, index, next) == null) {
        own.put(next, segment.readAhead(index, next, text));
        allAhead++;
      }
      next = blocks.nextSetBit(next + 1);
    }
  }

  /** The read that was started for a block; none when another one was expected. */
  private @Nullable Future<DecodedBlock> started(Segment segment, int block) {
    Map<Integer, Future<DecodedBlock>> own = ahead.get(segment.info().id());
    if (own == null || own.isEmpty()) {
      return null;
    }
    Future<DecodedBlock> started = own.remove(block);
    if (started == null) {
      // What was started instead may never be wanted, and must not stand in the way.
      drop(own);
    } else {
      allAhead--;
    }
    return started;
  }

  private void drop(Map<Integer, Future<DecodedBlock>> own) {
    own.values().forEach(read -> read.cancel(true));
    allAhead -= own.size();
    own.clear();
  }

  @Override
  public void close() {
    ahead.values().forEach(this::drop);
  }

  /** A block that is in memory with all that is wanted of it. */
  private @Nullable DecodedBlock cached(Segment segment, SegmentIndex index, int block) {
    DecodedBlock known = segment.cached(index, block);
    return known == null || (text && !known.hasText()) ? null : known;
  }

  /** What is in the runs of a block; null when the segment does not say. */
  @Nullable BlockRuns runs(Segment segment, SegmentIndex index, int block) {
    return recentRuns
        .computeIfAbsent(segment.key(index, block), key -> Optional.ofNullable(index.runs(block)))
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
    SegmentCache.BlockKey key = segment.key(index, block);
    BlockColumns columns = recent.get(key);
    if (columns != null || ruledOut.contains(key)) {
      return columns;
    }
    BlockInfo info = index.blocks().get(block);
    DecodedBlock decoded = cached(segment, index, block);
    if (decoded == null) {
      stats.charge(text ? info.stored() : info.headerLength());
      Future<DecodedBlock> started = started(segment, block);
      readAhead(segment, index, block);
      decoded = segment.read(index, block, text, started);
      if (decoded == null) {
        stats.damaged(segment.damage(index, block));
        return null;
      }
      stats.blocksDecoded++;
      stats.compressedBytes += decoded.readBytes();
      if (!text) {
        stats.charge(decoded.readBytes() - info.headerLength());
      }
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
    recentBytes += columns.weight();
    Iterator<BlockColumns> eldest = recent.values().iterator();
    while (recentBytes > BYTES_AT_HAND && recent.size() > AT_HAND) {
      recentBytes -= eldest.next().weight();
      eldest.remove();
    }
    return columns;
  }
}
