package io.sigyn.server.config;

import io.sigyn.config.Ignored;

/** A section {@code cache}. */
@Ignored(
    value = {
      "background",
      "memcached",
      "memcached_client",
      "redis",
      "prefix",
      "async_cache_write_back_concurrency",
      "async_cache_write_back_buffer_size"
    },
    because = "the cache is this process's memory")
@Ignored(
    value = {"default_validity"},
    because = "an answer is valid until one of the entries under it changes")
public record CacheConfig(EmbeddedCacheConfig embeddedCache) {
  /** In memory. */
  public static final CacheConfig DEFAULT = new CacheConfig(EmbeddedCacheConfig.DEFAULT);
}
