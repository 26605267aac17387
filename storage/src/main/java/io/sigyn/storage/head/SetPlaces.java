package io.sigyn.storage.head;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Labels;
import java.util.Arrays;

/**
 * What the sets of metadata of the batch that one thread appends are in the tenant: looked up once per batch, for its entries
 * share few sets, and then the number that an entry has for its set says all.
 */
final class SetPlaces {
  private static final int FEW = 8;

  private final MetadataSets tenant;

  // By the numbers that sets have in the batch. The set without pairs, in every batch the first, is there from the start.

  private int[] places = new int[FEW];
  private Labels[] kept = new Labels[FEW];

  /** For a tenant's sets. */
  SetPlaces(MetadataSets tenant) {
    this.tenant = tenant;
    Arrays.fill(kept, Labels.EMPTY);
  }

  /** Looks the sets of a batch up; before anything else is asked. */
  void look(EntryBatch batch) {
    int sets = batch.sets();
    if (sets > places.length) {
      places = new int[Math.max(sets, 2 * places.length)];
      kept = new Labels[places.length];
      kept[MetadataSets.NO_PAIRS] = Labels.EMPTY;
    }
    for (int number = MetadataSets.NO_PAIRS + 1; number < sets; number++) {
      Labels own = tenant.intern(batch.set(number));
      kept[number] = own;
      places[number] = tenant.commonPlace(own);
    }
  }

  /** See {@link MetadataSets#common}. */
  Labels[] common() {
    return tenant.common();
  }

  /**
   * The places of the sets among the common ones, or {@link MetadataSets#NOT_COMMON}, by the numbers of the batch. Of a batch
   * without metadata, that of number 0. Not to be written to.
   */
  int[] places() {
    return places;
  }

  /** The one object for sets that are equal to the one with a number of the batch. */
  Labels kept(int number) {
    return kept[number];
  }
}
