package io.sigyn.logql.engine;

import io.sigyn.model.EntryCursor;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;

/** Where entries come from: the engine's only door to data. Safe for use by many threads. */
@FunctionalInterface
public interface EntrySource {
  /** The entries of a selection, counting into {@code stats} as it goes. */
  EntryCursor select(Selection selection, ScanStats stats);
}
