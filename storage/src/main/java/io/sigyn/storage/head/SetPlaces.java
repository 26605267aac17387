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

  private static final int UNKNOWN = -1;

  private final MetadataSets sets;
  private final Labels[] came = new Labels[SLOTS];
  private final Labels[] kept = new Labels[SLOTS];

  /** In the {@link #column}; {@link #UNKNOWN} before it was asked for. */
  private final int[] places = new int[SLOTS];

  private MetadataColumn column = MetadataColumn.NONE;

  /** For a tenant's sets. */
  SetPlaces(MetadataSets sets) {
    this.sets = sets;
    Arrays.fill(came, Labels.EMPTY);
    Arrays.fill(kept, Labels.EMPTY);
  }

  /** Says whose places {@link #place} gives from now on. */
  void of(MetadataColumn column) {
    this.column = column;
    Arrays.fill(places, UNKNOWN);
  }

  /** The place of a set in the column. */
  @SuppressWarnings("ReferenceEquality") // another object is looked for among the tenant's
  int place(Labels set) {
    int slot = set.hashCode() & (SLOTS - 1);
    int place = places[slot];
    if (came[slot] == set && place != UNKNOWN) {
      return place;
    }
    int found = column.place(kept(slot, set));
    places[slot] = found;
    return found;
  }

  /** The one object for sets that are equal to this one. */
  Labels kept(Labels set) {
    return kept(set.hashCode() & (SLOTS - 1), set);
  }

  @SuppressWarnings("ReferenceEquality") // another object is looked for among the tenant's
  private Labels kept(int slot, Labels set) {
    if (came[slot] != set) {
      kept[slot] = sets.intern(set);
      came[slot] = set;
    }
    return kept[slot];
  }
}
