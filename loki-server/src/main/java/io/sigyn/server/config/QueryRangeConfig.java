package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/**
 * The section {@code query_range}.
 *
 * @param cacheResults whether answers of metric range queries are kept in memory
 */
@Ignored(
    value = {"align_queries_with_step"},
    because = "the points of metric range queries are always multiples of the step")
@Ignored(
    value = {"max_retries", "parallelise_shardable_queries", "shard_aggregations"},
    because = "one process does all the work, nothing is sharded over several")
@Ignored(
    value = {
      "cache_instant_metric_results",
      "instant_metric_results_cache",
      "instant_metric_query_split_align",
      "cache_index_stats_results",
      "index_stats_results_cache",
      "cache_volume_results",
      "volume_results_cache",
      "cache_series_results",
      "series_results_cache",
      "cache_label_results",
      "label_results_cache"
    },
    because = "only metric range queries are cached; the others are answered from memory and indexes")
public record QueryRangeConfig(boolean cacheResults, ResultsCacheConfig resultsCache) {
  /** Answers are kept. */
  public static final QueryRangeConfig DEFAULT = new QueryRangeConfig(true, ResultsCacheConfig.DEFAULT);

  /**
   * Bytes of memory for answers, of a heap of so many bytes; 0 keeps none. Never more than a sixteenth of the heap.
   */
  public long cacheBytes(long heapBytes) {
    EmbeddedCacheConfig memory = resultsCache.cache().embeddedCache();
    return cacheResults && memory.enabled() ? Math.min((long) memory.maxSizeMb() << 20, heapBytes / 16) : 0;
  }
}
