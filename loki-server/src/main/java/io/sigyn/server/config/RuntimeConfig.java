package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code runtime_config}.
 *
 * @param file files with limits per tenant; later ones win
 * @param period how often they are looked at
 */
@Ignored(
    value = {
      "http_client_timeout",
      "http_client_cluster_validation",
      "http_client_disable_keep_alives"
    },
    because = "limits per tenant are read from files only")
public record RuntimeConfig(List<String> file, Duration period) {
  /** No file. */
  public static final RuntimeConfig DEFAULT = new RuntimeConfig(List.of(), Duration.ofSeconds(10));

  /** Copies the list without blanks. */
  public RuntimeConfig {
    file = file.stream().map(String::strip).filter(f -> !f.isEmpty()).toList();
    if (!period.isPositive()) {
      throw new IllegalArgumentException("period: must be positive, is " + period);
    }
  }
}
