package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code pattern_ingester}.
 *
 * @param enabled whether patterns of lines are looked for; without it {@code /loki/api/v1/patterns} is answered
 *     404
 * @param maxClusters patterns kept of one stream and level; the one not seen for longest makes room
 * @param retainFor how long patterns are remembered
 */
@Ignored(
    value = {
      "lifecycler",
      "client_config",
      "concurrent_flushes",
      "flush_check_period",
      "connection_timeout",
      "metric_aggregation",
      "pattern_persistence",
      "tee_config"
    },
    because = "patterns are found in the process that takes the pushes")
@Ignored(
    value = {
      "max_eviction_ratio",
      "chunk_duration",
      "pattern_sample_interval",
      "max_allowed_line_length",
      "max_chunk_age",
      "volume_threshold"
    },
    because = "it is fixed here")
public record PatternIngesterConfig(boolean enabled, int maxClusters, Duration retainFor) {
  /** Off, as in Loki. */
  public static final PatternIngesterConfig DEFAULT =
      new PatternIngesterConfig(false, 300, Duration.ofHours(3));

  /** Refuses bounds that are none. */
  public PatternIngesterConfig {
    if (maxClusters < 1 || maxClusters > 10_000) {
      throw new IllegalArgumentException("max_clusters: must be 1 to 10000, is " + maxClusters);
    }
    if (!retainFor.isPositive()) {
      throw new IllegalArgumentException("retain_for: must be positive, is " + retainFor);
    }
  }
}
