package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code ingester}.
 *
 * @param chunkIdlePeriod how long a stream counts as active after its last entry
 * @param maxChunkAge an entry may be older than the newest of its stream by half of this; older ones are refused
 *     with 400
 * @param shutdownMarkerPath the directory where {@code /ingester/prepare_shutdown} keeps its file; empty for {@code
 *     common.path_prefix}
 */
@Ignored(
    value = {
      "lifecycler",
      "autoforget_unhealthy",
      "owned_streams_check_interval",
      "delegate_stream_limits_enabled",
      "kafka_ingestion",
      "query_store_max_look_back_period"
    },
    because = "one process is complete by itself, there is no ring")
@Ignored(
    value = {
      "concurrent_flushes",
      "flush_check_period",
      "flush_op_backoff",
      "flush_op_timeout",
      "chunk_retain_period",
      "chunk_block_size",
      "chunk_target_size",
      "chunk_encoding",
      "sync_period",
      "sync_min_utilization",
      "index_shards",
      "max_dropped_streams",
      "max_returned_stream_errors"
    },
    because = "the store has its own format and flushes by size and age, see the section sigyn")
@Ignored(
    value = {"wal"},
    because =
        "the write-ahead log is always on, see the section sigyn for when an entry counts as"
            + " written")
public record IngesterConfig(Duration chunkIdlePeriod, Duration maxChunkAge, String shutdownMarkerPath) {
  /** Loki's defaults. */
  public static final IngesterConfig DEFAULT =
      new IngesterConfig(Duration.ofMinutes(30), Duration.ofHours(2), "");

  /** Refuses ages that are not positive. */
  public IngesterConfig {
    if (!maxChunkAge.isPositive()) {
      throw new IllegalArgumentException("max_chunk_age: must be positive, is " + maxChunkAge);
    }
  }
}
