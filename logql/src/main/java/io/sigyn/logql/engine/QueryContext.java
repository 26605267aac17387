package io.sigyn.logql.engine;

import io.sigyn.error.ErrorKind;
import io.sigyn.error.LokiException;
import io.sigyn.gocompat.HumanBytes;
import io.sigyn.life.Clock;
import io.sigyn.model.BytesLimit;
import io.sigyn.model.ScanStats;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one running query carries: its deadline, its limits, its statistics, and the switch that stops it. {@link
 * #cancel} may be called by any thread; everything else belongs to the query's threads.
 */
public final class QueryContext {
  /** What a series costs beside its points, roughly: labels, maps, arrays. */
  static final long SERIES_BYTES = 512;

  /** What a point costs. */
  static final long POINT_BYTES = Integer.BYTES + Double.BYTES;

  /** What a range that is read with others costs beside its series, roughly. */
  static final long SCAN_BYTES = 8_192;

  /** What a line of the answer costs beside its text, roughly. */
  static final long LINE_BYTES = 256;

  /** A mask: once in so many calls it is looked whether the query must stop. */
  private static final int SOMETIMES = 63;

  private final Clock clock;
  private final long deadlineTicks;
  private final int maxSeries;
  private final long maxMemory;
  private final ScanStats stats;
  private final AtomicLong memory;
  private final @Nullable QueryContext whole;
  private int calls;
  private volatile boolean cancelled;

  /**
   * A query that starts now.
   *
   * @param timeoutNanos how long it may run
   * @param maxSeries the most series a metric query may return; 0 is no limit
   */
  public QueryContext(Clock clock, long timeoutNanos, int maxSeries) {
    this(clock, timeoutNanos, maxSeries, BytesLimit.NONE, Long.MAX_VALUE);
  }

  /**
   * A query that starts now, may read so much and hold so much.
   *
   * @param limit of the bytes of blocks and columns that are read and decoded for it
   * @param maxMemory the most bytes of memory for what becomes its answer, estimated
   */
  public QueryContext(Clock clock, long timeoutNanos, int maxSeries, BytesLimit limit, long maxMemory) {
    this.maxMemory = maxMemory;
    this.stats = new ScanStats(limit, this::check);
    this.memory = new AtomicLong();
    this.whole = null;
    this.clock = clock;
    this.deadlineTicks = clock.ticks() + timeoutNanos;
    this.maxSeries = maxSeries;
  }

  private QueryContext(QueryContext whole) {
    this.maxMemory = whole.maxMemory;
    this.stats = whole.stats.part(this::check);
    this.memory = whole.memory;
    this.whole = whole;
    this.clock = whole.clock;
    this.deadlineTicks = whole.deadlineTicks;
    this.maxSeries = whole.maxSeries;
  }

  /**
   * For a part of this query that may be run by another thread: it stops when this stops, its limits are those of all
   * parts together, and its counters are its own, to be added to these when it has ended.
   */
  public QueryContext part() {
    return new QueryContext(this);
  }

  /** The most series of the answer; 0 is no limit. */
  public int maxSeries() {
    return maxSeries;
  }

  /**
   * To be called with the number of series of an answer.
   *
   * @throws LokiException BAD_REQUEST when there are too many
   */
  public void checkSeries(int series) {
    if (maxSeries > 0 && series > maxSeries) {
      throw MetricQueryRun.tooManySeries(maxSeries);
    }
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
    long held = memory.addAndGet(bytes);
    if (held > maxMemory) {
      throw new LokiException(
          ErrorKind.BAD_REQUEST,
          "the query needs too much memory (so far: %s, limit: %s); consider adding more specific stream selectors,"
              .formatted(HumanBytes.format(held), HumanBytes.format(maxMemory))
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
    if (cancelled || (whole != null && whole.cancelled)) {
      throw new LokiException(ErrorKind.CANCELLED, "context canceled");
    }
    if (clock.ticks() - deadlineTicks > 0) {
      throw new LokiException(ErrorKind.TIMEOUT, "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) to reduce the amount of data processed");
    }
  }
}
