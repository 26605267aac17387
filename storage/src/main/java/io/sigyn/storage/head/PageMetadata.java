package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The structured metadata of a page's rows: a list of sets, and for each row the place of its set there. Most pages have few
 * different sets, and a number per row is written where a reference would have the collector told of it.
 *
 * <p>The list of a page begins as that of the sets that are common in the tenant; when they do not do, the page has a copy
 * with more behind them. A part of the page's own object, for nothing of a page that nobody visited lately is in the
 * processor's caches, and each object more is one more thing to wait for. One thread at a time appends; others see what was
 * published with the page.
 */
abstract sealed class PageMetadata extends HeadPart permits HeadPage {
  private static final int REFERENCE_BYTES = Integer.BYTES;

  private static final Labels[] NO_SETS = {};
  private static final int[] NO_PLACES = {};

  /** Where the list of a page begins whose rows are not of one push: a sorted copy, what a block left. */
  private static final Labels[] NO_PAIRS_ONLY = {Labels.EMPTY};

  /** Sets that are looked at, newest first, before one is added that may be there already. */
  private static final int LOOK_BACK = 4;

  private static final VarHandle SETS;

  static {
    try {
      SETS = MethodHandles.lookup().findVarHandle(PageMetadata.class, "sets", Labels[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The list; of length 0 as long as no row has metadata. Released, so that who sees it sees what is in it. */
  private Labels[] sets = NO_SETS;

  /** For each row the place of its set, once some row has metadata; else what an earlier use left. */
  private int[] places = NO_PLACES;

  /** So many sets are in the list; 0 as long as it is that of others. */
  private int ownCount;

  /** A list for more sets than are common, if this or an earlier use needed one. */
  private Labels[] ownSets = NO_SETS;

  /** Where the first row stands in every column. */
  int base;

  /** The most rows that the page can have. */
  abstract int room();

  /** A column for places that has room from {@link #base} on. */
  abstract int[] placesColumn();

  /** Lets go of all sets, for no row has any. */
  final void forgetMetadata() {
    if (sets.length != 0) {
      Arrays.fill(ownSets, 0, ownCount, Labels.EMPTY);
      sets = NO_SETS;
    }
  }

  /** Whether some row has a set with pairs. For the thread that appends, as all but {@link #sets()} and {@link #places()}. */
  final boolean hasMetadata() {
    return sets.length != 0;
  }

  /** The memory it takes, roughly. */
  final int metadataMemory() {
    return sets.length == 0 ? 0 : room() * Integer.BYTES + (ownCount > 0 ? ownSets.length * REFERENCE_BYTES : 0);
  }

  /** The list; to be asked for before {@link #places()}. */
  final Labels[] sets() {
    return (Labels[]) SETS.getAcquire(this);
  }

  /** Of each published row, from {@link #base} on, the place in the list; means nothing when that is empty. */
  final int[] places() {
    return places;
  }

  /** The set of a row. */
  final Labels metadata(int row) {
    return sets.length == 0 ? Labels.EMPTY : sets[places[base + row]];
  }

  /** See {@link HeadPage#touch}; {@code row} is one of the column. */
  final int touchMetadata(int row) {
    int[] column = places;
    return row < column.length ? column[row] : 0;
  }

  /** Appends the sets of entries {@code [from, to)} of a batch as those of the rows from {@code first} on. */
  final void appendMetadata(int first, EntryBatch batch, int from, int to, SetPlaces seen) {
    int e = from;
    if (sets.length == 0) {
      while (e < to && batch.metadata(e).isEmpty()) {
        e++;
      }
      if (e == to) {
        return;
      }
      begin(first + e - from, seen.common());
    }
    int[] column = places;
    int shift = base + first - from;
    for (; e < to; e++) {
      Labels set = batch.metadata(e);
      int place = seen.place(set);
      column[shift + e] = place != MetadataSets.NOT_COMMON ? place : place(seen.kept(set));
    }
  }

  /**
   * Appends the set of one row.
   *
   * @param seen knows the common sets; none for a page that has only a list of its own
   */
  final void appendMetadata(int row, Labels set, @Nullable SetPlaces seen) {
    if (sets.length == 0) {
      if (set.isEmpty()) {
        return;
      }
      begin(row, seen == null ? NO_PAIRS_ONLY : seen.common());
    }
    int place = seen == null ? MetadataSets.NOT_COMMON : seen.place(set);
    places[base + row] = place != MetadataSets.NOT_COMMON ? place : place(set);
  }

  /** The first rows, so many, have none. */
  private void begin(int without, Labels[] common) {
    if (places.length == 0) {
      places = placesColumn();
    }
    Arrays.fill(places, base, base + without, MetadataSets.NO_PAIRS);
    ownCount = 0;
    SETS.setRelease(this, common);
  }

  /** The place of a set in a list of the page's own, added if it is not among the last. */
  @SuppressWarnings("ReferenceEquality") // to add a set again makes no difference
  private int place(Labels set) {
    if (set == Labels.EMPTY) {
      return MetadataSets.NO_PAIRS;
    }
    Labels[] known = sets;
    int n = ownCount == 0 ? known.length : ownCount;
    for (int place = n - 1; place > Math.max(MetadataSets.NO_PAIRS, n - LOOK_BACK); place--) {
      if (known[place] == set) {
        return place;
      }
    }
    if (n == known.length) {
      known = more(known, n);
    }
    known[n] = set;
    ownCount = n + 1;
    return n;
  }

  private Labels[] more(Labels[] known, int n) {
    Labels[] more = ownSets;
    if (more.length <= n) {
      more = Arrays.copyOf(known, 2 * n);
    } else {
      System.arraycopy(known, 0, more, 0, n);
    }
    ownSets = more;
    SETS.setRelease(this, more);
    return more;
  }
}
