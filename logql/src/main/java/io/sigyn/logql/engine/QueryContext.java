package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.life.Clock;
import io.sigyn.model.ScanStats;

/**
 * What one running query carries: its deadline, its limits, its statistics, and the switch that stops it. {@link
 * #cancel} may be called by any thread; everything else belongs to the query's threads.
 */
public final class QueryContext {
  private final Clock clock;
  private final long deadlineTicks;
  private final int maxSeries;
  private final ScanStats stats;
  private volatile boolean cancelled;

  /**
   * A query that starts now.
   *
   * @param timeoutNanos how long it may run
   * @param maxSeries the most series a metric query may return; 0 is no limit
   */
  public QueryContext(Clock clock, long timeoutNanos, int maxSeries) {
    this(clock, timeoutNanos, maxSeries, Long.MAX_VALUE);
  }

  /**
   * A query that starts now and may read so much.
   *
   * @param maxBytes the most bytes of blocks and columns that are read and decoded for it
   */
  public QueryContext(Clock clock, long timeoutNanos, int maxSeries, long maxBytes) {
    this.stats = new ScanStats(maxBytes, this::check);
    this.clock = clock;
    this.deadlineTicks = clock.ticks() + timeoutNanos;
    this.maxSeries = maxSeries;
  }

  /** The most series of the answer; 0 is no limit. */
  public int maxSeries() {
    return maxSeries;
  }

  /** Counters of the query. */
  public ScanStats stats() {
    return stats;
  }

  /** Stops the query at its next block. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * To be called once per block.
   *
   * @throws LokiException CANCELLED or TIMEOUT when the query must stop
   */
  public void check() {
    if (cancelled) {
      throw new LokiException(ErrorKind.CANCELLED, "context canceled");
    }
    if (clock.ticks() - deadlineTicks > 0) {
      throw new LokiException(ErrorKind.TIMEOUT, "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed");
    }
  }
}
