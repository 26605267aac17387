package io.sigyn.server.config;

import io.sigyn.config.Ignored;
import java.time.Duration;

/**
 * A section {@code embedded_cache}.
 *
 * @param enabled whether anything is kept
 * @param maxSizeMb MiB of memory, at most a sixteenth of the heap
 * @param ttl how long something is kept that nobody asks for
 */
@Ignored(
    value = {"max_size_items"},
    because = "the cache is bounded by its bytes")
public record EmbeddedCacheConfig(boolean enabled, int maxSizeMb, Duration ttl) {
  /** 100 MiB, an hour. */
  public static final EmbeddedCacheConfig DEFAULT = new EmbeddedCacheConfig(true, 100, Duration.ofHours(1));

  /** Refuses negative sizes and times. */
  public EmbeddedCacheConfig {
    if (maxSizeMb < 0) {
      throw new IllegalArgumentException("max_size_mb: must not be negative, is " + maxSizeMb);
    }
    if (!ttl.isPositive()) {
      throw new IllegalArgumentException("ttl: must be positive, is " + ttl);
    }
  }
}
