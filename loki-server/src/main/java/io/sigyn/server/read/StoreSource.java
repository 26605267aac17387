package io.sigyn.server.read;

import io.sigyn.logql.engine.EntrySource;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.storage.Store;

/** The entries of one tenant, as the engine wants them. */
record StoreSource(Store store, Tenant tenant) implements EntrySource {
  @Override
  public EntryCursor select(Selection selection, ScanStats stats) {
    return store.select(tenant, selection, stats);
  }
}
