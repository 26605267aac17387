package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/**
 * The section {@code common}.
 *
 * @param pathPrefix the directory under which everything is kept; made when missing
 */
@Ignored(
    value = {
      "replication_factor",
      "ring",
      "instance_addr",
      "instance_interface_names",
      "compactor_address",
      "compactor_grpc_address",
      "persist_tokens"
    },
    because = "one process is complete by itself, there is no ring")
@Ignored(
    value = {"storage", "scratch_path"},
    because = "the store keeps everything under common.path_prefix in its own format")
public record CommonConfig(String pathPrefix) {
  /** A directory below the working directory. */
  public static final CommonConfig DEFAULT = new CommonConfig("./data/loki");

  /** Refuses an empty path. */
  public CommonConfig {
    if (pathPrefix.isBlank()) {
      throw new IllegalArgumentException("path_prefix: must name a directory, is empty");
    }
  }
}
