package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/**
 * The section {@code querier}.
 *
 * @param multiTenantQueriesEnabled whether {@code X-Scope-OrgID: a|b} reads both tenants
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
    value = {"tail_max_duration", "per_request_limits_enabled"},
    because = "this version does not have it")
public record QuerierConfig(boolean multiTenantQueriesEnabled) {
  /** One tenant at a time. */
  public static final QuerierConfig DEFAULT = new QuerierConfig(false);
}
