package io.sigyn.storage.tombstone;

import io.sigyn.bytes.CorruptBytesException;
import io.sigyn.life.Clock;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.Losses;
import io.sigyn.storage.files.Publication;
import io.sigyn.storage.files.Reach;
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
  private static final int READ_LIMIT = 16 << 20;

  private final StoreFiles files;
  private final Function<Tenant, Path> directories;
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
   * @param random for ids
   */
  public Tombstones(StoreFiles files, Function<Tenant, Path> directories, RandomGenerator random, Clock clock) {
    this.random = random;
    this.clock = clock;
    this.files = files;
    this.directories = directories;
  }

  /**
   * Reads a tenant's requests. A damaged one is reported and put aside; it hides nothing any more. Nobody can tell which times it
   * was about, so all answers of the tenant may have too much.
   */
  public void load(Tenant tenant, Path quarantine, DamageLog damages) throws IOException {
    if (files.exists(directories.apply(tenant))) {
      nextGeneration(tenant);
    }
    List<Tombstone> found = new ArrayList<>();
    for (Path file : files.list(directories.apply(tenant))) {
      if (Publication.isTemporary(file)) {
        files.delete(file);
      } else if (file.getFileName().toString().endsWith(Tombstone.SUFFIX)) {
        try {
          found.add(Tombstone.decode(Publication.readAll(files, file, READ_LIMIT), tenant));
        } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
          Damage damage =
              new Damage("tombstone", file, e.getMessage() + "; what it hid may be seen again", Reach.of(tenant));
          if (Publication.quarantine(files, file, quarantine.resolve(tenant + "-" + file.getFileName()))) {
            new Losses(files, quarantine).add(damages, damage, "was damaged; what it hid may be seen again");
            files.delete(file);
          } else {
            damages.report(damage);
          }
        }
      }
    }
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
      files.createDirectory(directories.apply(tenant));
      Publication.publish(files, path(tenant, tombstone), tombstone.encode(tenant));
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
        files.delete(path(tenant, known.get()));
        files.syncDirectory(directories.apply(tenant));
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
        Publication.publish(files, path(tenant, done), done.encode(tenant));
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

  private Path path(Tenant tenant, Tombstone tombstone) {
    return directories.apply(tenant).resolve(tombstone.fileName());
  }
}
