package io.sigyn.storage.head;

import io.sigyn.model.Labels;
import java.util.Arrays;

/**
 * What one thread that appends knows of the sets of metadata that came lately: rows of a push share few objects, and to
 * know one again is cheaper than to compare its names and values.
 */
final class SetPlaces {
  /** A power of two. */
  private static final int SLOTS = 16;

  private final MetadataSets sets;
  private final Labels[] came = new Labels[SLOTS];
  private final Labels[] kept = new Labels[SLOTS];
  private final int[] places = new int[SLOTS];

  /** For a tenant's sets. */
  SetPlaces(MetadataSets sets) {
    this.sets = sets;
    Arrays.fill(came, Labels.EMPTY);
    Arrays.fill(kept, Labels.EMPTY);
  }

  /** See {@link MetadataSets#common}. */
  Labels[] common() {
    return sets.common();
  }

  /** The place of a set among the common ones, or {@link MetadataSets#NOT_COMMON}. */
  int place(Labels set) {
    return places[slot(set)];
  }

  /** The one object for sets that are equal to this one. */
  Labels kept(Labels set) {
    return kept[slot(set)];
  }

  @SuppressWarnings("ReferenceEquality") // another object is looked for among the tenant's
  private int slot(Labels set) {
    int slot = set.hashCode() & (SLOTS - 1);
    if (came[slot] != set) {
      kept[slot] = sets.intern(set);
      places[slot] = sets.commonPlace(kept[slot]);
      came[slot] = set;
    }
    return slot;
  }
}
