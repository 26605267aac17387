package io.sigyn.storage.segment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sigyn.life.ThreadSource;
import io.sigyn.storage.block.DecodedBlock;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What all segments of a store share: decoded blocks and indexes in memory, and what is known to be damaged. */
public final class SegmentCache {
  /** Memory for section indexes, in bytes, and the part of the heap it may be when that is more. */
  private static final long INDEX_BYTES = 128L << 20;

  private static final int INDEX_SHARE = 8;

  /** Memory for results of matchers, in bytes. */
  private static final long MATCH_BYTES = 64L << 20;

  /** Memory for times of streams together, in bytes, and the part of the heap it may be at most. */
  private static final long TIMES_BYTES = 64L << 20;

  private static final int TIMES_SHARE = 32;

  /**
   * A block by the place where it starts and the checksum of its header: what is left of an index that was lost has other numbers
   * for the same blocks, others may still use the whole one, and in a damaged file blocks may stand in the places of others.
   */
  record BlockKey(SegmentId segment, long offset, int headerCrc) {}

  final StoreFiles files;
  final DamageLog damages;
  final MatchCache matches = new MatchCache(MATCH_BYTES);
  final TimesCache times = new TimesCache(Math.min(TIMES_BYTES, Runtime.getRuntime().maxMemory() / TIMES_SHARE));

  /** Reads that wait for the disk while their queries do something else. */
  final ExecutorService readers;

  private final Cache<BlockKey, DecodedBlock> blocks;
  private final Cache<SegmentId, SegmentIndex> indexes;
  private final Set<BlockKey> damagedBlocks = ConcurrentHashMap.newKeySet();
  private final Set<SegmentId> damagedSegments = ConcurrentHashMap.newKeySet();

  /**
   * What is left of the indexes of damaged segments. Kept as long as the segment: its blocks have the numbers that they have
   * here, and another try might find others.
   */
  private final Map<SegmentId, SegmentIndex> partial = new ConcurrentHashMap<>();

  /** Blocks and indexes that could not be read when this was last tried. */
  private final Set<BlockKey> unreadable = ConcurrentHashMap.newKeySet();

  /** Segments with damage that was made good when it was read. */
  private final Set<SegmentId> toRepair = ConcurrentHashMap.newKeySet();

  /** With {@code blockBytes} bytes of decoded blocks. */
  public SegmentCache(StoreFiles files, DamageLog damages, long blockBytes) {
    this(files, damages, blockBytes, ThreadSource.SYSTEM);
  }

  /** The same, reading ahead on threads of {@code threads}. */
  public SegmentCache(StoreFiles files, DamageLog damages, long blockBytes, ThreadSource threads) {
    this.files = files;
    this.damages = damages;
    this.readers = threads.virtual("store-read");
    // The caller runs what little upkeep there is; there is no pool to keep alive or to stop.
    blocks =
        Caffeine.newBuilder()
            .maximumWeight(blockBytes)
            .weigher((BlockKey key, DecodedBlock block) -> block.weight())
            .executor(Runnable::run)
            .build();
    indexes =
        Caffeine.newBuilder()
            .maximumWeight(Math.max(INDEX_BYTES, Runtime.getRuntime().maxMemory() / INDEX_SHARE))
            .weigher((SegmentId id, SegmentIndex index) -> (int) Math.min(index.weight(), Integer.MAX_VALUE))
            .executor(Runnable::run)
            .build();
  }

  @Nullable DecodedBlock block(BlockKey key) {
    return blocks.getIfPresent(key);
  }

  void put(BlockKey key, DecodedBlock block) {
    blocks.put(key, block);
  }

  /** Weighs a block anew unless it is gone. */
  void grown(BlockKey key, DecodedBlock block) {
    blocks.asMap().replace(key, block);
  }

  /** Forgets a segment that is not part of the store any more: its index, the results of matchers on it and times. */
  public void forget(SegmentId id) {
    indexes.invalidate(id);
    matches.forget(id);
    times.forget(id);
    toRepair.remove(id);
    partial.remove(id);
    unreadable.removeIf(key -> key.segment.equals(id));
  }

  /** Memory taken by blocks of entries, in bytes. */
  public long blockBytes() {
    return blocks.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Memory taken by indexes of segments, in bytes. */
  public long indexBytes() {
    return indexes.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Memory taken by times of streams together, in bytes. */
  public long timesBytes() {
    return times.bytes();
  }

  /** Memory taken by results of matchers, in bytes. */
  public long matchBytes() {
    return matches.bytes();
  }

  @Nullable SegmentIndex index(SegmentId id) {
    SegmentIndex known = indexes.getIfPresent(id);
    return known == null ? partial.get(id) : known;
  }

  void put(SegmentId id, SegmentIndex index) {
    indexes.put(id, index);
  }

  boolean isDamaged(SegmentId id) {
    return damagedSegments.contains(id);
  }

  boolean isDamaged(BlockKey key) {
    return damagedBlocks.contains(key);
  }

  /** Remembers and reports, once. */
  void damaged(BlockKey key, Path path, String detail) {
    if (damagedBlocks.add(key)) {
      blocks.invalidate(key);
      damages.report(new Damage("block", path, detail));
    }
  }

  /** Remembers and reports, once. */
  void damaged(SegmentId id, Path path, String detail) {
    if (damagedSegments.add(id)) {
      damages.report(new Damage("segment", path, detail));
    }
  }

  /** Reports that a block or an index cannot be read now, once until it can be. */
  void unreadable(BlockKey key, Damage damage) {
    if (unreadable.add(key)) {
      damages.report(damage);
    }
  }

  /** It was read. */
  void readable(BlockKey key) {
    if (!unreadable.isEmpty()) {
      unreadable.remove(key);
    }
  }

  /** Remembers what is left of a segment's index and reports, once; what all have from now on. */
  SegmentIndex damaged(SegmentId id, SegmentIndex left, Path path, String detail) {
    SegmentIndex first = partial.putIfAbsent(id, left);
    if (first != null) {
      return first;
    }
    // Both know of streams and entries that are lost.
    matches.forget(id);
    times.forget(id);
    damaged(id, path, detail);
    return left;
  }

  /** Remembers and reports, once until the file is written again. */
  void repaired(SegmentId id, Path path, String detail) {
    if (toRepair.add(id)) {
      damages.repaired(new Damage("segment", path, detail));
    }
  }

  boolean needsRepair(SegmentId id) {
    return toRepair.contains(id);
  }

  /** Whether some segment needs to be written again. */
  public boolean needsRepairs() {
    return !toRepair.isEmpty();
  }

  /** The file is what it was: every block of it was read. */
  void isRepaired(SegmentId id) {
    toRepair.remove(id);
    damagedBlocks.removeIf(key -> key.segment.equals(id));
  }
}
