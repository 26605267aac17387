package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code querier}.
 *
 * @param maxConcurrent queries that run at once, at most four for each processor; 0 is one for each processor
 * @param multiTenantQueriesEnabled whether {@code X-Scope-OrgID: a|b} reads both tenants; streams then carry the
 *     label {@code __tenant_id__}
 * @param tailMaxDuration how long a live tail may last; 0 is for ever
 */
@Ignored(
    value = {
      "query_ingesters_within",
      "query_store_only",
      "query_ingester_only",
      "query_partition_ingesters",
      "extra_query_delay",
      "engine"
    },
    because = "memory and files are one store here")
@Ignored(
    value = {"per_request_limits_enabled"},
    because = "this version does not have it")
public record QuerierConfig(int maxConcurrent, boolean multiTenantQueriesEnabled, Duration tailMaxDuration) {
  private static final int MOST_PER_PROCESSOR = 4;

  /** As many queries as processors, one tenant at a time, and tails of an hour. */
  public static final QuerierConfig DEFAULT = new QuerierConfig(0, false, Duration.ofHours(1));

  /** Refuses a negative number. */
  public QuerierConfig {
    if (maxConcurrent < 0) {
      throw new IllegalArgumentException("max_concurrent: must not be negative, is " + maxConcurrent);
    }
  }

  /** How many queries run at once on so many processors. */
  public int threads(int processors) {
    return maxConcurrent == 0 ? processors : Math.min(maxConcurrent, MOST_PER_PROCESSOR * processors);
  }
}
