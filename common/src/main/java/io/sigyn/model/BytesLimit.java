package io.sigyn.model;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.HumanBytes;

/**
 * How much a query may read and decode.
 *
 * @param bytes the most
 * @param refusal what is said beyond it, with a place for what was read so far and one for the limit
 */
public record BytesLimit(long bytes, String refusal) {
  /** Without bound. */
  public static final BytesLimit NONE = ofQuery(Long.MAX_VALUE);

  /** Of {@code max_query_bytes_read}. */
  public static BytesLimit ofQuery(long bytes) {
    return new BytesLimit(
        bytes,
        "the query would read too many bytes (query: %s, limit: %s); consider adding more specific stream selectors or"
            + " reduce the time range of the query");
  }

  /** Of {@code max_querier_bytes_read}. */
  public static BytesLimit ofQuerier(long bytes) {
    return new BytesLimit(
        bytes,
        "query too large to execute on a single querier: (query: %s, limit: %s); consider adding more specific stream"
            + " selectors, reduce the time range of the query, or adjust parallelization settings");
  }

  /** The error of a query that has read more. */
  LokiException exceeded(long read) {
    return new LokiException(
        ErrorKind.BAD_REQUEST, refusal.formatted(HumanBytes.format(read), HumanBytes.format(bytes)));
  }
}
