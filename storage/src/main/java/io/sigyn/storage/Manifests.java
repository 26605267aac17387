package io.sigyn.storage;

import io.sigyn.error.LokiException;
import io.sigyn.model.Tenant;
import io.sigyn.storage.files.Damage;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.files.StoreFiles;
import io.sigyn.storage.manifest.DayManifest;
import io.sigyn.storage.segment.Segment;
import io.sigyn.storage.segment.SegmentCache;
import io.sigyn.storage.segment.SegmentInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The manifests of all tenants and days. Used by one thread at a time. */
final class Manifests {
  private final StoreFiles files;
  private final Layout layout;
  private final Map<Tenant, Map<Integer, DayManifest>> byTenant = new HashMap<>();
  private final Set<Tenant> tenants = new HashSet<>();

  /** Those whose frontier said that entries of the log are in segments. */
  private final Set<DayManifest> believed = new LinkedHashSet<>();

  private Manifests(StoreFiles files, Layout layout) {
    this.files = files;
    this.layout = layout;
  }

  /** Reads all there are. */
  static Manifests load(StoreFiles files, Layout layout, DamageLog damages) throws IOException {
    Manifests manifests = new Manifests(files, layout);
    for (Path directory : files.list(layout.tenants())) {
      Tenant tenant = tenant(directory, damages);
      if (tenant == null) {
        continue;
      }
      manifests.tenants.add(tenant);
      for (Path dayDirectory : files.list(directory)) {
        OptionalInt day = Layout.day(dayDirectory);
        if (day.isPresent()) {
          DayManifest manifest =
              DayManifest.load(files, dayDirectory, tenant, day.getAsInt(), layout.quarantine(), damages);
          manifests.days(tenant).put(day.getAsInt(), manifest);
        }
      }
    }
    return manifests;
  }

  private static @Nullable Tenant tenant(Path directory, DamageLog damages) {
    try {
      return new Tenant(directory.getFileName().toString());
    } catch (LokiException e) {
      damages.report(new Damage("manifest", directory, "is not the directory of a tenant: " + e.text()));
      return null;
    }
  }

  private Map<Integer, DayManifest> days(Tenant tenant) {
    return byTenant.computeIfAbsent(tenant, key -> new TreeMap<>());
  }

  /** The manifest of a day; its directory exists afterwards. */
  DayManifest day(Tenant tenant, int day) throws IOException {
    DayManifest known = days(tenant).get(day);
    if (known != null) {
      return known;
    }
    Path directory = layout.day(tenant, day);
    files.createDirectory(directory);
    DayManifest fresh = DayManifest.create(files, directory, tenant, day);
    days(tenant).put(day, fresh);
    return fresh;
  }

  /**
   * Whether a tenant's entries of a day in a record of the log are in segments. The record must not be given up before {@link
   * #secureBelieved}.
   */
  boolean has(Tenant tenant, int day, long lsn) {
    DayManifest manifest = days(tenant).get(day);
    if (manifest == null || lsn > manifest.frontier()) {
      return false;
    }
    believed.add(manifest);
    return true;
  }

  /** Makes sure that the disk has the manifests that {@link #has} believed. */
  void secureBelieved() throws IOException {
    for (DayManifest manifest : believed) {
      manifest.secure();
    }
    believed.clear();
  }

  /** The tenants that had a directory when this was loaded. */
  Set<Tenant> tenants() {
    return tenants;
  }

  /** The highest frontier of any day. */
  long highestFrontier() {
    long highest = 0;
    for (Map<Integer, DayManifest> days : byTenant.values()) {
      for (DayManifest day : days.values()) {
        highest = Math.max(highest, day.frontier());
      }
    }
    return highest;
  }

  /** Every segment there is, by tenant, by day and in the order of publication. */
  SortedMap<Tenant, List<Segment>> segments(SegmentCache cache) {
    SortedMap<Tenant, List<Segment>> all = View.noSegments();
    byTenant.forEach(
        (tenant, days) -> {
          List<Segment> segments = new ArrayList<>();
          for (DayManifest day : days.values()) {
            for (SegmentInfo info : day.segments()) {
              segments.add(new Segment(info, day.directory(), tenant, day.day(), cache));
            }
          }
          all.put(tenant, List.copyOf(segments));
        });
    return Collections.unmodifiableSortedMap(all);
  }
}
