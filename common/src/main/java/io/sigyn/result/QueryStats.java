package io.sigyn.result;

import io.sigyn.model.ScanStats;

/**
 * The true cost of a query, for the {@code stats} member of its answer.
 *
 * @param scan what was touched
 * @param queueNanos waiting for a place
 * @param execNanos running, waiting excluded
 * @param entriesReturned lines of a log query, series of a metric query
 * @param splits parts that were run on their own; 0 when the query was run as a whole
 * @param cache what came from the cache of results
 */
public record QueryStats(
    ScanStats scan, long queueNanos, long execNanos, long entriesReturned, long splits, CacheStats cache) {
  /** Of a query that was run as a whole and without a cache. */
  public QueryStats(ScanStats scan, long queueNanos, long execNanos, long entriesReturned) {
    this(scan, queueNanos, execNanos, entriesReturned, 0, CacheStats.NONE);
  }
}
