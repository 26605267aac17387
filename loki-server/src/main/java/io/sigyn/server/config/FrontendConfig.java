package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/**
 * The section {@code frontend}.
 *
 * @param maxOutstandingPerTenant queries of a tenant that may wait for a thread; the smaller one of this and {@code
 *     query_scheduler.max_outstanding_requests_per_tenant} counts
 */
@Ignored(
    value = {
      "querier_forget_delay",
      "scheduler_address",
      "scheduler_dns_lookup_period",
      "scheduler_worker_concurrency",
      "grpc_client_config",
      "graceful_shutdown_timeout",
      "instance_interface_names",
      "instance_enable_ipv6",
      "address",
      "port",
      "downstream_url",
      "tail_proxy_url",
      "tail_tls_config",
      "encoding"
    },
    because = "one process is complete by itself and talks to no other")
@Ignored(
    value = {"log_queries_longer_than", "query_stats_enabled", "log_query_request_headers"},
    because = "this version does not have it")
@Ignored(
    value = {"max_body_size"},
    because = "a form with parameters may have 10 MiB")
@Ignored(
    value = {"compress_responses", "support_parquet_encoding"},
    because = "answers are JSON as it is")
public record FrontendConfig(int maxOutstandingPerTenant) {
  /** Loki's default. */
  public static final FrontendConfig DEFAULT = new FrontendConfig(2_048);

  /** Refuses an empty queue. */
  public FrontendConfig {
    if (maxOutstandingPerTenant < 1) {
      throw new IllegalArgumentException(
          "max_outstanding_per_tenant: must be at least 1, is " + maxOutstandingPerTenant);
    }
  }
}
