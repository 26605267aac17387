package io.sigyn.storage.tombstone;

import io.sigyn.bytes.CorruptBytesException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a tenant's delete requests and puts their files in order: of two that are not the same the one that is further counts,
 * and what is missing or damaged is made again from the other. Whatever cannot be written now, the next start tries again.
 */
final class TombstoneRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(TombstoneRecovery.class);
  private static final String KIND = "tombstone";
  private static final int READ_LIMIT = 16 << 20;

  private final TombstoneFiles where;
  private final StoreFiles files;
  private final Tenant tenant;
  private final Path quarantine;
  private final DamageLog damages;
  private final long nowNanos;

  /**
   * What one of a request's two files is.
   *
   * @param aside where its bytes go when they are of no use here
   * @param request what it holds; null when it is missing or damaged
   * @param damage what is wrong with it; null when it is missing or sound
   */
  private record Found(Path file, Path aside, @Nullable Tombstone request, @Nullable String damage) {
    boolean isMissing() {
      return request == null && damage == null;
    }

    boolean holds(Tombstone wanted) {
      return request != null && request.state() == wanted.state();
    }
  }

  TombstoneRecovery(TombstoneFiles where, Tenant tenant, Path quarantine, DamageLog damages, long nowNanos) {
    this.where = where;
    this.files = where.files();
    this.tenant = tenant;
    this.quarantine = quarantine;
    this.damages = damages;
    this.nowNanos = nowNanos;
  }

  /** The requests, oldest first. */
  List<Tombstone> recover() throws IOException {
    Set<String> firsts = names(where.firsts().apply(tenant));
    Set<String> copies = names(where.copies().apply(tenant));
    SortedSet<String> names = new TreeSet<>(firsts);
    names.addAll(copies);
    List<Tombstone> requests = new ArrayList<>();
    for (String name : names) {
      Path aside = quarantine.resolve(tenant + "-" + name);
      Found first = find(where.first(tenant, name), firsts.contains(name), aside);
      Found copy = find(where.copy(tenant, name), copies.contains(name), aside.resolveSibling(aside.getFileName() + ".copy"));
      recover(first, copy).ifPresent(requests::add);
    }
    return requests;
  }

  /** The names of requests in a directory, in which unfinished work goes. */
  private Set<String> names(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    for (Path file : files.list(directory)) {
      if (Publication.isTemporary(file)) {
        files.delete(file);
      } else if (file.getFileName().toString().endsWith(Tombstone.SUFFIX)) {
        names.add(file.getFileName().toString());
      }
    }
    return names;
  }

  private Found find(Path file, boolean there, Path aside) {
    if (!there) {
      return new Found(file, aside, null, null);
    }
    try {
      Tombstone request = Tombstone.decode(Publication.readAll(files, file, READ_LIMIT), tenant);
      return file.endsWith(request.fileName())
          ? new Found(file, aside, request, null)
          : new Found(file, aside, null, "is that of request " + request.id());
    } catch (IOException | CorruptBytesException | IndexOutOfBoundsException e) {
      return new Found(file, aside, null, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Tombstone> recover(Found first, Found copy) {
    Tombstone request = further(first.request, copy.request);
    if (request == null) {
      lose(first, copy);
      return Optional.empty();
    }
    if (first.isMissing() && request.isForgotten(nowNanos)) {
      // A version that knew no copies has removed it in time.
      forget(copy.file);
      return Optional.empty();
    }
    if (first.isMissing()) {
      damages.report(new Damage(KIND, first.file, "is missing; it is made again from its copy, so nothing is seen again"));
    }
    for (Found found : List.of(first, copy)) {
      if (found.damage != null) {
        damages.report(new Damage(KIND, found.file, found.damage + "; it is made again from its other file, so nothing is seen again"));
        putAside(found);
      }
    }
    restore(request, first, copy);
    return Optional.of(request);
  }

  private static @Nullable Tombstone further(@Nullable Tombstone one, @Nullable Tombstone other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.state().compareTo(other.state()) >= 0 ? one : other;
  }

  /** Makes both files what they should be. That one is missing or behind is what an earlier version or a crash leaves. */
  private void restore(Tombstone request, Found first, Found copy) {
    try {
      byte[] content = request.encode(tenant);
      if (!first.holds(request)) {
        files.createDirectory(Publication.directory(first.file));
        Publication.publish(files, first.file, content);
      }
      if (!copy.holds(request)) {
        // The first may be here only until the power goes, after the death of a process; then its copy would look like all that
        // is left of it.
        files.syncDirectory(Publication.directory(first.file));
        files.createDirectory(Publication.directory(copy.file));
        Publication.publish(files, copy.file, content);
      }
    } catch (IOException e) {
      LOG.warn("a delete request has one file only tenant={} request={} cause=\"{}\"", tenant, request.id(), e.toString());
    }
  }

  /** Of a version that knew no copies, or nobody has a sound one any more. Nobody can tell which times the request was about. */
  private void lose(Found first, Found copy) {
    String why = first.isMissing() ? "is missing" : String.valueOf(first.damage);
    if (copy.damage != null) {
      why += ", and its copy: " + copy.damage;
    }
    Damage damage = new Damage(KIND, first.file, why + "; what it hid may be seen again", Reach.of(tenant));
    if (putAside(first) && putAside(copy)) {
      new Losses(files, quarantine).add(damages, damage, "was damaged; what it hid may be seen again");
      forget(copy.file);
      forget(first.file);
    } else {
      damages.report(damage);
    }
  }

  /** Whether nothing is lost of what may be looked at when a file goes now. */
  private boolean putAside(Found found) {
    return found.damage == null || Publication.quarantine(files, found.file, found.aside);
  }

  private void forget(Path file) {
    try {
      files.delete(file);
    } catch (IOException e) {
      LOG.warn("cannot remove a file of a delete request file={} cause=\"{}\"", file, e.toString());
    }
  }
}
