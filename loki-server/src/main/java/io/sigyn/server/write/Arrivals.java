package io.sigyn.server.write;

import io.sigyn.model.EntryBatch;
import io.sigyn.model.Tenant;

/** Hears of entries that the store has taken. */
@FunctionalInterface
public interface Arrivals {
  /**
   * Called on the thread of the push, after queries can see the entries: must not wait, must not throw, and must copy
   * what it wants to keep, because the batch's arena is not counted any more once this returns.
   */
  void arrived(Tenant tenant, EntryBatch batch);
}
