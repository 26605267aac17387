package io.sigyn.result;

/**
 * What a query had from a cache of answers.
 *
 * @param entriesRequested pieces of the answer that were looked for
 * @param entriesFound pieces of which something could be used
 * @param entriesStored pieces that were kept
 * @param bytesReceived memory of what was used
 * @param bytesSent memory of what was kept
 * @param requests look-ups and stores
 * @param nanos spent looking
 * @param lengthServed nanoseconds of the query's range that were not computed again
 */
public record CacheStats(
    long entriesRequested,
    long entriesFound,
    long entriesStored,
    long bytesReceived,
    long bytesSent,
    long requests,
    long nanos,
    long lengthServed) {
  /** Of a query that asked no cache. */
  public static final CacheStats NONE = new CacheStats(0, 0, 0, 0, 0, 0, 0, 0);
}
