package io.sigyn.server.config;

import io.sigyn.config.ByteSize;
import io.sigyn.config.Ignored;

/**
 * The section {@code distributor}.
 *
 * @param maxRecvMsgSize the largest body of a push as sent; a larger one is answered 413 before it is read
 * @param maxDecompressedSize the largest body of a push after decompression; 413. Loki allows 50 times as much,
 *     which is more than most heaps
 * @param maxInflightBytes bodies of all requests held at once; beyond it requests are answered 503 with {@code
 *     Retry-After}. 0 is a tenth of the heap
 * @param otlpConfig what OTLP requests mean where a tenant's limits say nothing
 */
@Ignored(
    value = {
      "ring",
      "push_worker_count",
      "rate_store",
      "kafka_writes_enabled",
      "ingester_writes_enabled",
      "ingest_limits_enabled",
      "ingest_limits_dry_run_enabled",
      "dataobj_tee",
      "circuit_breaker"
    },
    because = "pushes go straight into the store of this process")
@Ignored(
    value = {
      "write_failures_logging",
      "otlp_attribute_logging",
      "default_policy_stream_mappings"
    },
    because = "this version does not have it")
public record DistributorConfig(
    ByteSize maxRecvMsgSize, ByteSize maxDecompressedSize, ByteSize maxInflightBytes, OtlpDefaults otlpConfig) {
  /** 100 MiB each, and a tenth of the heap. */
  public static final DistributorConfig DEFAULT =
      new DistributorConfig(ByteSize.of("100MB"), ByteSize.of("100MB"), new ByteSize(0), OtlpDefaults.DEFAULT);

  /** Refuses sizes that do not fit an array. */
  public DistributorConfig {
    check("max_recv_msg_size", maxRecvMsgSize);
    check("max_decompressed_size", maxDecompressedSize);
  }

  private static void check(String key, ByteSize size) {
    if (size.bytes() < 1 || size.bytes() > (1 << 30)) {
      throw new IllegalArgumentException(key + ": must be 1B to 1GB, is " + size);
    }
  }
}
