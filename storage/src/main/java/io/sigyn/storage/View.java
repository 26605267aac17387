package io.sigyn.storage;

import io.sigyn.model.Tenant;
import io.sigyn.storage.head.HeadGeneration;
import io.sigyn.storage.head.TenantHead;
import io.sigyn.storage.segment.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a query may see, at one moment. The store replaces its view as a whole, so that no entry is ever in neither
 * a generation nor a segment, or in both.
 *
 * @param active the generation that takes appends
 * @param sealed the one being written to segments, if any
 * @param segments the segments of each tenant, in the order of their publication; tenants in the order of their ids, because
 *     background work takes one after another and must do so alike in every process
 */
record View(HeadGeneration active, @Nullable HeadGeneration sealed, SortedMap<Tenant, List<Segment>> segments) {
  /** A map for {@link #segments} to be filled. */
  static SortedMap<Tenant, List<Segment>> noSegments() {
    return new TreeMap<>(Comparator.comparing(Tenant::id));
  }

  /** The segments of a tenant. */
  List<Segment> segments(Tenant tenant) {
    return segments.getOrDefault(tenant, List.of());
  }

  /** What a tenant has in memory, oldest generation first. */
  List<TenantHead> heads(Tenant tenant) {
    List<TenantHead> heads = new ArrayList<>(2);
    TenantHead before = sealed == null ? null : sealed.tenant(tenant);
    if (before != null) {
      heads.add(before);
    }
    TenantHead now = active.tenant(tenant);
    if (now != null) {
      heads.add(now);
    }
    return heads;
  }

  /** Memory taken by entries, in bytes. */
  long headBytes() {
    return active.bytes() + (sealed == null ? 0 : sealed.bytes());
  }

  /** The number of a tenant's streams that have entries in memory. */
  int activeStreams(Tenant tenant) {
    List<TenantHead> heads = heads(tenant);
    return switch (heads.size()) {
      case 0 -> 0;
      case 1 -> heads.getFirst().size();
      default -> heads.getFirst().size() + heads.getLast().size() - heads.getLast().inPrevious();
    };
  }

  /** With the next generation in place of the active one, which is sealed. */
  View rotated(HeadGeneration next) {
    return new View(next, active, segments);
  }

  /** Without the sealed generation, with the segments its entries are in now. */
  View published(Map<Tenant, List<Segment>> added) {
    SortedMap<Tenant, List<Segment>> all = new TreeMap<>(segments);
    added.forEach(
        (tenant, more) -> {
          List<Segment> list = new ArrayList<>(all.getOrDefault(tenant, List.of()));
          list.addAll(more);
          all.put(tenant, List.copyOf(list));
        });
    return new View(active, null, Collections.unmodifiableSortedMap(all));
  }

  /** With segments of one tenant in the place of the first of some others, which are not there any more. */
  View replaced(Tenant tenant, Set<Segment> removed, List<Segment> added) {
    List<Segment> list = new ArrayList<>();
    List<Segment> still = added;
    for (Segment segment : segments(tenant)) {
      if (removed.contains(segment)) {
        list.addAll(still);
        still = List.of();
      } else {
        list.add(segment);
      }
    }
    SortedMap<Tenant, List<Segment>> all = new TreeMap<>(segments);
    all.put(tenant, List.copyOf(list));
    return new View(active, sealed, Collections.unmodifiableSortedMap(all));
  }
}
