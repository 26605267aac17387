package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * The section {@code querier}.
 *
 * @param multiTenantQueriesEnabled whether {@code X-Scope-OrgID: a|b} reads both tenants; streams then carry the
 *     label {@code __tenant_id__}
 * @param tailMaxDuration how long a live tail may last; 0 is for ever
 */
@Ignored(
    value = {"max_concurrent"},
    because = "queries run on as many threads as there are processors")
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
public record QuerierConfig(boolean multiTenantQueriesEnabled, Duration tailMaxDuration) {
  /** One tenant at a time, and tails of an hour. */
  public static final QuerierConfig DEFAULT = new QuerierConfig(false, Duration.ofHours(1));
}
