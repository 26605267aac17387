package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/**
 * The section {@code query_scheduler}.
 *
 * @param maxOutstandingRequestsPerTenant queries of a tenant that may wait for a thread; the smaller one of this and {@code
 *     frontend.max_outstanding_per_tenant} counts
 */
@Ignored(
    value = {
      "querier_forget_delay",
      "grpc_client_config",
      "use_scheduler_ring",
      "scheduler_ring",
      "max_queue_hierarchy_levels"
    },
    because = "one process is complete by itself and talks to no other")
public record QuerySchedulerConfig(int maxOutstandingRequestsPerTenant) {
  /** Loki's default. */
  public static final QuerySchedulerConfig DEFAULT = new QuerySchedulerConfig(32_000);

  /** Refuses an empty queue. */
  public QuerySchedulerConfig {
    if (maxOutstandingRequestsPerTenant < 1) {
      throw new IllegalArgumentException(
          "max_outstanding_requests_per_tenant: must be at least 1, is " + maxOutstandingRequestsPerTenant);
    }
  }
}
