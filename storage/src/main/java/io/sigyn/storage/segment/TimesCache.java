package io.sigyn.storage.segment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * The times of some streams of segments together. To put them in order takes as long as to read them; dashboards count the
 * same streams over and over, in windows that move on. Safe for use by many threads.
 */
final class TimesCache {
  /** What an entry costs beside its times and its streams. */
  private static final int ENTRY_BYTES = 256;

  /** Streams of a segment; the bitmap must not change. */
  record Key(SegmentId segment, ImmutableRoaringBitmap streams) {}

  private final Cache<Key, SortedTimes> times;

  /** With room for {@code bytes}. */
  TimesCache(long bytes) {
    // The caller runs what little upkeep there is; there is no pool to keep alive or to stop.
    times = Caffeine.newBuilder().maximumWeight(bytes).weigher(TimesCache::weight).executor(Runnable::run).build();
  }

  private static int weight(Key key, SortedTimes of) {
    return ENTRY_BYTES + key.streams.serializedSizeInBytes() + of.weight();
  }

  @Nullable SortedTimes get(Key key) {
    return times.getIfPresent(key);
  }

  void put(Key key, SortedTimes of) {
    times.put(key, of);
  }

  /** Drops all times of a segment. */
  void forget(SegmentId segment) {
    times.asMap().keySet().removeIf(key -> key.segment.equals(segment));
  }

  /** Memory taken, in bytes. */
  long bytes() {
    return times.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
