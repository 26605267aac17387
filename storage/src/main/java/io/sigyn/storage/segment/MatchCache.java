package io.sigyn.storage.segment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * The streams of segments whose value of a label an expression accepts. Segments never change, so a result holds for as
 * long as its segment exists; dashboards ask for the same few over and over. Safe for use by many threads.
 */
final class MatchCache {
  /** What an entry costs beside its text and its bitmap. */
  private static final int ENTRY_BYTES = 256;

  /** An expression on a label of a segment. */
  record Key(SegmentId segment, String name, String regexp) {}

  private final Cache<Key, ImmutableRoaringBitmap> results;

  /** With room for {@code bytes}. */
  MatchCache(long bytes) {
    // The caller runs what little upkeep there is; there is no pool to keep alive or to stop.
    results =
        Caffeine.newBuilder().maximumWeight(bytes).weigher(MatchCache::weight).executor(Runnable::run).build();
  }

  /** One that keeps nothing. */
  static MatchCache none() {
    return new MatchCache(0);
  }

  private static int weight(Key key, ImmutableRoaringBitmap streams) {
    return ENTRY_BYTES + 2 * (key.name.length() + key.regexp.length()) + streams.serializedSizeInBytes();
  }

  @Nullable ImmutableRoaringBitmap get(Key key) {
    return results.getIfPresent(key);
  }

  void put(Key key, ImmutableRoaringBitmap streams) {
    results.put(key, streams);
  }

  /** Drops all results of a segment. */
  void forget(SegmentId segment) {
    results.asMap().keySet().removeIf(key -> key.segment.equals(segment));
  }

  /** Memory taken, in bytes. */
  long bytes() {
    return results.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
