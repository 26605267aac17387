package io.sigyn.storage;

import io.micrometer.core.instrument.MeterRegistry;
import io.sigyn.life.Clock;
import io.sigyn.model.EntryBatch;
import io.sigyn.model.EntryCursor;
import io.sigyn.model.LabelMatcher;
import io.sigyn.model.Labels;
import io.sigyn.model.ScanStats;
import io.sigyn.model.Selection;
import io.sigyn.model.Tenant;
import io.sigyn.model.TimeRange;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The store. Safe for use by many threads. */
@SuppressWarnings({"unused", "DoNotCallSuggester"})
public final class Store implements AutoCloseable {
  private Store() {}

  /**
   * Opens or creates the store in a directory and replays its write-ahead log.
   *
   * @throws io.sigyn.error.LokiException naming the path when the directory cannot be used or another process owns it
   */
  public static Store open(Path root, StoreOptions options, Clock clock, MeterRegistry metrics) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a batch, all of it. The entries are visible to queries when this returns and durable when the future is
   * complete. The batch's arena may be reused once the future is complete.
   *
   * @return completes exceptionally with a {@link io.sigyn.error.LokiException} when the batch could not be made durable
   * @throws io.sigyn.error.LokiException UNAVAILABLE or TOO_MANY_REQUESTS when the store takes nothing now; the batch has
   *     then left no trace
   */
  public CompletableFuture<Void> append(Tenant tenant, EntryBatch batch) {
    throw new UnsupportedOperationException();
  }

  /** The entries of a selection; see {@link EntryCursor} for the order. Counts into {@code stats} as it goes. */
  public EntryCursor select(Tenant tenant, Selection selection, ScanStats stats) {
    throw new UnsupportedOperationException();
  }

  /** Names of labels of streams that match and have entries in the range; ascending, each once. */
  public List<String> labelNames(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    throw new UnsupportedOperationException();
  }

  /** Values of one label over the same streams; ascending, each once. */
  public List<String> labelValues(Tenant tenant, String name, List<LabelMatcher> matchers, TimeRange range) {
    throw new UnsupportedOperationException();
  }

  /** Label sets of streams that match and have entries in the range; ascending, each once. */
  public List<Labels> series(Tenant tenant, List<LabelMatcher> matchers, TimeRange range) {
    throw new UnsupportedOperationException();
  }

  /** The number of the tenant's streams that have entries in memory. */
  public int activeStreams(Tenant tenant) {
    throw new UnsupportedOperationException();
  }

  /** Writes everything in memory to segments and truncates the log; returns when both are done. */
  public void flush() {
    throw new UnsupportedOperationException();
  }

  /** Refuses new appends, flushes, closes. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
