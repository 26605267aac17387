package io.sigyn.storage;

import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import io.sigyn.storage.files.DamageLog;
import io.sigyn.storage.leases.Leases;
import io.sigyn.storage.segment.BlockReader;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What a store may be asked: every question is told what the store has lost of its range, takes a lease, then looks at one
 * view. Safe for use by many threads.
 */
final class Questions {
  private final Leases leases;
  private final CurrentView current;
  private final Upkeep upkeep;
  private final DamageLog damages;

  /** About what is in the current view and not hidden by upkeep. */
  Questions(Leases leases, CurrentView current, Upkeep upkeep, DamageLog damages) {
    this.leases = leases;
    this.current = current;
    this.upkeep = upkeep;
    this.damages = damages;
  }

  /** The entries of a selection; the cursor gives the lease back. */
  EntryCursor select(Tenant tenant, Selection selection, ScanStats stats) {
    TimeRange range = selection.range();
    if (range.isEmpty()) {
      BlockReader none = new BlockReader(selection.test(), selection.text(), stats);
      return new StoreCursor(List.of(), selection.direction(), none, stats, leases.enter());
    }
    damages.tell(tenant, range.start(), range.end() - 1, stats);
    Leases.Lease lease = leases.enter();
    try {
      // Before the view: a delete request is done only after everything it means has left the view.
      Visibility visibility = upkeep.visibility(tenant);
      return new Selector(current.get(), tenant, selection.matchers(), range.start(), range.end() - 1, stats, visibility)
          .open(selection, lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  /** What a question about labels is answered; nothing for a range that is empty. */
  <T> List<T> labels(
      Tenant tenant,
      List<LabelMatcher> matchers,
      TimeRange range,
      ScanStats stats,
      Function<LabelQueries, Collection<T>> question) {
    if (range.isEmpty()) {
      return List.of();
    }
    damages.tell(tenant, range.start(), range.end() - 1, stats);
    try (Leases.Lease _ = leases.enter()) {
      return List.copyOf(
          question.apply(
              new LabelQueries(
                  current.get(), tenant, matchers, range.start(), range.end() - 1, upkeep.visibility(tenant), stats)));
    }
  }

  /** What a question about sizes is answered; {@code none} for a range that is empty. */
  <T> T usage(
      Tenant tenant,
      List<LabelMatcher> matchers,
      TimeRange range,
      ScanStats stats,
      T none,
      Function<UsageQueries, T> question) {
    if (range.isEmpty()) {
      return none;
    }
    damages.tell(tenant, range.start(), range.end() - 1, stats);
    try (Leases.Lease _ = leases.enter()) {
      Visibility visibility = upkeep.visibility(tenant);
      return question.apply(
          new UsageQueries(current.get(), tenant, matchers, range.start(), range.end() - 1, visibility, stats));
    }
  }
}
