package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/** The section {@code query_range.results_cache}. */
@Ignored(
    value = {"compression"},
    because = "answers are kept as they are, in memory")
public record ResultsCacheConfig(CacheConfig cache) {
  /** In memory. */
  public static final ResultsCacheConfig DEFAULT = new ResultsCacheConfig(CacheConfig.DEFAULT);
}
