package io.sigyn.storage.segment;

import io.sigyn.model.EntryTimes;
import io.sigyn.model.ScanStats;
import io.sigyn.storage.block.BlockInfo;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** The times of some streams of a segment together, for those who tell neither them nor their entries apart. */
public final class StreamTimes {
  /** The most entries whose times are put in order at once: they take 16 bytes while it is done, of the heap a 16th at most. */
  private static final long MOST = Math.min(4 << 20, Runtime.getRuntime().maxMemory() / 256);

  private final Segment segment;
  private final SegmentIndex index;
  private final ImmutableRoaringBitmap streams;
  private final BlockReader reader;
  private final ScanStats stats;

  /** Of streams that have each entry once; the bitmap must not change any more. */
  public StreamTimes(
      Segment segment, SegmentIndex index, ImmutableRoaringBitmap streams, BlockReader reader, ScanStats stats) {
    this.segment = segment;
    this.index = index;
    this.streams = streams;
    this.reader = reader;
    this.stats = stats;
  }

  /**
   * From memory, or from the blocks; null when there are too many or a block is damaged.
   *
   * @param rows entries of the streams
   */
  public @Nullable EntryTimes of(long rows) {
    if (rows > MOST) {
      return null;
    }
    MutableRoaringBitmap own = streams.toMutableRoaringBitmap();
    own.runOptimize();
    TimesCache.Key key = new TimesCache.Key(segment.info().id(), own);
    SortedTimes known = segment.times().get(key);
    if (known == null) {
      known = read((int) rows);
      if (known != null) {
        segment.times().put(key, known);
      }
    }
    return known;
  }

  private @Nullable SortedTimes read(int rows) {
    stats.charge(16L * rows);
    long[] times = new long[rows];
    int size = 0;
    long unit = Long.MAX_VALUE;
    BitSet blocks = index.blocksOf(streams);
    reader.expect(segment, blocks);
    for (int b = blocks.nextSetBit(0); b >= 0; b = blocks.nextSetBit(b + 1)) {
      BlockInfo block = index.blocks().get(b);
      unit = Math.min(unit, block.unitNanos());
      BlockColumns columns = reader.read(segment, index, b);
      if (columns == null) {
        return null;
      }
      PeekableIntIterator refs = streams.getIntIterator();
      refs.advanceIfNeeded(block.firstStream());
      while (refs.hasNext() && refs.peekNext() <= block.lastStream()) {
        int ref = refs.next();
        int n = columns.rowCount(ref);
        if (n > rows - size) {
          return null;
        }
        if (n > 0) {
          int first = columns.firstRow(ref);
          System.arraycopy(columns.timestamps(first, n), first, times, size, n);
          size += n;
        }
      }
    }
    if (size < rows) {
      return null;
    }
    stats.check();
    return SortedTimes.of(times, unit);
  }
}
