package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The structured metadata of a page's rows: a list of sets, and for each row the place of its set there, which stands in the
 * bits that the end of its line leaves free ({@link EntryBlock#packed}): a column more would be one more thing to wait for. Most
 * pages have few different sets, and a number per row is written where a reference would have the collector told of it.
 *
 * <p>The list of a page begins as that of the sets that are common in the tenant; when they do not do, the page has a copy
 * with more behind them. A page that is not packed has a list with one set per row. A part of the page's own object, for nothing
 * of a page that nobody visited lately is in the processor's caches, and each object more is one more thing to wait for. One
 * thread at a time appends; others see what was published with the page.
 */
abstract sealed class PageMetadata extends HeadPart permits PageRows {
  /** So many sets a list can have: places must find room beside the end of a line. */
  static final int MOST_SETS = 1 << Integer.SIZE - EntryBlock.END_BITS;

  private static final int REFERENCE_BYTES = Integer.BYTES;

  private static final Labels[] NO_SETS = {};

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

  /** So many sets are in the list; 0 as long as it is that of others. */
  private int ownCount;

  /** A list for more sets than are common, if this or an earlier use needed one. */
  private Labels[] ownSets = NO_SETS;

  /** Lets go of all sets, for no row has any. */
  final void forgetMetadata() {
    if (sets.length != 0) {
      if (ownCount > 0) {
        Arrays.fill(ownSets, 0, ownCount, Labels.EMPTY);
        ownCount = 0;
      }
      sets = NO_SETS;
    }
  }

  /** The memory it takes, roughly. For the thread that appends, as all but {@link #sets()}. */
  final int metadataMemory() {
    return ownCount == 0 ? 0 : ownSets.length * REFERENCE_BYTES;
  }

  /** Whether the list is full. */
  final boolean hasMostSets() {
    return ownCount == MOST_SETS;
  }

  /** The list; of length 0 as long as no row has metadata. */
  final Labels[] sets() {
    return (Labels[]) SETS.getAcquire(this);
  }

  /** The set with a place in the list. */
  final Labels set(int place) {
    return sets.length == 0 ? Labels.EMPTY : sets[place];
  }

  /** Some row has a set with pairs: the list begins with the sets that are common in the tenant, if it is empty. */
  final void useCommon(Labels[] common) {
    if (sets.length == 0) {
      SETS.setRelease(this, common);
    }
  }

  /** The place of a set that is not common, which is added if it is not among the last, for which there must be room. */
  @SuppressWarnings("ReferenceEquality") // to add a set again makes no difference
  final int ownPlace(Labels set) {
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

  /** It refers to something that is to be let go of. */
  abstract void holdOn();

  private Labels[] more(Labels[] known, int n) {
    holdOn();
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

  /** Says which set a row has, of so many at most, in a page that is not packed. */
  final void put(int row, int rows, Labels set) {
    if (sets.length == 0) {
      if (set.isEmpty()) {
        return;
      }
      Labels[] all = new Labels[rows];
      Arrays.fill(all, Labels.EMPTY);
      ownSets = all;
      ownCount = rows;
      SETS.setRelease(this, all);
    }
    sets[row] = set;
  }
}
