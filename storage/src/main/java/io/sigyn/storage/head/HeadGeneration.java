package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a contiguous range of the log, of all tenants. A generation takes entries until the store puts the next
 * one in its place; from then on its entries never change, and it is written to segments and
 * forgotten. Safe for use by many threads.
 */
public final class HeadGeneration {
  private static final long NEVER = Long.MIN_VALUE;

  private final ConcurrentHashMap<Tenant, TenantHead> tenants = new ConcurrentHashMap<>();
  private final LongAdder bytes = new LongAdder();
  private final AtomicLong firstAppend = new AtomicLong(NEVER);
  private final @Nullable EarlyBlocks early;
  private final PagePool pool;
  private final HeadArenas arenas;

  /** What tenants had in the generation before; here, for that one may be gone when they come. */
  private final Map<Tenant, KnownStreams> known = new HashMap<>();

  private volatile @Nullable HeadGeneration previous;

  private HeadGeneration(@Nullable HeadGeneration previous, @Nullable EarlyBlocks early, PagePool pool) {
    this.previous = previous;
    this.early = early;
    this.pool = pool;
    this.arenas = new HeadArenas(pool, bytes);
  }

  /** The first generation, which keeps all entries in pages. */
  public HeadGeneration() {
    this(PagePool.none());
  }

  /** The first generation, which keeps all entries in pages that a pool lends. */
  public HeadGeneration(PagePool pool) {
    this(null, null, pool);
  }

  /** The first generation, where streams that have enough entries become blocks early. */
  public HeadGeneration(EarlyBlocks early, PagePool pool) {
    this(null, early, pool);
  }

  /** The one that follows another, which is still in memory but takes no more entries, and keeps entries as that one does. */
  public HeadGeneration(HeadGeneration previous) {
    this(previous, previous.early, previous.pool);
    previous.tenants.forEach((tenant, head) -> known.put(tenant, head.toBeKnown()));
  }

  /** Takes a batch that has at least one entry; {@code ticks} is now, in nanoseconds of the monotonic clock. */
  public void append(Tenant tenant, EntryBatch batch, long ticks) {
    if (firstAppend.get() == NEVER) {
      firstAppend.compareAndSet(NEVER, ticks);
    }
    TenantHead known = tenants.get(tenant);
    TenantHead head = known != null ? known : tenants.computeIfAbsent(tenant, this::join);
    head.append(batch);
  }

  private TenantHead join(Tenant tenant) {
    HeadGeneration before = previous;
    KnownStreams streams = known.get(tenant);
    return new TenantHead(
        before == null ? null : before.tenant(tenant),
        streams == null ? new KnownStreams() : streams,
        bytes,
        early,
        arenas);
  }

  /** Memory the entries take, in bytes, roughly: pages whether full or not, blocks, metadata, and a share per stream. */
  public long bytes() {
    // Not one moment's sum: of what goes from one cell to another, it may see only where it went from.
    return Math.max(0, bytes.sum());
  }

  /** Whether nothing was ever appended. */
  public boolean isEmpty() {
    return firstAppend.get() == NEVER;
  }

  /** Nanoseconds since the first append; 0 when empty. */
  public long age(long ticks) {
    long first = firstAppend.get();
    return first == NEVER ? 0 : ticks - first;
  }

  /** The number of streams of all tenants. */
  public int streams() {
    int sum = 0;
    for (TenantHead tenant : tenants.values()) {
      sum += tenant.size();
    }
    return sum;
  }

  /** Lets go of the generation before, which is not in memory any more. */
  public void forgetPrevious() {
    previous = null;
    tenants.values().forEach(TenantHead::forgetPrevious);
  }

  /**
   * Gives the memory of pages back. The entries must be in segments, and the view and the next generation must have let go of
   * this one: readers that know it hold a lease.
   */
  public void retire() {
    Retired pages = new Retired();
    for (TenantHead tenant : tenants.values()) {
      tenant.retire(pages);
    }
    arenas.retireAll(pages);
    pool.retire(pages);
    pool.shrink();
  }

  /** The streams of a tenant, if it has any here. */
  public @Nullable TenantHead tenant(Tenant tenant) {
    return tenants.get(tenant);
  }

  /** The tenants that have entries here. */
  public Set<Map.Entry<Tenant, TenantHead>> tenants() {
    return tenants.entrySet();
  }
}
