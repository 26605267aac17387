package io.sigyn.agent.config;

import java.time.Duration;
import java.util.List;

/**
 * One item of {@code file_sd_configs}: files that list targets.
 *
 * @param files paths; the last segment may be a glob
 * @param refreshInterval the longest time a change may go unnoticed
 */
public record FileSd(List<String> files, Duration refreshInterval) {
  /** Prometheus' default. */
  public static final FileSd DEFAULT = new FileSd(List.of(), Duration.ofMinutes(5));

  /** Checks the names. */
  public FileSd {
    for (String file : files) {
      if (!file.endsWith(".json") && !file.endsWith(".yml") && !file.endsWith(".yaml")) {
        throw new IllegalArgumentException("files: \"" + file + "\": file pattern must end in .json, .yml or .yaml");
      }
      int last = file.lastIndexOf('/') + 1;
      if (file.substring(0, last).indexOf('*') >= 0) {
        throw new IllegalArgumentException("files: \"" + file + "\": only the last segment may hold a *");
      }
    }
    if (refreshInterval.isNegative() || refreshInterval.isZero()) {
      throw new IllegalArgumentException("refresh_interval: must be greater than 0");
    }
  }
}
