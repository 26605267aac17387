package io.sigyn.storage.head;

import io.sigyn.model.EntryBlock;
import io.sigyn.model.Labels;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The structured metadata of one tenant's entries in memory: equal sets become one object, as long as there are not too
 * many different ones. Safe for use by many threads.
 */
final class MetadataSets {
  /** Beyond so many different sets nothing is gained by looking for equal ones. */
  private static final int MOST = 1 << 16;

  /** Slots for sets that are known to be the one object; a power of two. */
  private static final int RECENT = 64;

  /** Of a set that is not among the {@link #common} ones. */
  static final int NOT_COMMON = -1;

  /** The place of the set without any pair. */
  static final int NO_PAIRS = 0;

  private static final int COMMON = 16;

  private static final int SET_BYTES = 96;
  private static final int TEXT_BYTES = 48;

  private final ConcurrentHashMap<Labels, Labels> known = new ConcurrentHashMap<>();
  private final LongAdder memory;

  /** Whether sets may be in memory that are not known, each counted by itself: they must not take the place of equal ones. */
  private boolean full;

  /** By hash. Threads may overwrite each other's: what is here is right, whoever put it here. */
  private final @Nullable Labels[] recent = new Labels[RECENT];

  /** The sets that came first, which are most that come when there are few, such as levels. The rest are without pairs. */
  private final Labels[] common = new Labels[COMMON];

  /** The last six bits of each one's hash, as the number of a bit. */
  private long commonHashes;

  /** Written last, so that whoever sees it sees the sets. */
  private volatile int commons = NO_PAIRS + 1;

  /** Counts the bytes of its sets, roughly. */
  MetadataSets(LongAdder memory) {
    this.memory = memory;
    Arrays.fill(common, Labels.EMPTY);
  }

  /** Sets that pages need not have a list of; what was given a place stays there. Not to be written to. */
  Labels[] common() {
    return common;
  }

  /** The place among the common sets of one that is the one object for its equals, or {@link #NOT_COMMON} once others have all. */
  @SuppressWarnings("ReferenceEquality") // a set that has two places is no harm
  int commonPlace(Labels kept) {
    if (kept == Labels.EMPTY) {
      return NO_PAIRS;
    }
    int n = commons;
    if (n == COMMON && (commonHashes >>> kept.hashCode() & 1) == 0) {
      return NOT_COMMON;
    }
    for (int place = NO_PAIRS + 1; place < n; place++) {
      if (common[place] == kept) {
        return place;
      }
    }
    return n == COMMON ? NOT_COMMON : makeCommon(kept);
  }

  private synchronized int makeCommon(Labels kept) {
    int place = commons;
    if (place == COMMON) {
      return NOT_COMMON;
    }
    common[place] = kept;
    commonHashes |= 1L << kept.hashCode();
    commons = place + 1;
    return place;
  }

  /** The one object for sets that are equal to this one. */
  @SuppressWarnings("ReferenceEquality") // levels come as the same objects again and again
  Labels intern(Labels set) {
    int slot = set.hashCode() & (RECENT - 1);
    Labels seen = recent[slot];
    if (seen != null && (seen == set || (!full && seen.equals(set)))) {
      return seen;
    }
    Labels kept = set.isEmpty() ? Labels.EMPTY : kept(set);
    recent[slot] = kept;
    return kept;
  }

  private Labels kept(Labels set) {
    Labels kept = known.get(set);
    if (kept != null) {
      return kept;
    }
    if (known.mappingCount() < MOST) {
      kept = known.putIfAbsent(set, set);
      if (kept != null) {
        return kept;
      }
    } else {
      full = true;
    }
    memory.add(cost(set));
    return set;
  }

  /**
   * The memory counted for sets of some rows that go and that neither {@link #intern} nor rows that stay have any use for,
   * roughly.
   */
  long memoryOf(List<EntryBlock> gone, List<EntryBlock> staying) {
    if (known.mappingCount() < MOST) {
      return 0;
    }
    Set<Labels> counted = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(staying, counted);
    long others = sum(counted);
    collect(gone, counted);
    return sum(counted) - others;
  }

  @SuppressWarnings("ReferenceEquality") // an equal set that is another object was counted by itself
  private void collect(List<EntryBlock> blocks, Set<Labels> sets) {
    for (EntryBlock block : blocks) {
      for (int r = 0; r < block.size() && block.hasMetadata(); r++) {
        Labels set = block.metadata(r);
        if (!set.isEmpty() && known.get(set) != set) {
          sets.add(set);
        }
      }
    }
  }

  private static long sum(Set<Labels> sets) {
    long sum = 0;
    for (Labels set : sets) {
      sum += cost(set);
    }
    return sum;
  }

  private static int cost(Labels set) {
    int sum = SET_BYTES;
    for (int i = 0; i < set.size(); i++) {
      sum += TEXT_BYTES + set.value(i).length();
    }
    return sum;
  }
}
