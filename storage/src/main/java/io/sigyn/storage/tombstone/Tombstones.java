package io.sigyn.storage.tombstone;

import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The delete requests of all tenants, in memory and on disk. A change is durable before it is seen. Safe for use by many
 * threads.
 */
public final class Tombstones {
  private final TombstoneFiles files;
  private final RandomGenerator random;
  private final Clock clock;
  private final Map<Tenant, List<Tombstone>> byTenant = new ConcurrentHashMap<>();

  private final Map<Tenant, Long> changes = new ConcurrentHashMap<>();

  /** When a tenant's requests have changed, nanoseconds; of tenants that ever had one. */
  private final Map<Tenant, Long> generations = new ConcurrentHashMap<>();

  /** One change at a time. Not a monitor, because a simulation must see who waits for it. */
  private final ReentrantLock changing = new ReentrantLock();

  /**
   * Without any.
   *
   * @param directories where a tenant's requests lie
   * @param copies where their copies lie
   * @param random for ids
   */
  public Tombstones(
      StoreFiles files,
      Function<Tenant, Path> directories,
      Function<Tenant, Path> copies,
      RandomGenerator random,
      Clock clock) {
    this.random = random;
    this.clock = clock;
    this.files = new TombstoneFiles(files, directories, copies);
  }

  /**
   * Reads a tenant's requests. What is lost or damaged of one is reported and made again from its copy. One of which nothing sound is
   * left is put aside and hides nothing any more; nobody can tell which times it was about, so all answers of the tenant may have too
   * much.
   */
  public void load(Tenant tenant, Path quarantine, DamageLog damages) throws IOException {
    if (files.exist(tenant)) {
      nextGeneration(tenant);
    }
    List<Tombstone> found = new TombstoneRecovery(files, tenant, quarantine, damages, clock.epochNanos()).recover();
    if (!found.isEmpty()) {
      byTenant.put(tenant, List.copyOf(found));
    }
  }

  /** All of a tenant, oldest first. */
  public List<Tombstone> of(Tenant tenant) {
    return byTenant.getOrDefault(tenant, List.of());
  }

  /** The tenants that have any. */
  public List<Tenant> tenants() {
    return List.copyOf(byTenant.keySet());
  }

  /** Takes a request, durably. */
  public Tombstone add(Tenant tenant, DeleteRequest request) throws IOException {
    changing.lock();
    try {
      long nowNanos = clock.epochNanos();
      List<Tombstone> before = of(tenant);
      Map<String, Tombstone> known = new HashMap<>();
      before.forEach(tombstone -> known.put(tombstone.id().request(), tombstone));
      TombstoneId id;
      do {
        id = new TombstoneId(nowNanos, random.nextInt());
      } while (known.containsKey(id.request()));
      Tombstone tombstone = new Tombstone(id, request, Tombstone.State.RECEIVED);
      try {
        files.write(tenant, tombstone);
      } catch (IOException e) {
        // Nobody is told that it was taken, so the next start should not find it either.
        try {
          files.erase(tenant, tombstone.fileName());
        } catch (IOException left) {
          e.addSuppressed(left);
        }
        throw e;
      }
      List<Tombstone> after = new ArrayList<>(before);
      after.add(tombstone);
      change(tenant, List.copyOf(after));
      nextGeneration(tenant);
      return tombstone;
    } finally {
      changing.unlock();
    }
  }

  /** Forgets a request, durably; what it hid is seen again unless it is gone. */
  public void remove(Tenant tenant, TombstoneId id) throws IOException {
    changing.lock();
    try {
      Optional<Tombstone> known = find(tenant, id);
      if (known.isPresent()) {
        try {
          files.erase(tenant, known.get().fileName());
        } catch (IOException e) {
          // It holds on, so it needs both of its files.
          try {
            files.write(tenant, known.get());
          } catch (IOException gone) {
            e.addSuppressed(gone);
          }
          throw e;
        }
        change(tenant, of(tenant).stream().filter(tombstone -> !tombstone.id().equals(id)).toList());
        nextGeneration(tenant);
      }
    } finally {
      changing.unlock();
    }
  }

  /** Remembers that a request is done, durably. */
  public void processed(Tenant tenant, TombstoneId id) throws IOException {
    changing.lock();
    try {
      Optional<Tombstone> known = find(tenant, id);
      if (known.isPresent()) {
        Tombstone done = known.get().as(Tombstone.State.PROCESSED);
        files.write(tenant, done);
        change(
            tenant, of(tenant).stream().map(tombstone -> tombstone.id().equals(id) ? done : tombstone).toList());
      }
    } finally {
      changing.unlock();
    }
  }

  private void change(Tenant tenant, List<Tombstone> now) {
    byTenant.put(tenant, now);
    changes.merge(tenant, 1L, Long::sum);
  }

  /** How often a tenant's requests have changed; counted after the change is seen. */
  public long changes(Tenant tenant) {
    return changes.getOrDefault(tenant, 0L);
  }

  private void nextGeneration(Tenant tenant) {
    generations.merge(tenant, clock.epochNanos(), (before, now) -> Math.max(before + 1, now));
  }

  /**
   * When a tenant took or withdrew a request last, nanoseconds since the Unix epoch; each time another number. Counted after
   * the change is seen. A withdrawal leaves nothing behind that a restart would find, so a start counts as a change. Empty
   * for tenants that never had one.
   */
  public OptionalLong generation(Tenant tenant) {
    Long known = generations.get(tenant);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }

  private Optional<Tombstone> find(Tenant tenant, TombstoneId id) {
    return of(tenant).stream().filter(tombstone -> tombstone.id().equals(id)).findFirst();
  }
}
