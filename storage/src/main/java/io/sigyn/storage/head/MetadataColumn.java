package io.sigyn.storage.head;

import io.sigyn.model.Labels;
import java.util.Arrays;

/**
 * The structured metadata of the rows of one page: the sets, and for each row the place of its set among them. Most pages
 * have few different sets, and a number is written where a reference would have the collector told of it. One thread at a
 * time appends; others read what was published with the page.
 */
final class MetadataColumn {
  /** Of a page of which no row has any. */
  static final MetadataColumn NONE = new MetadataColumn(0, new Labels[0]);

  /** The place of the set without any pair. */
  private static final int NO_PAIRS = 0;

  private static final int FEW = 4;

  /** Sets that are looked at, newest first, before one is added that may be there already. */
  private static final int LOOK_BACK = 8;

  private static final int REFERENCE_BYTES = Integer.BYTES;

  private final int[] places;
  private volatile Labels[] sets;
  private int size = 1;

  private MetadataColumn(int rows, Labels[] sets) {
    this.places = new int[rows];
    this.sets = sets;
  }

  /** For a page of so many rows; to be begun. */
  static MetadataColumn ofRows(int rows) {
    Labels[] sets = new Labels[FEW];
    sets[NO_PAIRS] = Labels.EMPTY;
    return new MetadataColumn(rows, sets);
  }

  /** Says that so many rows, the first, have none. */
  void begin(int rows) {
    Arrays.fill(places, 0, rows, NO_PAIRS);
  }

  /** Lets go of the sets. */
  void clear() {
    Arrays.fill(sets, 1, size, Labels.EMPTY);
    size = 1;
  }

  /** The place of a set that is one object among equals, added if it is not among the last. */
  @SuppressWarnings("ReferenceEquality") // to add a set again makes no difference
  int place(Labels set) {
    if (set.isEmpty()) {
      return NO_PAIRS;
    }
    Labels[] known = sets;
    int n = size;
    for (int place = n - 1; place > Math.max(NO_PAIRS, n - LOOK_BACK); place--) {
      if (known[place] == set) {
        return place;
      }
    }
    if (n == known.length) {
      known = Arrays.copyOf(known, Math.min(2 * n, places.length + 1));
      sets = known;
    }
    known[n] = set;
    size = n + 1;
    return n;
  }

  /** Says where the set of a row is. */
  void put(int row, int place) {
    places[row] = place;
  }

  /** See {@link HeadPage#touch}. */
  int touch(int row) {
    return places.length == 0 ? 0 : places[row] + sets.length;
  }

  Labels get(int row) {
    return sets[places[row]];
  }

  /** All sets so far and more places; of length 0 when no row has any. */
  Labels[] sets() {
    return sets;
  }

  /** For each row the place of its set in {@link #sets}. */
  int[] places() {
    return places;
  }

  /** Of {@link #NONE} 0. */
  int memory() {
    return places.length * Integer.BYTES + sets.length * REFERENCE_BYTES;
  }
}
