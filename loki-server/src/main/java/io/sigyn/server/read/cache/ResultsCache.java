package io.sigyn.server.read.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import io.sigyn.server.limits.TenantLimits;
import io.sigyn.server.write.Arrivals;
import io.sigyn.storage.Store;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers of metric range queries in memory. An answer is cut into pieces of a fixed length; of each piece some neighbouring
 * points are kept. They are used as long as they are what computing them again would give, which is known and not guessed:
 *
 * <ul>
 *   <li>Every push is noted by the minutes its entries belong to, before it is acknowledged. Points that such a minute
 *       decides are computed again.
 *   <li>Delete requests, their withdrawal, removed segments and changed limits make everything be computed again.
 *   <li>Points that an entry decides which may have expired are computed again.
 * </ul>
 *
 * Safe for use by many threads.
 */
public final class ResultsCache implements Arrivals {
  /** A piece has at least so many points, however long that is. */
  private static final long FEWEST_POINTS = 100;

  private static final int MOST_TENANTS = 10_000;

  /** What a piece is found by: everything that decides it but the entries. */
  record PieceKey(Tenant tenant, String query, long step, long points, long piece) {}

  /** What changes when entries are hidden or shown again. */
  record State(long storeChanges, long limitsChanges) {}

  /** What is known of a piece: points, and when they were read. */
  record Extent(Stretch points, long stamp, State state) {}

  private final Store store;
  private final TenantLimits limits;
  private final Clock clock;
  private final Cache<PieceKey, Extent> pieces;
  private final AtomicLong stamps = new AtomicLong();

  /** Of tenants that ask. Whatever is kept of one that is forgotten is in doubt from then on. */
  private final Cache<Tenant, Touches> touches;

  private final Counter requests;
  private final Counter hits;

  /**
   * Over a store whose pushes it is told of.
   *
   * @param maxBytes memory it may take
   * @param idle how long a piece is kept that nobody asks for
   */
  public ResultsCache(
      Store store, TenantLimits limits, long maxBytes, Duration idle, MeterRegistry metrics, Clock clock) {
    this.store = store;
    this.limits = limits;
    this.clock = clock;
    this.pieces =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((PieceKey key, Extent extent) -> weight(key, extent.points()))
            .expireAfterAccess(idle)
            .ticker(clock::ticks)
            .executor(Runnable::run)
            .build();
    this.touches =
        Caffeine.newBuilder()
            .maximumSize(MOST_TENANTS)
            .expireAfterAccess(idle)
            .ticker(clock::ticks)
            .executor(Runnable::run)
            .build();
    this.requests = counter("sigyn_results_cache_requests_total", "Pieces of answers that were looked for.", metrics);
    this.hits = counter("sigyn_results_cache_hits_total", "Pieces of answers of which something was used.", metrics);
    Gauge.builder("sigyn_results_cache_bytes", pieces, ResultsCache::bytes)
        .description("Memory of answers that are kept.")
        .register(metrics);
  }

  private static Counter counter(String name, String description, MeterRegistry metrics) {
    return Counter.builder(name).description(description).register(metrics);
  }

  private static int weight(PieceKey key, Stretch points) {
    return (int) Math.min(Integer.MAX_VALUE, points.weight() + 2L * key.query.length());
  }

  private static double bytes(Cache<PieceKey, Extent> pieces) {
    return pieces.policy().eviction().map(eviction -> eviction.weightedSize().orElse(0)).orElse(0L);
  }

  @Override
  public void arrived(Tenant tenant, EntryBatch batch) {
    // Whoever makes one later has not read anything yet.
    Touches own = touches.getIfPresent(tenant);
    if (own != null) {
      own.touch(batch);
    }
  }

  /**
   * Begins a query; to be called before anything is read for it.
   *
   * @param query its canonical text
   * @param step nanoseconds between points, whole milliseconds
   * @param reach of its points
   * @param pieceNanos how long a piece shall be at least
   * @param keepBefore nanoseconds since the Unix epoch; later points are not kept
   */
  public CachedQuery open(Tenant tenant, String query, long step, Reach reach, long pieceNanos, long keepBefore) {
    Touches own = touches.get(tenant, name -> new Touches(stamps));
    long points = Math.max(FEWEST_POINTS, Math.ceilDiv(pieceNanos, step));
    return new CachedQuery(
        this, new PieceKey(tenant, query, step, points, 0), reach, keepBefore, own, own.stamp(), state(tenant), clock);
  }

  State state(Tenant tenant) {
    return new State(store.changes(tenant), limits.changes());
  }

  long expiredBefore(Tenant tenant) {
    return store.expiredBefore(tenant);
  }

  @Nullable Extent get(PieceKey key) {
    requests.increment();
    return pieces.getIfPresent(key);
  }

  void hit() {
    hits.increment();
  }

  void put(PieceKey key, Extent extent) {
    pieces.put(key, extent);
  }
}
