package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.life.Clock;
import io.sigyn.model.ScanStats;

/**
 * What one running query carries: its deadline, its limits, its statistics, and the switch that stops it. {@link
 * #cancel} may be called by any thread; everything else belongs to the query's threads.
 */
public final class QueryContext {
  /** What a series costs beside its points, roughly: labels, maps, arrays. */
  static final long SERIES_BYTES = 512;

  /** What a line of the answer costs beside its text, roughly. */
  static final long LINE_BYTES = 256;

  /** A mask: once in so many calls it is looked whether the query must stop. */
  private static final int SOMETIMES = 63;

  private final Clock clock;
  private final long deadlineTicks;
  private final int maxSeries;
  private final long maxMemory;
  private final ScanStats stats;
  private long memory;
  private int calls;
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
    this(clock, timeoutNanos, maxSeries, maxBytes, Long.MAX_VALUE);
  }

  /**
   * A query that starts now, may read so much and hold so much.
   *
   * @param maxMemory the most bytes of memory for what becomes its answer, estimated
   */
  public QueryContext(Clock clock, long timeoutNanos, int maxSeries, long maxBytes, long maxMemory) {
    this.maxMemory = maxMemory;
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

  /** Stops the query as soon as it looks. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * To be called when the query takes memory that it keeps, or, with a negative number, gives some back.
   *
   * @throws LokiException BAD_REQUEST when it has had its share
   */
  void hold(long bytes) {
    memory += bytes;
    if (memory > maxMemory) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "the query needs too much memory (so far: %s, limit: %s); consider adding more specific stream selectors,"
              .formatted(HumanBytes.format(memory), HumanBytes.format(maxMemory))
              + " reducing the time range, or aggregating into fewer series (sigyn.query_max_memory is the limit)");
    }
  }

  /** {@link #check} every few calls: to be called per line. */
  void checkSometimes() {
    if ((calls++ & SOMETIMES) == 0) {
      check();
    }
  }

  /**
   * To be called often: once per block and per step.
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
