package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code compactor}.
 *
 * @param retentionEnabled whether entries expire as {@code limits_config} says, and whether delete
 *     requests are taken
 * @param deleteRequestCancelPeriod how long a delete request can be withdrawn before anything leaves
 *     the disk
 * @param deleteMaxInterval the longest {@code max_interval} of a delete request
 * @param retentionDeleteDelay how long files stay on disk after nobody needs them any more
 */
@Ignored(
    value = {
      "working_directory",
      "delete_request_store",
      "deletion_marker_object_store_prefix",
      "delete_request_store_key_prefix",
      "delete_request_store_db_type",
      "backup_delete_request_store_db_type"
    },
    because = "the store keeps everything under common.path_prefix in its own format")
@Ignored(
    value = {
      "compaction_interval",
      "apply_retention_interval",
      "retention_delete_worker_count",
      "retention_table_timeout",
      "retention_backoff_config",
      "delete_batch_size",
      "max_compaction_parallelism",
      "upload_parallelism",
      "tables_to_compact",
      "skip_latest_n_tables"
    },
    because =
        "one thread compacts and removes as soon as there is reason to, see sigyn.background_rate for"
            + " what it may read and write")
@Ignored(
    value = {"compactor_ring", "horizontal_scaling_mode", "worker_config", "jobs_config"},
    because = "one process is complete by itself, there is no ring")
public record CompactorConfig(
    boolean retentionEnabled,
    Duration deleteRequestCancelPeriod,
    Duration deleteMaxInterval,
    Duration retentionDeleteDelay) {
  /** Nothing expires; a day to withdraw. */
  public static final CompactorConfig DEFAULT =
      new CompactorConfig(false, Duration.ofDays(1), Duration.ofDays(1), Duration.ofMinutes(5));

  /** Refuses negative times. */
  public CompactorConfig {
    if (deleteRequestCancelPeriod.isNegative()) {
      throw new IllegalArgumentException(
          "delete_request_cancel_period: must not be negative, is " + deleteRequestCancelPeriod);
    }
    if (retentionDeleteDelay.isNegative()) {
      throw new IllegalArgumentException(
          "retention_delete_delay: must not be negative, is " + retentionDeleteDelay);
    }
  }
}
