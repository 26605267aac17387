package io.sigyn.agent.config;

import io.sigyn.config.ByteSize;

/**
 * The block {@code limits_config}.
 *
 * @param readlineRate lines a second for the whole agent, when enabled
 * @param readlineBurst lines that may come at once
 * @param readlineRateDrop whether lines above the rate are dropped; otherwise reading waits
 * @param maxStreams label sets that may be in use at once; 0 is no limit
 * @param maxLineSize bytes of a line; 0 is no limit
 * @param maxLineSizeTruncate whether longer lines are cut; otherwise they are dropped
 */
public record LimitsConfig(
    double readlineRate,
    int readlineBurst,
    boolean readlineRateEnabled,
    boolean readlineRateDrop,
    int maxStreams,
    ByteSize maxLineSize,
    boolean maxLineSizeTruncate) {
  /** promtail's defaults. */
  public static final LimitsConfig DEFAULT =
      new LimitsConfig(10_000, 10_000, false, true, 0, new ByteSize(0), false);

  /** Checks the numbers. */
  public LimitsConfig {
    if (readlineRateEnabled && !(readlineRate > 0)) {
      throw new IllegalArgumentException("readline_rate: must be greater than 0, is " + readlineRate);
    }
    if (readlineRateEnabled && readlineBurst <= 0) {
      throw new IllegalArgumentException("readline_burst: must be greater than 0, is " + readlineBurst);
    }
    if (maxStreams < 0) {
      throw new IllegalArgumentException("max_streams: must not be negative, is " + maxStreams);
    }
  }
}
